//  Calls that ask the same at the same time are one request to AWS, and each of them is a call of its own all the same. So are different calls that
//  need the same of AWS; and what changes slowly is asked once in a short while.

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
    const ask = (leaving, namespace = 'AWS/SQS') =>
        call (server, 'list_metrics', { namespace, limit: 2 }, { signal: leaving?.signal }).catch (error => error);
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
    const last = [ask (third, 'AWS/Lambda'), ask (third, 'AWS/Lambda')];
    await waitFor (async () => (await asked (sim, 'ListMetrics', 'hanging')).length === 1 && followers (server).length === 3,
        { what: 'one request at AWS, and one that follows' });
    third.abort ();
    await Promise.all (last);
    await waitFor (async () => (await asked (sim, 'ListMetrics', 'aborted by the client')).length === 1, { what: 'the abort, as AWS sees it' });
});

test ('different calls that need the same page of AWS are one request, and each gets what it asked for', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ DescribeLogGroups: { latency_ms: 5000 } });
    const limits = Array.from ({ length: 12 }, (_, i) => i + 1);
    const search = call (server, 'search_log_events', { prefix: '/aws/lambda/', pattern: 'ERROR', limit: 5 });
    const lists = limits.map (limit => call (server, 'describe_log_groups', { prefix: '/aws/lambda/', limit }));
    (await Promise.all (lists)).forEach (({ structuredContent }, i) =>
        assert.equal (structuredContent.log_groups.length, Math.min (limits [i], 12), JSON.stringify (structuredContent).slice (0, 300)));
    const { isError, content } = await search;
    assert.ok (!isError, content [0].text);
    assert.equal ((await asked (sim, 'DescribeLogGroups')).length, 1);
    const lines = await waitFor (() => calls (server).length === limits.length + 1 && calls (server), { what: 'a line in the log for each' });
    assert.equal (lines.reduce ((sum, line) => sum + line.aws_shared, 0), limits.length);
    assert.equal (lines.reduce ((sum, line) => sum + line.aws_requests, 0), (await sim.requests ()).length, 'each request is counted once');
});

test ('a list that changes slowly is asked of AWS once in a short while; states are asked each time', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url });
    const twice = async (tool, first, second = first) => [await call (server, tool, first), await call (server, tool, second)];
    const namespaces = await twice ('list_metrics', {});
    assert.deepEqual (namespaces [1].structuredContent.namespaces, namespaces [0].structuredContent.namespaces);
    await twice ('list_metrics', { namespace: 'AWS/SQS', limit: 2 }, { namespace: 'AWS/SQS', limit: 3 });
    await twice ('describe_log_groups', { limit: 2 }, { limit: 3 });
    await twice ('describe_alarms', { limit: 2 });
    const lines = await waitFor (() => calls (server).length === 8 && calls (server), { what: 'a line in the log for each' });
    for (const i of [1, 3, 5]) {
        assert.equal (lines [i].aws_requests, 0, lines [i].tool);
        assert.equal (lines [i].aws_cached, lines [i - 1].aws_requests, lines [i].tool);
        assert.ok (lines [i].cached_age_ms < 60_000);
    }
    assert.equal (lines [7].aws_requests, 1);
    assert.equal ((await asked (sim, 'DescribeAlarms')).length, 2);
    assert.equal ((await asked (sim, 'DescribeLogGroups')).length, 1);
});

test ('a failure is asked again, and so is a list that was empty', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ DescribeLogGroups: { error_rate: 1, error_status: 403, count: 1 } });
    assert.equal ((await call (server, 'describe_log_groups', {})).isError, true);
    assert.ok (!(await call (server, 'describe_log_groups', {})).isError);
    for (let i = 0; i < 2; i++)
        assert.equal ((await call (server, 'describe_log_groups', { prefix: 'not-there-yet' })).structuredContent.log_groups.length, 0);
    assert.equal ((await asked (sim, 'DescribeLogGroups')).length, 4);
});

test ('--kept-bytes-max 0 keeps nothing', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, args: ['--kept-bytes-max', '0'] });
    for (let i = 0; i < 2; i++)
        await call (server, 'describe_log_groups', {});
    assert.equal ((await asked (sim, 'DescribeLogGroups')).length, 2);
});
