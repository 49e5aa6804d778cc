//  What the page /flow makes of a call's spans: the order of the steps, the numbers of the attempts, and the sentence of where the time went.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { queueBox } from '../../trace/flow/pipeline.js';
import { remarksOf, sharesOf, storyOf, treeOf } from '../../trace/flow/tree.js';
import { part, rate, took } from '../../trace/flow/words.js';

//  [id, parent, name, from ms, to ms, { … }]: AWS's have a dot in their name.
const spansOf = rows => rows.map (([id, parent, name, from_ms, to_ms, more = {}]) => ({ id, parent, name, start_us: from_ms * 1000,
    duration_us: (to_ms - from_ms) * 1000, kind: name.includes ('.') ? 'CLIENT' : id === 'root' ? 'SERVER' : 'INTERNAL',
    status: 'OK', critical: false, link: null, ...more }));
const callOf = rows => ({ tool: 'search_log_events', spans: spansOf (rows) });

const THROTTLED = { status: 'THROTTLED', attributes: { 'error.type': 'ThrottlingException', 'http.response.status_code': 400 } };
const again = count => ({ attributes: { 'http.request.resend_count': count } });
const FILTER = 'CloudWatchLogs.FilterLogEvents';

const titles = tree => tree.rows.map (row => `${' '.repeat (row.depth)}${row.title}`);
const sentence = tree => storyOf (tree).named.map (share => `${took (share.us)} ${share.words}`);

test ('the attempt that made a call slow is named, with its number', () => {
    const tree = treeOf (callOf ([['root', null, 'tools/call search_log_events', 0, 48], ['q', 'root', 'queue logs', 0, 1],
        ['s', 'root', 'send logs', 1, 47], ['p', 's', 'process logs', 1, 47], ['1', 'p', FILTER, 1, 2, THROTTLED],
        ['t', 'p', 'throttle', 2, 5], ['2', 'p', FILTER, 5, 46, again (1)]]));
    assert.deepEqual (sentence (tree), ['41 ms AWS FilterLogEvents, attempt 2 of 2', '3.0 ms waiting for a turn']);
    assert.equal (storyOf (tree).rest_us, 4000);
    assert.deepEqual (remarksOf ({}, tree), ['AWS FilterLogEvents, attempt 1 of 2 failed after 1.0 ms: ThrottlingException, 400.']);
});

test ('a pause is blamed on the attempt before it', () => {
    const tree = treeOf (callOf ([['root', null, 'tools/call x', 0, 100], ['1', 'root', FILTER, 0, 5, THROTTLED], ['b', 'root', 'backoff', 5, 95],
        ['2', 'root', FILTER, 95, 100, again (1)]]));
    assert.equal (sentence (tree) [0], '90 ms pausing after FilterLogEvents attempt 1 of 2 (ThrottlingException, 400)');
});

test ('attempts of requests under way at once are told apart', () => {
    const gone = { status: 'NOT_FOUND', attributes: { 'error.type': 'ResourceNotFoundException', 'http.response.status_code': 400 } };
    const tree = treeOf (callOf ([['root', null, 'tools/call x', 0, 90], ['a', 'root', FILTER, 0, 5, THROTTLED], ['b', 'root', FILTER, 1, 6, gone],
        ['c', 'root', FILTER, 20, 30, { ...THROTTLED, attributes: { ...THROTTLED.attributes, ...again (1).attributes } }],
        ['d', 'root', FILTER, 40, 90, again (2)]]));
    assert.deepEqual (titles (tree).slice (1), [' AWS FilterLogEvents, request 1 of 2, attempt 1 of 3', ' AWS FilterLogEvents, request 2 of 2',
        ' AWS FilterLogEvents, request 1 of 2, attempt 2 of 3', ' AWS FilterLogEvents, request 1 of 2, attempt 3 of 3']);
});

