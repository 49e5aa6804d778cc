//  pipeline - the server as it is now: who asks, what waits, who works, and what AWS is asked, with calls moving at the measured rates
//
//  Boxes and lines are made anew from each state (two a second, some hundred elements); dots live in a layer of their own, and only their lines'
//  names last. Wide pages flow to the right, narrow ones downwards.

import { apiOf } from './tree.js';
import { make, makeSvg, many, rate, say, took } from './words.js';

const WIDE_PX = 860;
const GAP = 44, PAD = 10, LINE = 16, BETWEEN = 12;
const WEIGHTS = [12, 14, 17, 17, 22];   //  Of the columns' widths: clients, gateway, queues, workers, AWS
const APIS_SHOWN = 7, WORKERS_SHOWN = 4;
const DOTS_PER_S = 10;                  //  On the busiest line, at most: above, a dot is several
const SILENT_MS = 5000;                 //  Of a worker: it is heard every second
const DOT_MS = 1100, DOTS_MAX = 300;
const CHARACTER_PX = 6.9;

//  Which service asks an API: of those that nobody here asks for calls (STS), none.
function serviceOf (api) {
    if (api.startsWith ('CloudWatchLogs.'))
        return 'logs';
    return api.startsWith ('CloudWatch.') ? (api.includes ('Alarm') ? 'alarms' : 'metrics') : null;
}

const bad = (per_s, words) => per_s > 0 ? [{ text: `${rate (per_s)} ${words}`, bad: true }] : [];
const plain = (...texts) => texts.filter (Boolean).map (text => ({ text }));

function clientsBox ({ clients, gateway }) {
    return { id: 'clients', column: 0, title: 'Clients', lines: plain (many (clients.connections, 'connection'),
        many (clients.exchanges, 'open request'), many (clients.followers, 'follower'), `${rate (gateway.per_s)} calls`) };
}

function gatewayBox ({ gateway }) {
    return { id: 'gateway', column: 1, title: 'Gateway', queued: gateway.queued, lines: [...plain (`${rate (gateway.per_s)} calls`,
        `${gateway.in_flight} in flight`, `${gateway.queued} waiting`), ...bad (gateway.errors_per_s, 'errors'),
        ...(gateway.lost ? [{ text: `${gateway.lost} lost`, bad: true }] : [])] };
}

//  Of the time, only what calls spend here: the workers and AWS have theirs.
export function queueBox (service, wide) {
    const waiting = `${service.queued} waiting`, oldest = service.queued ? took (service.oldest_ms * 1000) : '';
    const calls = rate (service.per_s), each = service.per_s > 0 ? `${took (service.queue_us)} each` : '';
    const lines = wide ? [waiting + (oldest && `, up to ${oldest}`), calls + (each && `, ${each}`)]
        : [waiting, oldest && `up to ${oldest}`, calls, each];
    return { id: `queue ${service.name}`, column: 2, title: wide ? `${service.name} queue` : service.name, queued: service.queued,
        lines: [...plain (...lines), ...bad (service.errors_per_s, 'errors')] };
}

function workersBox (service, workers, wide) {
    const mine = workers.filter (worker => worker.service === service.name);
    const lines = mine.slice (0, WORKERS_SHOWN).map (worker => ({ bad: worker.silent_ms > SILENT_MS,
        text: `${wide ? `${String (worker.id).slice (0, 4)}: ` : ''}${worker.in_flight} of ${worker.credit}${wide ? ' busy' : ''}`
            + (worker.draining ? ', leaving' : '') + (worker.silent_ms > SILENT_MS ? `, silent ${took (worker.silent_ms * 1000)}` : '') }));
    if (mine.length > WORKERS_SHOWN)
        lines.push ({ text: `and ${mine.length - WORKERS_SHOWN} more` });
    const count = mine.length ? many (mine.length, 'worker') : 'no worker';
    return { id: `workers ${service.name}`, column: 3, title: wide ? `${service.name}: ${count}` : count, bad: !mine.length,
        lines: lines.length ? lines : [{ text: 'calls wait', bad: true }], part: service.credit ? service.in_flight / service.credit : 0 };
}

