//  tree - from the spans of a call to its steps: their order, which attempt each AWS request was, and who made the caller wait
//
//  Nothing here touches the page. A step is a span with `end_us`, `depth`, `children`, `sort` (aws, wait or own), `failed`, `title`, `words` and, of
//  an AWS request, `attempt` { number, of, request, requests }. Spans that point to no other, or to each other, are put below the first.

import { many, took } from './words.js';

const attribute = (span, name) => (span.attributes ?? {}) [name];

//  What a step is, in a sentence's words. A queue and a hop are named for their service in the trace; a person knows which by the line above.
const WORDS = {
    admission: 'reading and checking the request', queue: 'waiting for a worker', hop: 'on the way to the worker and back',
    send: 'with the worker', process: 'the worker itself', credentials: 'waiting for credentials', throttle: 'waiting for a turn',
    backoff: 'pausing before another attempt', answer: 'writing the result', encode: 'encoding the answer', write: 'sending the answer',
    shared: 'waiting for another call that asks the same',
};
const WAITS = ['queue', 'credentials', 'throttle', 'backoff', 'shared'];

//  Which request of the worker's call a step is of, as the worker says: 0 is none, or a worker that does not say it. Another worker counts anew.
const requestOf = step => Number (attribute (step, 'cloudwatch_mcp.request')) || 0;
const isOfOne = (a, b) => requestOf (a) === requestOf (b) && a.parent === b.parent;

const kindOf = span => span.kind === 'CLIENT' ? 'aws' : span.kind === 'SERVER' ? 'call' : span.name.split (' ') [0];
export const apiOf = name => name.slice (name.indexOf ('.') + 1);

//  "ThrottlingException, 400"; nothing for one that went well. An answer that tells of an error has the type tool_error, whatever it was.
export function failureOf (span) {
    if (span.status === 'OK')
        return '';
    const code = attribute (span, 'http.response.status_code');
    const type = attribute (span, 'error.type');
    return [type && type !== 'tool_error' ? type : span.status, code].filter (Boolean).join (', ');
}

function asStep (span) {
    const kind = kindOf (span), start_us = Number (span.start_us) || 0, duration_us = Math.max (Number (span.duration_us) || 0, 0);
    return { ...span, kind, start_us, duration_us, end_us: start_us + duration_us, children: [], depth: 0, title: span.name,
        failed: span.status !== 'OK', sort: kind === 'aws' ? 'aws' : WAITS.includes (kind) ? 'wait' : 'own' };
}

//  The steps in the order of the tree.
function inOrder (steps) {
    const byId = new Map (), root = steps [0], seen = new Set (), rows = [];
    steps.forEach (step => byId.has (step.id) || byId.set (step.id, step));
    for (const step of steps.slice (1)) {
        const parent = byId.get (step.parent);
        (parent && parent !== step ? parent : root).children.push (step);
    }
    const visit = (step, depth) => {
        if (seen.has (step))
            return;
        seen.add (step);
        step.depth = depth;
        step.children.sort ((a, b) => a.start_us - b.start_us);
        rows.push (step);
        step.children.forEach (child => visit (child, depth + 1));
    };
    visit (root, 0);
    for (const step of steps.filter (step => !seen.has (step))) {
        root.children.push (step);
        visit (step, 1);
    }
    return rows;
}

//  Would it be worth asking again? AWS refused for now, or never answered.
function isPassing (step) {
    const code = attribute (step, 'http.response.status_code');
    return step.status === 'THROTTLED' || !code || code === 429 || code >= 500
        || /Throttl|TooMany|Timeout|Unavailable/.test (attribute (step, 'error.type'));
}

const resentOf = step => Number (attribute (step, 'http.request.resend_count')) || 0;

//  Which of the requests so far an attempt belongs to. Where the worker does not say it: a request's attempts follow each other, and resend_count
//  says how many were before; of several under way at once it is one that has had as many and failed for now, the one that ended last before.
function attemptsBefore (step, requests) {
    const alike = requests.filter (steps => steps [0].name === step.name);
    if (requestOf (step))
        return alike.find (steps => isOfOne (steps [0], step));
    return resentOf (step) && alike.filter (steps => steps.length === resentOf (step) && steps.at (-1).failed && isPassing (steps.at (-1))
        && steps.at (-1).end_us <= step.start_us).sort ((a, b) => b.at (-1).end_us - a.at (-1).end_us) [0];
}

//  Requests of one operation are counted as they were asked, or else as they began.
function numberAttempts (rows) {
    const requests = [];
    for (const step of rows.filter (row => row.kind === 'aws').sort ((a, b) => a.start_us - b.start_us)) {
        const before = attemptsBefore (step, requests);
        if (before)
            before.push (step);
        else
            requests.push ([step]);
    }
    requests.sort (([a], [b]) => a.parent === b.parent ? requestOf (a) - requestOf (b) : 0);
    for (const steps of requests) {
        const alike = requests.filter (others => others [0].name === steps [0].name), of = Math.max (...steps.map (resentOf)) + 1;
        steps.forEach (step => {
            step.attempt = { number: resentOf (step) + 1, of, request: alike.indexOf (steps) + 1, requests: alike.length };
            step.title = `AWS ${apiOf (step.name)}${attemptWords (step)}`;
        });
    }
}

