//  Each call is found on the admin port, with every step it went through, and nothing of what it asked.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import { test } from 'node:test';

import { ACCESS_KEY, SECRET_KEY, call, folderOf, post, request, startServer, startSim, waitFor } from './harness.mjs';
import { posted } from './wire.mjs';

const sim = await startSim ();

const calls = async (server, query = '') => (await request (`${server.adminUrl}/trace/calls${query}`)).json;
const one = async (server, name) => (await request (`${server.adminUrl}/trace/calls/${name}`)).json;

//  What the server is at now: the first state that a new follower is told.
async function state (server) {
    const left = new AbortController ();
    const answer = await fetch (`${server.adminUrl}/trace/feed`, { signal: left.signal });
    let text = '';
    for await (const piece of answer.body.pipeThrough (new TextDecoderStream ())) {
        text += piece;
        const found = text.match (/event: state\ndata: (.*)\n\n/);
        if (found) {
            left.abort ();
            return JSON.parse (found[1]);
        }
    }
    throw new Error ('the feed ended');
}

const inFlight = async server => (await state (server)).gateway.in_flight;

//  The tree as text, in the order in which it comes, and what a step has that was not its own work.
function tree (trace) {
    const remark = ({ attributes, link }) => [attributes['cloudwatch_mcp.shared'] && 'shared', attributes['cloudwatch_mcp.cached'] && 'cached',
        link && 'linked'].filter (word => word).map (word => ` ${word}`).join ('');
    return trace.spans.map (span => `${'  '.repeat (span.depth)}${span.name} ${span.kind} ${span.status}${remark (span)}`);
}

const ATTEMPT = '      CloudWatchLogs.DescribeLogGroups';
const PREPARE = '      prepare INTERNAL OK';
const ANSWER = '      answer INTERNAL OK';

//  A call of describe_log_groups whose worker spent its time so.
const answered = steps => [
    'tools/call describe_log_groups SERVER OK', '  admission INTERNAL OK', '  queue logs INTERNAL OK', '  send cw.logs PRODUCER OK',
    '    hop INTERNAL OK', '    process cw.logs CONSUMER OK', PREPARE, ...steps, ANSWER, '  encode INTERNAL OK', '  write INTERNAL OK',
];

const ask = (server, prefix, more = {}, options = {}) => call (server, 'describe_log_groups', { prefix, ...more }, options);

//  One that has keys already: the first call may wait for them.
async function warmServer (options = {}) {
    const server = await startServer ({ endpoint: sim.url, ...options });
    await ask (server, '/warm');
    return server;
}

//  What a call takes when AWS is met with faults; they are gone then.
async function under (faults, work) {
    await sim.setFaults ({ DescribeLogGroups: faults });
    try {
        return await work ();
    } finally {
        await sim.setFaults ({});
    }
}

test ('a call shows each of its steps, and nothing of what it asked', async () => {
    const server = await warmServer ();
    await ask (server, '/secret-of-the-caller');
    const [summary] = (await calls (server)).calls;
    assert.equal (summary.status, 'OK');
    assert.equal (summary.aws_requests, 1);
    const { text } = await request (`${server.adminUrl}/trace/calls/${summary.number}`);
    assert.ok (!text.includes ('secret-of-the-caller'), 'arguments are not recorded');
    const trace = await one (server, summary.trace_id);
    assert.deepEqual (tree (trace), answered ([`${ATTEMPT} CLIENT OK`]));
    const attempt = trace.spans.find (span => span.kind === 'CLIENT');
    assert.match (attempt.attributes['aws.request_id'], /\S/);
    assert.equal (attempt.attributes['http.response.status_code'], 200);
    assert.equal (attempt.attributes['cloud.region'], 'us-east-1');
    assert.ok (attempt.attributes['cloudwatch_mcp.first_byte_us'] > 0);
});

