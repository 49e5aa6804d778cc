//  Calls that ask the same at the same time are one request to AWS, and each of them is a call of its own all the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { call, startServer, startSim, waitFor } from './harness.mjs';

const asked = async (sim, operation, outcome) =>
    (await sim.requests ()).filter (one => one.operation === operation && (!outcome || one.outcome === outcome));

const calls = server => server.log.filter (line => line.event === 'call');
const followers = server => server.log.filter (line => line.event === 'call follows');

test ('1,000 identical calls at once are one request to AWS, and all get its answer', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ DescribeLogGroups: { latency_ms: 10_000 } });        //  Time enough for all of them to come
    const results = await Promise.all (Array.from ({ length: 1000 }, () => call (server, 'describe_log_groups', { limit: 3 })));
    assert.equal ((await asked (sim, 'DescribeLogGroups')).length, 1);
    for (const { isError, content, structuredContent } of results) {
        assert.ok (!isError, content [0].text);
        assert.deepEqual (structuredContent, results [0].structuredContent);
    }
    assert.equal (results [0].structuredContent.log_groups.length, 3);
});

test ('each of the calls that share a request is in the log, with a trace of its own', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ DescribeAlarms: { latency_ms: 2000 } });
    await Promise.all (Array.from ({ length: 10 }, () => call (server, 'describe_alarms', { limit: 1 })));
    const lines = await waitFor (() => calls (server).length === 10 && calls (server), { what: 'a line in the log for each' });
    assert.equal (lines.filter (line => line.shared === 1).length, 9);
    assert.equal (new Set (lines.map (line => line.trace_id)).size, 10);
});

test ('who leaves does not take the answer from the others, and when all have left the request to AWS is aborted', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, args: ['--log-level', 'debug'] });
    await sim.setFaults ({ ListMetrics: { latency_ms: 2000 } });
    const ask = leaving => call (server, 'list_metrics', { namespace: 'AWS/SQS', limit: 2 }, { signal: leaving?.signal }).catch (error => error);
    const first = new AbortController (), second = new AbortController (), third = new AbortController ();
    const leader = ask (first);
    await waitFor (async () => (await asked (sim, 'ListMetrics')).length === 1, { what: 'the request at AWS' });
    const others = [ask (second), ask ()];
    await waitFor (() => followers (server).length === 2, { what: 'two that follow' });
    first.abort ();
    second.abort ();
    assert.equal ((await others [1]).structuredContent?.metrics.length, 2);
    await Promise.all ([leader, ...others]);
    assert.equal ((await asked (sim, 'ListMetrics')).length, 1);

    await sim.setFaults ({ ListMetrics: { hang: true } });
    const last = [ask (third), ask (third)];
    await waitFor (async () => (await asked (sim, 'ListMetrics', 'hanging')).length === 1 && followers (server).length === 3,
        { what: 'one request at AWS, and one that follows' });
    third.abort ();
    await Promise.all (last);
    await waitFor (async () => (await asked (sim, 'ListMetrics', 'aborted by the client')).length === 1, { what: 'the abort, as AWS sees it' });
});