//  The busiest, in the order of the services that ask them.
function apiBoxes ({ aws, services, window_s }) {
    const order = services.map (service => service.name);
    const place = ({ api }) => order.includes (serviceOf (api)) ? order.indexOf (serviceOf (api)) : order.length;
    const busiest = [...aws].sort ((a, b) => b.per_s - a.per_s).slice (0, APIS_SHOWN);
    busiest.sort ((a, b) => place (a) - place (b) || (a.api < b.api ? -1 : 1));
    const boxes = busiest.map (api => {
        const trouble = api.throttled_per_s > 0 ? `, ${rate (api.throttled_per_s)} throttled`
            : api.errors_per_s > 0 ? `, ${rate (api.errors_per_s)} failed` : '';
        const lines = [{ text: `${rate (api.per_s)}, ${took (api.mean_us)} each${trouble}`, bad: trouble !== '' }];
        return { id: `aws ${api.api}`, column: 4, title: `AWS ${apiOf (api.api)}`, whole: api.api, api, lines };
    });
    if (aws.length > APIS_SHOWN)
        boxes.push ({ id: 'aws more', column: 4, title: `and ${aws.length - APIS_SHOWN} more`, lines: [] });
    return boxes.length ? boxes : [{ id: 'aws none', column: 4, title: 'AWS', lines: plain (`not asked for ${window_s} s`) }];
}

function boxesOf (state, wide) {
    return [clientsBox (state), gatewayBox (state), ...state.services.map (service => queueBox (service, wide)),
        ...state.services.map (service => workersBox (service, state.workers, wide)), ...apiBoxes (state)];
}

//  Lines between boxes: { from, to, per_s, bad_per_s }
function linesOf (state, boxes) {
    const { gateway } = state, lines = [{ from: 'clients', to: 'gateway', per_s: gateway.per_s, bad_per_s: gateway.errors_per_s }];
    for (const { name, per_s, errors_per_s } of state.services)
        lines.push ({ from: 'gateway', to: `queue ${name}`, per_s, bad_per_s: errors_per_s },
            { from: `queue ${name}`, to: `workers ${name}`, per_s, bad_per_s: errors_per_s });
    for (const { id, api } of boxes.filter (box => box.api && serviceOf (box.api.api)))
        lines.push ({ from: `workers ${serviceOf (api.api)}`, to: id, per_s: api.per_s, bad_per_s: api.errors_per_s });
    return lines;
}

const heightOf = box => PAD * 2 + LINE * (1 + box.lines.length) + (box.part === undefined ? 0 : 8) + (box.queued > 0 ? 12 : 0);

//  Gives each box its place; returns the height of all.
function placeWide (boxes, width) {
    const unit = (width - GAP * (WEIGHTS.length - 1)) / WEIGHTS.reduce ((sum, weight) => sum + weight);
    const columns = WEIGHTS.map ((_, i) => boxes.filter (box => box.column === i));
    for (const [i, queue] of columns [2].entries ())
        queue.h = columns [3] [i].h = Math.max (heightOf (queue), heightOf (columns [3] [i]));
    const heights = columns.map (column => column.reduce ((sum, box) => sum + (box.h ??= heightOf (box)) + BETWEEN, -BETWEEN));
    const height = Math.max (...heights);
    let x = 0;
    columns.forEach ((column, i) => {
        let y = (height - heights [i]) / 2;
        for (const box of column) {
            Object.assign (box, { x, y, w: unit * WEIGHTS [i] });
            y += box.h + BETWEEN;
        }
        x += unit * WEIGHTS [i] + GAP;
    });
    return height;
}

function placeNarrow (boxes, width) {
    let y = 0;
    for (const column of [0, 1, 2, 3, 4]) {
        const row = boxes.filter (box => box.column === column), abreast = column === 2 || column === 3 ? Math.max (row.length, 1) : 1;
        const w = (width - (abreast - 1) * 6) / abreast, tallest = Math.max (...row.map (heightOf));
        row.forEach ((box, i) => Object.assign (box, { w, x: abreast > 1 ? i * (w + 6) : 0, y, h: abreast > 1 ? tallest : heightOf (box) })
            && (y += abreast > 1 ? 0 : box.h + 6));
        y += abreast > 1 ? tallest + GAP - 12 : GAP - 18;
    }
    return y - GAP + 12;
}

//  A cubic from one box to the other, as its four points.
function curveOf (from, to, wide) {
    const [x0, y0, x3, y3] = wide ? [from.x + from.w, from.y + from.h / 2, to.x, to.y + to.h / 2]
        : [from.x + from.w / 2, from.y + from.h, to.x + to.w / 2, to.y];
    return wide ? [[x0, y0], [(x0 + x3) / 2, y0], [(x0 + x3) / 2, y3], [x3, y3]] : [[x0, y0], [x0, (y0 + y3) / 2], [x3, (y0 + y3) / 2], [x3, y3]];
}