test ('a throttled attempt, the wait, and the one that succeeded', async () => {
    const server = await warmServer ();
    await under ({ throttle_rate: 1, count: 1 }, () => ask (server, '/throttled'));
    const trace = await one (server, 2);
    assert.equal (trace.throttled, 1);
    assert.equal (trace.retries, 1);
    //  Of the two waits between them the one for its turn comes only when it is longer than the other
    assert.deepEqual (tree (trace).filter (line => !line.includes (' throttle ')),
        answered ([`${ATTEMPT} CLIENT THROTTLED`, '      backoff INTERNAL OK', `${ATTEMPT} CLIENT OK`]));
    assert.ok (trace.spans.find (span => span.name === 'backoff').critical);
    const [first, second] = trace.spans.filter (span => span.kind === 'CLIENT');
    assert.equal (first.attributes['error.type'], 'ThrottlingException');
    assert.equal (second.attributes['http.request.resend_count'], 1);
});

test ('requests at once that are retried: each step says of which it is, and the path goes from a wait to its own attempt', async () => {
    const server = await warmServer ();
    await sim.setFaults ({ FilterLogEvents: { throttle_rate: 1, count: 8 } });
    await call (server, 'search_log_events', { prefix: '/ecs/shop/', pattern: 'ERROR' });
    await sim.setFaults ({});
    const { spans } = await one (server, 2);
    const steps = spans.filter (span => span.kind === 'CLIENT' || ['credentials', 'throttle', 'backoff'].includes (span.name));
    const ofRequest = Map.groupBy (steps, span => span.attributes['cloudwatch_mcp.request']);
    assert.deepEqual ([...ofRequest.keys ()].sort ((a, b) => a - b), Array.from ({ length: ofRequest.size }, (_, i) => i + 1));
    for (const mine of ofRequest.values ()) {
        const attempts = mine.filter (span => span.kind === 'CLIENT');
        assert.deepEqual (attempts.map (span => span.attributes['http.request.resend_count'] ?? 0), attempts.map ((_, i) => i));
        mine.slice (1).forEach ((step, i) => assert.ok (step.start_us >= mine[i].start_us + mine[i].duration_us, 'one after the other'));
        const from = mine.findIndex (span => span.critical);
        const last = mine.findLastIndex (span => span.critical);
        assert.ok (from <= 0, 'who waited for a request waited for all its steps from the first');
        assert.ok (mine.slice (0, last + 1).every (span => span.critical), 'and for none but these');
    }
    assert.equal (steps.filter (span => span.status === 'THROTTLED').length, 8);
    assert.ok (steps.some (span => span.name === 'backoff' && span.critical));
});

test ('the log of a call that failed has AWS\'s request id and the trace, and its text ends with the trace', async () => {
    const server = await startServer ({ endpoint: sim.url, env: { AWS_MAX_ATTEMPTS: '1' } });
    const result = await under ({ error_rate: 1 }, () => ask (server, '/failed'));
    const trace = await one (server, 1);
    assert.ok (result.content[0].text.endsWith (`trace ${trace.trace_id}`), result.content[0].text);
    const line = await server.event ('call');
    assert.equal (line.trace_id, trace.trace_id);
    assert.equal (line.aws_request_id, trace.spans.find (span => span.kind === 'CLIENT').attributes['aws.request_id']);
});

test ('a wait for the turn that the quota allows is a step of its own', async () => {
    const server = await warmServer ({ args: ['--quota-per-s', '2'] });
    await Promise.all ([1, 2, 3].map (i => ask (server, `/turn-${i}`)));
    const slowest = (await calls (server)).calls.sort ((a, b) => b.total_us - a.total_us)[0];
    const trace = await one (server, slowest.number);
    assert.deepEqual (tree (trace), answered (['      throttle INTERNAL OK', `${ATTEMPT} CLIENT OK`]));
    const wait = trace.spans.find (span => span.name === 'throttle');
    assert.ok (wait.critical && wait.duration_us > trace.total_us / 2);
    assert.ok (trace.waited_us > trace.total_us / 2);
});

