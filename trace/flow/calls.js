//  calls - the table of recent calls: those that the server keeps, as many of them as pass the filters

import { breakable, clock, make, many, say, took } from './words.js';

export const KEPT = 2000;               //  As many as the server's ring
const SHOWN = 100;                      //  Rows at first, and more with each press
const FILTERS = ['tool', 'status', 'slow_ms', 'trace'];

//  What of the time was what: the figures that each call comes with.
const SHARES = [
    ['wait', 'waiting for a worker', call => call.queue_us],
    ['wait', 'waiting inside the worker', call => call.waited_us],
    ['aws', 'AWS', call => call.aws_us],
    ['own', 'sending the answer', call => call.encode_us + call.write_us],
];

export function passes (filters, call) {
    return (!filters.tool || call.tool === filters.tool)
        && (!filters.status || call.status === filters.status || (filters.status === 'error' && call.error))
        && (!(Number (filters.slow_ms) > 0) || call.total_us >= Number (filters.slow_ms) * 1000)
        && (!filters.trace || String (call.trace_id).startsWith (filters.trace.trim ().toLowerCase ()));
}

export const linkTo = call => `${call.number}:${call.trace_id}`;

//  A bar of parts; what is not named stays empty. Parts may overlap (AWS was asked twice at once): then they are drawn in proportion.
function barOf (call) {
    const parts = SHARES.map (([sort, words, of]) => [sort, words, Math.max (of (call) || 0, 0)]).filter (part => part [2] > 0);
    const whole = Math.max (call.total_us, parts.reduce ((sum, part) => sum + part [2], 0), 1);
    const bar = make ('span', { class: 'share', role: 'img',
        'aria-label': parts.map (([, words, us]) => `${words} ${took (us)}`).join (', ') || 'nothing of note' });
    for (const [sort, , us] of parts) {
        const piece = make ('i', { class: sort });
        piece.style.width = `${100 * us / whole}%`;
        bar.append (piece);
    }
    bar.title = bar.getAttribute ('aria-label');
    return bar;
}

function awsOf (call) {
    const told = [call.retries && many (call.retries, 'retry', 'retries'), call.throttled && `${call.throttled} throttled`,
        call.aws_shared && `${call.aws_shared} shared`, call.aws_cached && `${many (call.aws_cached, 'answer')} kept`].filter (Boolean);
    return [call.aws_requests ? many (call.aws_requests, 'request') : 'not asked', ...told].join (', ');
}

function rowOf (call, hashOf) {
    return make ('tr', { 'data-number': call.number, class: call.error ? 'failed' : null },
        make ('td', {}, make ('time', { datetime: call.ended }, clock (call.ended))),
        make ('td', {}, make ('a', { href: hashOf (call) }, ...breakable (call.tool))),
        make ('td', { class: 'number' }, took (call.total_us)),
        make ('td', { class: 'wide' }, barOf (call)),
        make ('td', { class: 'status' }, ...breakable (call.shared ? `${call.status}, shared` : call.status)),
        make ('td', { class: 'wide' }, awsOf (call)),
        make ('td', { class: 'wide trace' }, String (call.trace_id).slice (0, 8)));
}

//  places: { rows, count, more, form }; hashOf: a call's permalink under the filters as they are.
export class Calls {
    constructor (places, hashOf) {
        Object.assign (this, places);
        this.hashOf = hashOf;
        this.calls = new Map ();        //  By number
        this.rowsByNumber = new Map ();
        this.filters = {};
        this.limit = SHOWN;
        this.paused = false;
        this.recording = true;
        this.held = 0;                  //  Calls that came while nothing was drawn
        this.more.addEventListener ('click', () => { this.limit += SHOWN; this.draw (true); });
        this.pointed = false;           //  A mouse is over the rows: a finger never is for long
        this.rows.addEventListener ('pointerover', event => { this.pointed = event.pointerType === 'mouse'; });
        this.rows.addEventListener ('pointerleave', () => { this.pointed = false; this.drawSoon (); });
    }