function pointOf ([a, b, c, d], t) {
    const u = 1 - t;
    return [0, 1].map (i => u * u * u * a [i] + 3 * u * u * t * b [i] + 3 * u * t * t * c [i] + t * t * t * d [i]);
}

function cut (text, width) {
    const room = Math.max (Math.floor ((width - 2 * PAD + 4) / CHARACTER_PX), 3);
    return text.length > room ? `${text.slice (0, room - 1)}…` : text;
}

function drawBox (box) {
    const group = makeSvg ('g', { class: `box c${box.column}${box.bad ? ' bad' : ''}`, transform: `translate(${box.x} ${box.y})` },
        makeSvg ('title', {}, [box.whole ?? box.title, ...box.lines.map (line => line.text)].join ('\n')),
        makeSvg ('rect', { width: box.w, height: box.h, rx: 6 }));
    let y = PAD + 12;
    group.append (makeSvg ('text', { x: PAD, y, class: 'name' }, cut (box.title, box.w)));
    for (const line of box.lines)
        group.append (makeSvg ('text', { x: PAD, y: y += LINE, class: line.bad ? 'bad' : null }, cut (line.text, box.w)));
    for (let i = 0; i < Math.min (box.queued ?? 0, Math.floor ((box.w - 2 * PAD) / 10)); i++)
        group.append (makeSvg ('rect', { class: 'waiting', x: PAD + 10 * i, y: y + 7, width: 7, height: 9 }));
    if (box.part !== undefined)
        group.append (makeSvg ('rect', { class: 'meter', x: PAD, y: box.h - PAD - 3, width: box.w - 2 * PAD, height: 5, rx: 2 }),
            makeSvg ('rect', { class: 'fill', x: PAD, y: box.h - PAD - 3, width: (box.w - 2 * PAD) * Math.min (box.part, 1), height: 5, rx: 2 }));
    return group;
}

function tableOf (caption, columns, rows) {
    const heads = columns.map (([name]) => make ('th', { scope: 'col' }, name));
    const cellsOf = row => columns.map (([, of]) => make ('td', {}, String (of (row))));
    return make ('table', {}, make ('caption', {}, caption), make ('thead', {}, make ('tr', {}, ...heads)),
        make ('tbody', {}, ...rows.map (row => make ('tr', {}, ...cellsOf (row)))));
}

function tablesOf ({ services, workers, aws, window_s }) {
    return [
        tableOf ('Queues', [['Service', s => s.name], ['Waiting', s => s.queued], ['Oldest', s => took (s.oldest_ms * 1000)],
            ['In flight', s => `${s.in_flight} of ${s.credit}`], ['Calls', s => rate (s.per_s)], ['Errors', s => rate (s.errors_per_s)],
            ['Mean', s => took (s.mean_us)], ['In the queue', s => took (s.queue_us)]], services),
        tableOf ('Workers', [['Service', w => w.service], ['Id', w => w.id], ['In flight', w => `${w.in_flight} of ${w.credit}`],
            ['Leaving', w => w.draining ? 'yes' : 'no'], ['Last heard', w => `${took (w.silent_ms * 1000)} ago`]], workers),
        tableOf (`AWS, over ${window_s} s`, [['API', a => a.api], ['Requests', a => rate (a.per_s)], ['Errors', a => rate (a.errors_per_s)],
            ['Throttled', a => rate (a.throttled_per_s)], ['Mean', a => took (a.mean_us)]], aws)];
}

export class Pipeline {
    constructor (place, scale, tables) {
        Object.assign (this, { place, scale, tables, paused: false, state: null, lines: new Map (), dots: [], last_ms: 0, asked: null });
        this.still = matchMedia ('(prefers-reduced-motion: reduce)');
        this.under = makeSvg ('g');
        this.above = makeSvg ('g', { class: 'dots', 'aria-hidden': 'true' });
        this.svg = makeSvg ('svg', { role: 'img', 'aria-label': 'The pipeline' }, this.under, this.above);
        this.waiting = make ('p', { class: 'note' }, 'The server has said nothing yet.');
        place.append (this.waiting);
        new ResizeObserver (() => this.state && this.draw ()).observe (place);
        tables.closest ('details').addEventListener ('toggle', () => this.state && this.draw ());
    }