export function attemptWords (step) {
    const { number, of, request, requests } = step.attempt;
    return (requests > 1 ? `, request ${request} of ${requests}` : '') + (of > 1 ? `, attempt ${number} of ${of}` : '');
}

//  Back from the end of the call: each moment belongs to the step that it was waiting for then, the deepest one. The server says which steps lie
//  on the critical path (`may`); of a server that marks none, all may.
function criticalPieces (step, from_us, to_us, may, pieces) {
    let at_us = to_us;
    for (const child of step.children.filter (may).sort ((a, b) => b.end_us - a.end_us)) {
        const end_us = Math.min (child.end_us, at_us), start_us = Math.max (child.start_us, from_us);
        if (end_us <= start_us)
            continue;
        if (end_us < at_us)
            pieces.push ({ step, start_us: end_us, end_us: at_us });
        criticalPieces (child, start_us, end_us, may, pieces);
        child.onPath = true;
        at_us = start_us;
    }
    if (at_us > from_us)
        pieces.push ({ step, start_us: from_us, end_us: at_us });
    return pieces;
}

export function treeOf (call) {
    const spans = Array.isArray (call.spans) && call.spans.length ? call.spans :
        [{ id: '', parent: null, name: `tools/call ${call.tool}`, kind: 'SERVER', start_us: 0, duration_us: call.total_us, status: call.status }];
    const rows = inOrder (spans.map (asStep)), root = rows [0];
    numberAttempts (rows);
    const attempts = rows.filter (row => row.kind === 'aws');
    for (const pause of rows.filter (row => row.kind === 'backoff')) {
        const mine = attempts.filter (one => requestOf (pause) ? isOfOne (one, pause) : isPassing (one));
        pause.after = mine.filter (one => one.failed && one.end_us <= pause.start_us).sort ((a, b) => b.end_us - a.end_us) [0];
    }
    rows.forEach (row => { row.words = row.kind === 'call' ? 'the whole call' : wordsOf (row); });
    root.onPath = true;
    const marked = rows.some (row => row !== root && row.critical);
    const pieces = criticalPieces (root, root.start_us, root.end_us, step => !marked || step.critical, []).reverse ();
    return { root, rows, attempts, pieces, end_us: Math.max (...rows.map (row => row.end_us), 1) };
}

function wordsOf (step) {
    if (step.kind === 'aws') {
        const how = attribute (step, 'cloudwatch_mcp.cached') ? ' (an answer kept from before)' :
            attribute (step, 'cloudwatch_mcp.shared') ? ' (asked by another call)' : step.failed ? ` (${failureOf (step)})` : '';
        return `AWS ${apiOf (step.name)}${attemptWords (step)}${how}`;
    }
    if (step.kind === 'backoff' && step.after)
        return `pausing after ${apiOf (step.after.name)}${attemptWords (step.after).replace (/^,/, '')} (${failureOf (step.after)})`;
    return WORDS [step.kind] ?? (step.kind === 'call' ? 'the gateway itself' : step.name);
}

//  Where the time went, the most first: { us, words, step }. AWS requests and pauses each by themselves, all else by what it is.
export function sharesOf ({ pieces }) {
    const shares = new Map ();
    for (const { step, start_us, end_us } of pieces) {
        const key = step.kind === 'aws' || step.kind === 'backoff' ? step : step.kind;
        const share = shares.get (key) ?? { us: 0, words: wordsOf (step), step };
        share.us += end_us - start_us;
        shares.set (key, share);
    }
    return [...shares.values ()].sort ((a, b) => b.us - a.us);
}

//  A twentieth of the call is worth a word; three such are enough.
export function storyOf (tree) {
    const whole_us = tree.root.duration_us, shares = sharesOf (tree);
    const named = shares.filter ((share, i) => i === 0 || (i < 3 && share.us >= whole_us / 20));
    const rest_us = shares.slice (named.length).reduce ((sum, share) => sum + share.us, 0);
    return { whole_us, named, rest_us };
}

//  What else a person should know, a sentence each.
export function remarksOf (call, { attempts }) {
    const failed = attempts.filter (one => one.failed), remarks = [];
    for (const one of failed.slice (0, 2))
        remarks.push (`AWS ${apiOf (one.name)}${attemptWords (one)} failed after ${took (one.duration_us)}: ${failureOf (one)}.`);
    if (failed.length > 2)
        remarks.push (`${many (failed.length - 2, 'more attempt')} failed.`);
    if (!attempts.length && !call.shared)
        remarks.push ('AWS was not asked.');
    if (call.shared)
        remarks.push ('Another call asked the same at the same time: both have its answer.');
    if (call.hops > 1)
        remarks.push (`A worker was lost on the way: ${call.hops} workers had this call.`);
    if (call.dropped > 0)
        remarks.push (`${call.dropped} steps found no room and are missing here.`);
    return remarks;
}