    replace (answer) {
        this.recording = answer.recording;
        this.calls.clear ();
        this.rowsByNumber.clear ();     //  Another server's call may have the same number
        this.held = 0;
        for (const call of [...answer.calls].reverse ())
            this.calls.set (call.number, call);
        this.draw (true);
    }

    //  The same number again: more became known of it.
    add (call) {
        this.held += !this.calls.has (call.number);
        this.calls.set (call.number, call);
        this.rowsByNumber.delete (call.number);
        while (this.calls.size > KEPT)
            this.calls.delete (this.calls.keys ().next ().value);
        this.drawSoon ();
    }

    filter (filters) {
        this.filters = filters;
        this.limit = SHOWN;
        for (const name of FILTERS) {
            const field = this.form.elements [name], value = filters [name] ?? '';
            if (field.tagName === 'SELECT')
                this.offer (field, value ? [value] : []);
            if (field !== document.activeElement || field.tagName === 'SELECT' || !value)
                field.value = value;
        }
        this.draw (true);
    }

    offer (select, values) {
        const there = new Set ([...select.options].map (option => option.value));
        for (const value of values)
            if (!there.has (value))
                select.append (make ('option', { value }, value));
    }

    drawSoon () {
        this.due ??= setTimeout (() => { this.due = null; this.draw (false); }, 150);
    }

    //  Rows stay put under a pointer, so that it hits what it aims at.
    holds () {
        return this.paused || this.pointed;
    }

    draw (now) {
        const all = [...this.calls.values ()].sort ((a, b) => b.number - a.number);
        this.offer (this.form.elements.tool, [...new Set (all.map (call => String (call.tool)))].sort ());
        this.offer (this.form.elements.status, [...new Set (all.map (call => String (call.status)))].sort ());
        if (this.holds () && !now)
            return this.tell (all, null);
        this.held = 0;
        const passing = all.filter (call => passes (this.filters, call));
        this.show (passing.slice (0, this.limit));
        this.more.hidden = passing.length <= this.limit;
        this.tell (all, passing);
    }

    //  Rows that stay are not touched, so that none loses the focus; a row that was made anew is given it back.
    show (shown) {
        const focused = document.activeElement?.closest?.('tr')?.dataset.number, kept = new Map ();
        for (const call of shown) {
            const row = this.rowsByNumber.get (call.number) ?? rowOf (call, this.hashOf);
            row.querySelector ('a').setAttribute ('href', this.hashOf (call));
            kept.set (call.number, row);
        }
        this.rowsByNumber = kept;
        const rows = [...kept.values ()], wanted = new Set (rows);
        for (const row of [...this.rows.children])
            if (!wanted.has (row))
                row.remove ();
        rows.forEach ((row, i) => {
            if (this.rows.children [i] !== row)
                this.rows.insertBefore (row, this.rows.children [i] ?? null);
        });
        if (focused && !document.activeElement.closest ('tr'))
            kept.get (Number (focused))?.querySelector ('a').focus ();
        this.mark (this.marked);
    }

    tell (all, passing) {
        const why = this.paused ? 'Paused' : 'Held under the pointer';
        const waiting = this.held ? ` ${why}: ${many (this.held, 'new call')}.` : this.paused ? ' Paused.' : '';
        if (passing)
            this.words = !this.recording ? 'Calls are not recorded: the server runs with --trace off.' :
                !all.length ? 'No call yet. Call a tool, and it appears here.' :
                    passing.length === all.length ? `${many (all.length, 'call')}, the newest first.` :
                        passing.length ? `${passing.length} of ${many (all.length, 'call')}, the newest first.` :
                            `None of ${many (all.length, 'call')} passes these filters.`;
        say (this.count, `${this.words ?? ''}${waiting}`);
    }

    mark (number) {
        this.marked = number;
        for (const row of this.rows.children)
            row.classList.toggle ('open', Number (row.dataset.number) === number);
    }
}

export { FILTERS };
