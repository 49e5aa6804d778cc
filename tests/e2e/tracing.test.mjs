//  Each call is found on the admin port, with every step it went through, and nothing of what it asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, request, startServer, startSim, waitFor } from './harness.mjs';

const sim = await startSim ();

const calls = async (server, query = '') => (await request (`${server.adminUrl}/trace/calls${query}`)).json;
const one = async (server, name) => (await request (`${server.adminUrl}/trace/calls/${name}`)).json;

//  The tree as text: each span under its parent, in the order of their beginning.
function tree (trace) {
    const ids = new Set (trace.spans.map (span => span.id));
    const below = (parent, indent) => trace.spans.filter (span => parent ? span.parent === parent : !ids.has (span.parent))
        .sort ((a, b) => a.start_us - b.start_us)
        .flatMap (span => [`${indent}${span.name} ${span.kind} ${span.status}`, ...below (span.id, `${indent}  `)]);
    return below (null, '');
}

const NORMAL = attempts => [
    'tools/call describe_log_groups SERVER OK', '  admission INTERNAL OK', '  queue logs INTERNAL OK', '  send cw.logs PRODUCER OK',
    '    hop INTERNAL OK', '    process cw.logs CONSUMER OK', ...attempts, '      answer INTERNAL OK', '  encode INTERNAL OK', '  write INTERNAL OK',
];

test ('a call shows each of its steps, and nothing of what it asked', async () => {
    const server = await startServer ({ endpoint: sim.url });
    await call (server, 'describe_log_groups', { prefix: '/secret-of-the-caller' });
    const [summary] = (await calls (server)).calls;
    assert.equal (summary.status, 'OK');
    assert.equal (summary.aws_requests, 1);
    const { text } = await request (`${server.adminUrl}/trace/calls/${summary.number}`);
    assert.ok (!text.includes ('secret-of-the-caller'), 'arguments are not recorded');
    const trace = await one (server, summary.trace_id);
    const lines = tree (trace).filter (line => !line.includes ('credentials'));
    assert.deepEqual (lines, NORMAL (['      CloudWatchLogs.DescribeLogGroups CLIENT OK']));
    const attempt = trace.spans.find (span => span.kind === 'CLIENT');
    assert.match (attempt.attributes['aws.request_id'], /\S/);
    assert.equal (attempt.attributes['http.response.status_code'], 200);
    assert.ok (attempt.attributes['cloudwatch_mcp.first_byte_us'] > 0);
});

test ('a throttled attempt, the wait, and the one that succeeded', async () => {
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ DescribeLogGroups: { throttle_rate: 1, count: 1 } });
    await call (server, 'describe_log_groups', { prefix: '/throttled' });
    await sim.setFaults ({});
    const trace = await one (server, 1);
    assert.equal (trace.throttled, 1);
    assert.deepEqual (tree (trace).filter (line => !/credentials|throttle /.test (line)), NORMAL ([
        '      CloudWatchLogs.DescribeLogGroups CLIENT THROTTLED', '      backoff INTERNAL OK', '      CloudWatchLogs.DescribeLogGroups CLIENT OK']));
    const [first, second] = trace.spans.filter (span => span.kind === 'CLIENT');
    assert.equal (first.attributes['error.type'], 'ThrottlingException');
    const line = await server.event ('call');
    assert.equal (line.aws_request_id, first.attributes['aws.request_id']);
    assert.equal (line.trace_id, trace.trace_id);
    assert.equal (second.attributes['http.request.resend_count'], 1);
});

test ('a call whose client left is there as cancelled', async () => {
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ DescribeLogGroups: { hang: true } });
    const left = new AbortController ();
    const before = (await sim.totals ('DescribeLogGroups')).requests;
    const asked = call (server, 'describe_log_groups', { prefix: '/slow' }, { signal: left.signal }).catch (() => {});
    await waitFor (async () => (await sim.totals ('DescribeLogGroups')).requests > before, { what: 'the request' });
    left.abort ();
    await asked;
    const found = await waitFor (async () => (await calls (server, '?status=CANCELLED')).calls[0], { what: 'the cancelled call' });
    await sim.setFaults ({});
    assert.deepEqual (tree (await one (server, found.number)).slice (0, 4), [
        'tools/call describe_log_groups SERVER CANCELLED', '  admission INTERNAL OK', '  queue logs INTERNAL OK',
        '  send cw.logs PRODUCER CANCELLED']);
});

test ('with --trace off nothing is recorded', async () => {
    const server = await startServer ({ endpoint: sim.url, args: ['--trace', 'off'] });
    await call (server, 'describe_log_groups', {});
    assert.deepEqual (await calls (server), { recording: false, first: 1, last: 0, calls: [] });
    assert.equal ((await request (`${server.adminUrl}/trace/calls/1`)).status, 404);
});

//  Follows the feed: what it has said so far, by event.
async function follow (server, query = '') {
    const left = new AbortController ();
    const answer = await fetch (`${server.adminUrl}/trace/feed${query}`, { signal: left.signal });
    assert.equal (answer.status, 200);
    const said = { call: [], state: [], close: () => left.abort () };
    (async () => {
        let text = '';
        for await (const piece of answer.body.pipeThrough (new TextDecoderStream ())) {
            const events = (text + piece).split ('\n\n');
            text = events.pop ();
            for (const event of events) {
                const [, name, data] = event.match (/^event: (\w+)\n(?:id: \d+\n)?data: (.*)$/);
                said[name].push ({ ...JSON.parse (data), at: Date.now () });
            }
        }
    }) ().catch (() => {});
    return said;
}

test ('who follows hears of each call within 200 ms, and what the server is at', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const said = await follow (server);
    const failed = await follow (server, '?status=error');
    for (let i = 0; i < 20; i++)
        await call (server, 'describe_log_groups', { prefix: `/feed-${i}` });
    await waitFor (() => said.call.length === 20, { what: 'all calls' });
    assert.deepEqual (said.call.map (event => event.number), Array.from ({ length: 20 }, (_, i) => i + 1));
    const late = said.call.map (event => event.at - Date.parse (event.ended));
    assert.ok (Math.max (...late) < 200, `${late} ms after their end`);
    const busy = await waitFor (() => said.state.find (state => state.gateway.results === 20), { what: 'the state' });
    assert.equal (busy.clients.followers, 2);
    assert.ok (busy.gateway.per_s > 0);
    const logs = busy.services.find (service => service.name === 'logs');
    assert.ok (logs.per_s > 0 && logs.mean_us > 0 && logs.workers === 1);
    assert.ok (busy.aws.find (api => api.api === 'CloudWatchLogs.DescribeLogGroups').per_s > 0);
    assert.ok (busy.workers.some (worker => worker.service === 'logs'));
    assert.equal (failed.call.length, 0);
    said.close ();
    failed.close ();
});