test ('where the worker says which request a step is of, that counts, and not what ended last', () => {
    const of = (request, more = {}) => ({ ...more, attributes: { ...more.attributes, 'cloudwatch_mcp.request': request } });
    const tree = treeOf (callOf ([['root', null, 'tools/call x', 0, 100], ['g', 'root', 'CloudWatchLogs.DescribeLogGroups', 0, 1, of (1)],
        ['b', 'root', FILTER, 1, 5, of (3, THROTTLED)], ['a', 'root', FILTER, 2, 6, of (2, THROTTLED)], ['pa', 'root', 'backoff', 6, 20, of (2)],
        ['pb', 'root', 'backoff', 7, 90, of (3)], ['a2', 'root', FILTER, 20, 30, of (2, again (1))],
        ['b2', 'root', FILTER, 90, 100, of (3, again (1))]]));
    assert.deepEqual (Object.fromEntries (tree.attempts.map (step => [step.id, step.title.slice ('AWS '.length)])), { g: 'DescribeLogGroups',
        b: 'FilterLogEvents, request 2 of 2, attempt 1 of 2', a: 'FilterLogEvents, request 1 of 2, attempt 1 of 2',
        a2: 'FilterLogEvents, request 1 of 2, attempt 2 of 2', b2: 'FilterLogEvents, request 2 of 2, attempt 2 of 2' });
    assert.deepEqual (tree.rows.filter (row => row.kind === 'backoff').map (pause => pause.after.id), ['a', 'b']);
    assert.match (sentence (tree) [0], /pausing after FilterLogEvents request 2 of 2, attempt 1 of 2/);
});

test ('a queue shows the time that calls spend in it, not all of theirs', () => {
    const service = { name: 'logs', queued: 0, oldest_ms: 0, per_s: 2, errors_per_s: 0, mean_us: 151000, queue_us: 120 };
    assert.deepEqual (queueBox (service, true).lines.map (line => line.text), ['0 waiting', '2.0/s, 0.12 ms each']);
    assert.deepEqual (queueBox ({ ...service, per_s: 0 }, false).lines.map (line => line.text), ['0 waiting', '0/s']);
});

test ('of steps at once the one that ended last is on the path, unless the server says otherwise', () => {
    const rows = critical => [['root', null, 'tools/call x', 0, 100], ['a', 'root', 'CloudWatch.FirstOne', 0, 90, { critical }],
        ['b', 'root', 'CloudWatch.FirstTwo', 10, 100]];
    const own = treeOf (callOf (rows (false))), told = treeOf (callOf (rows (true)));
    assert.deepEqual (own.pieces.map (one => one.step.id), ['a', 'b']);
    assert.deepEqual (told.pieces.map (one => one.step.id), ['a', 'root']);
    for (const { pieces } of [own, told])
        assert.equal (pieces.reduce ((sum, one) => sum + one.end_us - one.start_us, 0), 100000, 'every moment is counted once');
});

test ('spans that point nowhere, to themselves or in a circle are shown all the same', () => {
    const tree = treeOf (callOf ([['root', 'of the client', 'tools/call x', 0, 10], ['a', 'gone', 'admission', 0, 1], ['b', 'c', 'encode', 1, 2],
        ['c', 'b', 'write', 2, 3], ['d', 'd', 'answer', 3, 4], ['root', 'root', 'queue', 4, 5]]));
    assert.equal (tree.rows.length, 6);
    assert.equal (new Set (tree.rows).size, 6);
});

test ('times that cannot be are no harm', () => {
    const tree = treeOf (callOf ([['root', null, 'tools/call x', 0, 10], ['a', 'root', 'admission', -5, 3], ['b', 'root', 'write', 9, 400],
        ['c', 'root', 'encode', 8, 2], ['d', 'root', 'answer', 4, 5, { start_us: null, duration_us: 'x' }]]));
    assert.equal (sharesOf (tree).reduce ((sum, share) => sum + share.us, 0), 10000);
    assert.equal (tree.end_us, 400000);
});

test ('a call without spans is one step, and one that asked nothing says so', () => {
    const tree = treeOf ({ tool: 'list_metrics', total_us: 1200, status: 'OK', spans: [] });
    assert.deepEqual (titles (tree), ['tools/call list_metrics']);
    assert.deepEqual (remarksOf ({ shared: false }, tree), ['AWS was not asked.']);
    assert.deepEqual (remarksOf ({ shared: true, hops: 2, dropped: 3 }, tree), ['Another call asked the same at the same time: both have its answer.',
        'A worker was lost on the way: 2 workers had this call.', '3 steps found no room and are missing here.']);
});

for (const [us, words] of [[0, '0 ms'], [4, '4 µs'], [120, '0.12 ms'], [996, '1.0 ms'], [4200, '4.2 ms'], [9960, '10 ms'], [48211, '48 ms'],
    [999400, '999 ms'], [999600, '1.00 s'], [1234567, '1.23 s'], [65000000, '65.0 s']])
    test (`${us} us are ${words}`, () => assert.equal (took (us), words));

test ('parts of a whole share its unit where they can', () => {
    assert.equal (part (41000, 48000), '41 of 48 ms');
    assert.equal (part (800, 1200000), '0.80 ms of 1.20 s');
    assert.deepEqual ([0, 0.04, 4.25, 1234.4].map (rate), ['0/s', '<0.1/s', '4.3/s', '1234/s']);
});