test ('a wait for credentials is there where there was one, and only there', async () => {
    const keys = JSON.stringify ({ Version: 1, AccessKeyId: ACCESS_KEY, SecretAccessKey: SECRET_KEY });
    const folder = folderOf ({ 'keys.sh': `read line < "$(dirname "$0")/pipe"\necho '${keys}'\n` });
    execFileSync ('mkfifo', [`${folder}/pipe`]);
    writeFileSync (`${folder}/config`, `[default]\ncredential_process = /bin/sh ${folder}/keys.sh\n`);
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_CONFIG_FILE: `${folder}/config` };
    const server = await startServer ({ endpoint: sim.url, env });
    const first = ask (server, '/keys');
    await waitFor (async () => (await request (`${server.adminUrl}/readyz`)).status === 200 && (await inFlight (server)) === 1, { what: 'the call' });
    await writeFile (`${folder}/pipe`, 'go\n');
    assert.ok (!(await first).isError);
    await ask (server, '/keys-again');
    const [waited, had] = [await one (server, 1), await one (server, 2)];
    assert.deepEqual (tree (waited), answered (['      credentials INTERNAL OK', `${ATTEMPT} CLIENT OK`]));
    assert.ok (waited.spans.find (span => span.name === 'credentials').critical);
    assert.deepEqual (tree (had), answered ([`${ATTEMPT} CLIENT OK`]));
});

test ('a call whose client left is there as cancelled, with where its worker was', async () => {
    const server = await warmServer ();
    await under ({ hang: true }, async () => {
        const left = new AbortController ();
        const before = (await sim.totals ('DescribeLogGroups')).requests;
        const asked = ask (server, '/slow', {}, { signal: left.signal }).catch (() => {});
        await waitFor (async () => (await sim.totals ('DescribeLogGroups')).requests > before, { what: 'the request' });
        left.abort ();
        await asked;
    });
    await waitFor (async () => (await calls (server, '?status=CANCELLED')).calls[0]?.worker_us > 0, { what: 'what the worker says of it' });
    assert.deepEqual (tree (await one (server, 2)), [
        'tools/call describe_log_groups SERVER CANCELLED', '  admission INTERNAL OK', '  queue logs INTERNAL OK',
        '  send cw.logs PRODUCER CANCELLED', '    process cw.logs CONSUMER CANCELLED', PREPARE, `${ATTEMPT} CLIENT CANCELLED`]);
});

test ('a call whose time was over has that status, and so has the attempt that it was in', async () => {
    const server = await warmServer ({ args: ['--call-deadline', '1500'] });
    await under ({ hang: true }, () => ask (server, '/late'));
    assert.deepEqual (tree (await one (server, 2)), [
        'tools/call describe_log_groups SERVER DEADLINE', '  admission INTERNAL OK', '  queue logs INTERNAL OK',
        '  send cw.logs PRODUCER DEADLINE', '    hop INTERNAL OK', '    process cw.logs CONSUMER DEADLINE', PREPARE,
        `${ATTEMPT} CLIENT CANCELLED`, '  encode INTERNAL OK', '  write INTERNAL OK']);
});

test ('of two calls that are the same one links to the other, and of two requests that are the same too', async () => {
    const server = await warmServer ({ args: ['--log-level', 'debug'] });
    await under ({ latency_ms: 1000 }, () => Promise.all ([ask (server, '/same'), ask (server, '/same')]));
    const shared = (await calls (server)).calls.filter (summary => summary.number > 1);
    const asked = await one (server, shared.find (summary => !summary.shared).number);
    const followed = await one (server, shared.find (summary => summary.shared).number);
    assert.deepEqual (tree (asked), answered ([`${ATTEMPT} CLIENT OK`]));
    assert.deepEqual (tree (followed), ['tools/call describe_log_groups SERVER OK', '  admission INTERNAL OK', '  shared INTERNAL OK shared linked',
        '  encode INTERNAL OK', '  write INTERNAL OK']);
    assert.deepEqual (followed.spans[2].link, { trace_id: asked.trace_id, span_id: asked.spans[0].id });

    await under ({ latency_ms: 1000 }, () => Promise.all ([ask (server, '/joined'), ask (server, '/joined', { max_bytes: 65000 })]));
    const [one_, other] = (await calls (server, '?after=3')).calls.sort ((a, b) => a.aws_shared - b.aws_shared);
    const [own, joined] = [await one (server, one_.number), await one (server, other.number)];
    assert.deepEqual (tree (own), answered ([`${ATTEMPT} CLIENT OK`]));
    assert.deepEqual (tree (joined), answered ([`${ATTEMPT} INTERNAL OK shared linked`]));
    const attempt = own.spans.find (span => span.kind === 'CLIENT');
    assert.deepEqual (joined.spans.find (span => span.link).link, { trace_id: own.trace_id, span_id: attempt.id });
});