    take (state) {
        if (this.paused)
            return;
        this.state = state;
        this.draw ();
        this.asked ??= requestAnimationFrame (now_ms => this.move (now_ms));
    }

    //  Nothing is known to move any more.
    lose () {
        this.lines.forEach (line => { line.per_s = 0; });
    }

    draw () {
        const { state } = this, width = Math.floor (this.place.clientWidth), wide = width >= WIDE_PX;
        if (!width)
            return;
        if (this.waiting.isConnected)
            this.waiting.replaceWith (this.svg);
        const boxes = boxesOf (state, wide), height = (wide ? placeWide : placeNarrow) (boxes, width - 2) + 2;
        const byId = new Map (boxes.map (box => [box.id, box])), before = this.lines;
        this.lines = new Map ();
        for (const line of linesOf (state, boxes)) {
            const key = `${line.from} ${line.to}`;
            this.lines.set (key, { ...line, due: before.get (key)?.due ?? Math.random (), badDue: before.get (key)?.badDue ?? 0,
                curve: curveOf (byId.get (line.from), byId.get (line.to), wide) });
        }
        for (const [name, value] of [['viewBox', `-1 -1 ${width} ${height}`], ['width', width], ['height', height], ['aria-label', this.summary ()]])
            this.svg.setAttribute (name, value);
        this.under.replaceChildren (...[...this.lines.values ()].map (({ curve: [a, b, c, d], per_s, bad_per_s }) => makeSvg ('path', {
            class: `line${per_s > 0 ? ' busy' : ''}${bad_per_s > 0 ? ' bad' : ''}`, d: `M${a}C${b} ${c} ${d}`,
            'stroke-width': (1 + Math.log2 (1 + per_s) * 0.6).toFixed (2) })), ...boxes.map (drawBox));
        this.each = Math.max (1, Math.ceil (Math.max (...[...this.lines.values ()].map (line => line.per_s)) / DOTS_PER_S));
        const dots = this.each > 1 ? `A dot is ${this.each} calls, or requests to AWS.` : 'A dot is a call, or a request to AWS; a red one failed.';
        say (this.scale, `Rates are over the last ${state.window_s} s.${this.still.matches ? '' : ` ${dots}`}`);
        if (this.tables.closest ('details').open)
            this.tables.replaceChildren (...tablesOf (state));
    }

    summary () {
        const { gateway, services, aws } = this.state;
        const ofService = one => `${one.name}: ${many (one.workers, 'worker')}, ${one.in_flight} in flight, ${one.queued} waiting.`;
        return [`The pipeline: ${rate (gateway.per_s)} calls, ${gateway.in_flight} in flight, ${gateway.queued} waiting, `
            + `${rate (gateway.errors_per_s)} errors.`, ...services.map (ofService), `${many (aws.length, 'API')} of AWS asked.`].join (' ');
    }

    //  A frame: new dots where their time has come, and all a little further. When the page is not looked at the browser asks for none.
    move (now_ms) {
        const passed_s = Math.min ((now_ms - this.last_ms) / 1000, 0.1);
        this.last_ms = now_ms;
        this.asked = null;
        if (!this.paused && !this.still.matches)
            for (const [key, line] of this.lines)
                this.start (key, line, passed_s, now_ms);
        this.dots = this.dots.filter (dot => {
            const line = this.lines.get (dot.key), t = (now_ms - dot.from_ms) / DOT_MS;
            if (!line || t >= 1 || this.still.matches) {
                dot.circle.remove ();
                return false;
            }
            const [x, y] = pointOf (line.curve, t);
            dot.circle.setAttribute ('cx', x.toFixed (1));
            dot.circle.setAttribute ('cy', y.toFixed (1));
            return true;
        });
        if (this.dots.length || [...this.lines.values ()].some (line => line.per_s > 0))
            this.asked = requestAnimationFrame (next_ms => this.move (next_ms));
    }

    start (key, line, passed_s, now_ms) {
        line.due += line.per_s / this.each * passed_s;
        line.badDue += line.bad_per_s / this.each * passed_s;
        if (line.due < 1 || this.dots.length >= DOTS_MAX)
            return;
        line.due %= 1;
        const failed = line.badDue >= 1;
        line.badDue -= failed;
        const circle = makeSvg ('circle', { r: 3.5, class: failed ? 'bad' : null });
        this.above.append (circle);
        this.dots.push ({ key, circle, from_ms: now_ms });
    }
}
