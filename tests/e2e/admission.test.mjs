//  More calls than can be done in time, of an AWS that is slow: those whose turn would come too late hear so at once, the others are done.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { call, startServer, startSim, waitFor } from './harness.mjs';

const CREDIT = 64;                      //  Calls that an actor works on at once, by default
const LATENCY_MS = 2000, DEADLINE_MS = 9000;
const FLAGS = ['--quota-per-s', '100000', '--kept-bytes-max', '0', '--call-deadline', String (DEADLINE_MS)];
const TOO_LATE = new RegExp ('^list_metrics was not begun: the metrics service has as many calls as it can work on, and (\\d+) more waits? '
    + 'before this one\\. Its turn would come in about (\\d+) s, too late to end within the 9 s that a call may take\\. Ask again in about (\\d+) '
    + 's\\. trace ');

//  Calls that need the same of AWS would share one request: each asks for a metric of its own, which need not be there.
const ask = async (server, i) => {
    const began = performance.now ();
    const result = await call (server, 'list_metrics', { namespace: 'AWS/SQS', metric_name: `Metric${i}` });
    return { text: result.content [0].text, isError: result.isError, ms: performance.now () - began };
};

test ('of hundreds of calls to a slow AWS those that cannot end in time are refused at once, and all others are answered', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, args: FLAGS });
    await sim.setFaults ({ ListMetrics: { latency_ms: LATENCY_MS } });
    assert.ok (!(await ask (server, 'First')).isError, 'one that shows how long it takes');

    const COUNT = 500;
    const answers = await Promise.all (Array.from ({ length: COUNT }, (_, i) => ask (server, i)));
    const done = answers.filter (({ isError }) => !isError), refused = answers.filter (({ isError }) => isError);
    const inTime = Math.floor (DEADLINE_MS / LATENCY_MS) * CREDIT;
    assert.ok (refused.length >= COUNT - inTime - CREDIT, `${refused.length} were refused`);
    assert.ok (done.length >= inTime - CREDIT, `${done.length} were answered, of ${inTime} that could be`);
    for (const { text } of refused) {
        const [, ahead, turn, again] = text.match (TOO_LATE) ?? assert.fail (text);
        assert.ok (Number (ahead) >= 2 * CREDIT, text);
        assert.ok (Number (turn) * 1000 > DEADLINE_MS - 2 * LATENCY_MS && Number (again) >= Number (turn), text);
    }
    //  Those that came last were told before the first was answered
    const first = Math.min (...done.map (({ ms }) => ms)), told = Math.max (...refused.map (({ ms }) => ms));
    assert.ok (told < first, `the last refusal after ${told} ms, the first answer after ${first} ms`);
    //  And nothing is asked of AWS for a call that was refused
    await waitFor (async () => (await sim.totals ('ListMetrics')).requests === done.length + 1, { what: 'as many requests as answers' });
});

test ('a few calls to a slow AWS are never refused', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, args: FLAGS });
    await sim.setFaults ({ ListMetrics: { latency_ms: 4000 } });
    for (let round = 0; round < 2; round++)
        for (const { isError, text } of await Promise.all (Array.from ({ length: CREDIT }, (_, i) => ask (server, `${round}x${i}`))))
            assert.ok (!isError, text);
});