test ('an answer that was kept from before says so', async () => {
    const server = await warmServer ();
    await call (server, 'list_metrics', {});
    await call (server, 'list_metrics', {});
    const trace = await one (server, 3);
    assert.ok (trace.aws_cached > 0);
    const kept = tree (trace).filter (line => line.includes ('ListMetrics'));
    assert.deepEqual (new Set (kept), new Set (['      CloudWatch.ListMetrics INTERNAL OK cached']));
});

test ('a call with wrong arguments is there, and went no further', async () => {
    const server = await warmServer ();
    const { content } = await call (server, 'describe_log_groups', { nonsense: 1 });
    const trace = await one (server, 2);
    assert.ok (content[0].text.endsWith (` trace ${trace.trace_id}`), content[0].text);
    assert.deepEqual (tree (trace), ['tools/call describe_log_groups SERVER INVALID_ARGUMENT', '  admission INTERNAL OK',
        '  encode INTERNAL OK', '  write INTERNAL OK']);
});

test ('the client\'s trace goes on, and its transport\'s is linked', async () => {
    const server = await warmServer ();
    const meta = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'vendor=1' };
    await post (server, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'describe_log_groups', arguments: {}, _meta: meta } },
        { headers: { 'mcp-protocol-version': '2025-11-25', traceparent: '00-11111111111111111111111111111111-2222222222222222-00' } });
    const trace = await one (server, '4bf92f3577b34da6a3ce929d0e0e4736');
    assert.equal (trace.tracestate, 'vendor=1');
    assert.equal (trace.sampled, true);
    assert.equal (trace.spans[0].parent, '00f067aa0ba902b7');
    assert.deepEqual (trace.spans[0].link, { trace_id: '1'.repeat (32), span_id: '2'.repeat (16) });
});

test ('a client that does not read is seen in the time of writing', async () => {
    const server = await warmServer ();
    const socket = net.connect (server.port, '127.0.0.1');
    socket.pause ();
    const message = JSON.stringify ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'describe_log_groups', arguments: {} } });
    const asked = posted (message, { headers: 'Accept: application/json\r\nMCP-Protocol-Version: 2025-11-25\r\n' });
    //  A call that has a result and is not told yet is being written; its answer is the first that the kernel does not take
    const writing = async () => (await state (server)).gateway.results > (await calls (server)).last;
    await waitFor (async () => {
        socket.write (asked.repeat (50));
        return await writing ();
    }, { what: 'an answer that waits for its reader' });
    const { last } = await calls (server);
    const since = performance.now ();
    await waitFor (() => performance.now () - since > 20, { what: 'some time to pass' });
    const waited_us = 1000 * (performance.now () - since);
    socket.resume ();
    const slow = await waitFor (async () => (await calls (server, `?after=${last}&limit=2000`)).calls.find (one => one.number === last + 1),
        { what: 'the call whose answer had to wait' });
    assert.ok (slow.write_us >= waited_us, `${slow.write_us} µs of ${waited_us}`);
    assert.equal (slow.status, 'OK');
    socket.destroy ();
});

//  For 99 of 100 steps: what the steps below it took together is what it took, but for 1 ms and 2 %.
test ('the steps of a call add up to it', async () => {
    const server = await warmServer ({ args: ['--quota-per-s', '100000'] });
    for (let i = 0; i < 300; i += 10)
        await Promise.all (Array.from ({ length: 10 }, (_, k) => ask (server, `/sum-${i + k}`)));
    const { calls: all } = await calls (server, '?limit=2000&after=1');
    assert.equal (all.length, 300);
    const off = [];
    let checked = 0;
    for (const { number } of all) {
        const { spans } = await one (server, number);
        for (const parent of spans) {
            const below = spans.filter (span => span.parent === parent.id);
            if (!below.length)
                continue;
            const sum = below.reduce ((total, span) => total + span.duration_us, 0);
            checked++;
            if (Math.abs (sum - parent.duration_us) > 1000 + 0.02 * parent.duration_us)
                off.push (`${parent.name} of call ${number}: ${sum} of ${parent.duration_us} µs`);
        }
    }
    assert.equal (checked, 900);
    assert.ok (off.length <= 0.01 * checked, off.join ('\n'));
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
