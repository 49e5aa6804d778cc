//  waterfall - one call: a sentence that says where its time went, and below it every step on the axis of time

import { failureOf, remarksOf, storyOf, treeOf } from './tree.js';
import { clock, make, part, took } from './words.js';

const TICKS = 5, TICK_PX = 75;           //  At most so many, and not closer than so

const percent = (us, whole_us) => `${Math.min (Math.max (100 * us / whole_us, 0), 100)}%`;

function place (element, start_us, end_us, whole_us) {
    element.style.left = percent (start_us, whole_us);
    element.style.width = percent (end_us - start_us, whole_us);
    return element;
}

//  A step of 1, 2 or 5 times a power of ten.
function tickOf (whole_us, ticks) {
    const least = whole_us / ticks, power = 10 ** Math.floor (Math.log10 (least));
    return [1, 2, 5, 10].map (factor => factor * power).find (tick => tick >= least);
}

function drawAxis (axis, whole_us) {
    const tick_us = tickOf (whole_us, Math.min (Math.max (Math.floor (axis.clientWidth / TICK_PX), 2), TICKS));
    axis.replaceChildren ();
    for (let at_us = 0; at_us < whole_us * 0.9; at_us += tick_us) {
        const mark = make ('span', {}, at_us ? took (at_us) : '0');
        mark.style.left = percent (at_us, whole_us);
        axis.append (mark);
    }
    return tick_us;
}

//  What is said of a step beside its bar.
function noteOf (step) {
    if (step.failed)
        return failureOf (step);
    return step.kind === 'aws' && step.attempt.of > 1 ? String (step.attributes?.['http.response.status_code'] ?? 'OK') : '';
}

function nameOf (step) {
    const note = noteOf (step);
    return `${step.title}: ${took (step.duration_us)}, begins at ${took (step.start_us)}${note ? `, ${note}` : ''}`
        + `${step.sort === 'wait' ? ', waiting' : ''}${step.onPath ? ', on the critical path' : ''}`;
}

function attributesOf (step, openLink) {
    const list = make ('dl');
    const add = (name, value) => list.append (make ('div', {}, make ('dt', {}, name), make ('dd', {}, value)));
    if (step.kind !== 'aws')
        add ('what it is', step.words);
    add ('span', String (step.name));
    add ('begins at', took (step.start_us));
    add ('took', took (step.duration_us));
    add ('status', String (step.status));
    for (const [name, value] of Object.entries (step.attributes ?? {}))
        add (name, name.endsWith ('_us') ? took (Number (value)) : String (value));
    if (step.link)
        add ('linked to', make ('a', { href: openLink (step.link.trace_id) }, `the call of trace ${step.link.trace_id}`));
    add ('span id', String (step.id));
    return list;
}

function rowOf (step, tree, openLink) {
    const note = noteOf (step), pieces = tree.pieces.filter (one => one.step === step);
    const heavy = pieces.reduce ((sum, one) => sum + one.end_us - one.start_us, 0) >= tree.root.duration_us / 10;
    const bar = make ('span', { class: ['step', step.sort, step.failed && 'failed', step.children.length && 'frame'].filter (Boolean).join (' ') });
    const line = make ('span', { class: 'track' }, place (bar, step.start_us, step.end_us, tree.end_us));
    for (const piece of pieces)
        line.append (place (make ('span', { class: 'path' }), piece.start_us, piece.end_us, tree.end_us));
    const title = make ('span', { class: 'title' }, step.title);
    title.style.paddingInlineStart = `${Math.min (step.depth, 8) * 0.75}rem`;
    const button = make ('button', { type: 'button', 'aria-expanded': 'false', 'aria-label': nameOf (step) }, title, line,
        make ('span', { class: 'number' }, took (step.duration_us)), note ? make ('span', { class: 'note' }, note) : null);
    const row = make ('li', { class: [step.onPath && 'on-path', heavy && 'heavy', step.failed && 'failed'].filter (Boolean).join (' '),
        'data-span': step.id }, button);
    button.addEventListener ('click', () => {
        const open = button.getAttribute ('aria-expanded') !== 'true';
        button.setAttribute ('aria-expanded', String (open));
        if (open)
            row.append (attributesOf (step, openLink));
        else
            row.querySelector ('dl').remove ();
    });
    return row;
}

//  "41 of 48 ms: AWS FilterLogEvents, attempt 2 of 2; 5.0 ms waiting for a turn; 2.0 ms all else." Each part leads to its step.
function tellStory (place, call, tree, show) {
    const { whole_us, named, rest_us } = storyOf (tree);
    const lead = (share, words) => {
        const link = make ('a', { href: location.hash }, words);
        link.addEventListener ('click', event => {
            event.preventDefault ();
            show (share.step);
        });
        return link;
    };
    place.replaceChildren ();
    named.forEach ((share, i) => {
        const link = lead (share, share.words);
        place.append (...i === 0 ? [make ('strong', {}, `${part (share.us, whole_us)}: `, link)] : ['; ', `${took (share.us)} `, link]);
    });
    place.append (rest_us >= whole_us / 100 ? `; ${took (rest_us)} all else.` : '.');
}

//  places: { section, title, story, also, identity, axis, waterfall }; openLink: the permalink of a trace.
export function drawCall (places, call, openLink) {
    const tree = treeOf (call), rows = new Map (), open = new Set ();
    const focused = document.activeElement?.closest?.('li[data-span]')?.dataset.span;
    for (const row of places.waterfall.querySelectorAll ('li'))
        if (places.waterfall.dataset.call === String (call.number) && row.querySelector ('[aria-expanded=true]'))
            open.add (row.dataset.span);
    places.waterfall.dataset.call = call.number;
    places.title.textContent = `${call.tool}, ${took (call.total_us)}, ${call.status}`;
    document.title = `${call.tool}, ${took (call.total_us)} · flow · cloudwatch-mcp`;
    const show = step => {
        const button = rows.get (step).querySelector ('button');
        if (button.getAttribute ('aria-expanded') === 'false')
            button.click ();
        button.focus ();
        button.scrollIntoView ({ block: 'nearest' });
    };
    tellStory (places.story, call, tree, show);
    places.also.textContent = remarksOf (call, tree).join (' ');
    places.also.hidden = !places.also.textContent;
    places.identity.replaceChildren ('Trace ', make ('code', {}, String (call.trace_id)), `, call ${call.number}, ended ${clock (call.ended)}`
        + [call.account && `, account ${call.account}`, call.region && `, ${call.region}`].filter (Boolean).join (''));
    places.section.style.setProperty ('--note', tree.rows.some (noteOf) ? 'min(15rem, 22%)' : '0rem');
    const tick_us = drawAxis (places.axis, tree.end_us);
    places.waterfall.style.setProperty ('--tick', percent (tick_us, tree.end_us));
    places.waterfall.replaceChildren (...tree.rows.map (step => {
        const row = rowOf (step, tree, openLink);
        rows.set (step, row);
        if (open.has (step.id))
            row.querySelector ('button').click ();
        return row;
    }));
    if (focused !== undefined)
        [...places.waterfall.children].find (row => row.dataset.span === focused)?.querySelector ('button').focus ();
}
