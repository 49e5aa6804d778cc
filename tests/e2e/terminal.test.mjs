//  The terminal's side of tracing: trace and top ask a running server, and show what a person needs.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { call, Program, run, startServer, startSim, waitFor } from './harness.mjs';

const sim = await startSim ();

const traceOf = (server, ...args) => run ('cloudwatch-mcp', ['trace', '--admin', server.adminUrl, ...args]);

//  A follower, once its server counts it.
async function follow (server, ...args) {
    const before = await followers (server);
    const follower = new Program ('cloudwatch-mcp', ['trace', '--follow', '--admin', server.adminUrl, ...args], {});
    await waitFor (async () => await followers (server) > before, { what: 'the follower' });
    follower.lines = () => follower.stdout.split ('\n').filter (line => line);
    return follower;
}

//  How many read the feed, the one that asks not counted.
async function followers (server) {
    const answer = await fetch (`${server.adminUrl}/trace/feed`);
    let text = '', state = null;
    for await (const piece of answer.body) {
        text += Buffer.from (piece).toString ();
        state = text.match (/event: state\ndata: (.*)\n/);
        if (state)
            break;
    }
    return JSON.parse (state[1]).clients.followers - 1;
}

test ('every call that ends is one line of trace --follow', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const follower = await follow (server, '--json');
    const CALLS = 200;
    const tools = ['describe_alarms', 'describe_log_groups', 'list_metrics'];
    for (let i = 0; i < CALLS; i += 20)
        await Promise.all (Array.from ({ length: 20 }, (_, k) => call (server, tools[(i + k) % 3], { limit: 1 + i % 7 })));
    const lines = await waitFor (() => follower.lines ().length >= CALLS && follower.lines (), { what: 'all calls' });
    assert.deepEqual (lines.map (line => JSON.parse (line).number).sort ((a, b) => a - b), Array.from ({ length: CALLS }, (_, i) => i + 1));
    await follower.stop ();
});

test ('a call that was throttled twice shows its attempts, its waits and why it was slow', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const follower = await follow (server);
    await sim.setFaults ({ DescribeLogGroups: { throttle_rate: 1, count: 2 } });
    await call (server, 'describe_log_groups', { prefix: '/ecs' });
    await sim.setFaults ({});
    const [line] = await waitFor (() => follower.lines ().length && follower.lines (), { what: 'the call' });
    assert.match (line, /^ {4}1 {2}\d\d:\d\d:\d\d\.\d{3} {2}describe_log_groups {4}OK .*in 3 requests \(2 throttled\)/);
    const traceId = line.match (/ [0-9a-f]{32} /)?.[0].trim ();
    assert.ok (traceId, line);
    await follower.stop ();

    const { code, stdout } = await traceOf (server, traceId);
    assert.equal (code, 0);
    assert.match (stdout, /^describe_log_groups took .*\n?.*went into waits between\s+attempts, /);
    assert.match (stdout.replace (/\s+/g, ' '), /AWS throttled DescribeLogGroups twice \(ThrottlingException\)\./);
    const rows = stdout.split ('\n').filter (row => /DescribeLogGroups #|wait: backoff|THROTTLED/.test (row)).map (row => row.trim ());
    const order = [/^\* .*DescribeLogGroups #1 /, /^THROTTLED: ThrottlingException, HTTP 400, AWS request \S/, /^\* .*wait: backoff /,
        /^\* .*DescribeLogGroups #2 /, /^THROTTLED: /, /^\* .*wait: backoff /, /^\* .*DescribeLogGroups #3 /];
    assert.equal (rows.length, order.length, stdout);
    order.forEach ((pattern, i) => assert.match (rows[i], pattern));
    assert.equal ((await traceOf (server, '1')).stdout, stdout, 'a call has two names');
});

test ('of requests at once that were retried each row says of which it is, and so does the reason', async () => {
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ FilterLogEvents: { throttle_rate: 1, count: 8 } });
    await call (server, 'search_log_events', { prefix: '/ecs/shop/', pattern: 'ERROR' });
    await sim.setFaults ({});
    const { stdout } = await traceOf (server, '1');
    const rows = [...stdout.matchAll (/^([ *]) +(FilterLogEvents|wait: backoff), request (\d+)(?: #(\d))? /gm)];
    const paused = rows.filter (([, , name]) => name === 'wait: backoff');
    assert.equal (paused.length, 8, stdout);
    for (const [, star, , request] of paused) {
        const attempts = rows.filter (([, , name, of]) => name === 'FilterLogEvents' && of === request);
        assert.deepEqual (attempts.map (([, , , , number]) => number), attempts.map ((_, i) => `${i + 1}`), stdout);
        assert.ok (attempts.length > 1 && attempts[0][1] === star, stdout);
    }
    assert.match (stdout.replace (/\s+/g, ' '), /before FilterLogEvents request \d+ of \d+, attempt 2 of \d/);
});

test ('lists and followers show only what was asked for', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const [failing, ofTool] = [await follow (server, '--errors'), await follow (server, '--tool', 'list_metrics')];
    await call (server, 'list_metrics', { namespace: 'AWS/RDS' });
    await sim.setFaults ({ DescribeAlarms: { error_rate: 1, error_status: 403 } });
    await call (server, 'describe_alarms', {});
    await sim.setFaults ({});
    await call (server, 'describe_log_groups', {});
    const numbers = text => text.split ('\n').map (line => line.match (/^ +(\d+) /)?.[1]).filter (number => number).join (' ');
    await waitFor (() => failing.lines ().length && ofTool.lines ().length, { what: 'both followers' });
    assert.equal (numbers ((await traceOf (server)).stdout), '1 2 3');
    assert.equal (numbers ((await traceOf (server, '--errors')).stdout), '2');
    assert.equal (numbers ((await traceOf (server, '--tool', 'list_metrics')).stdout), '1');
    assert.equal (numbers ((await traceOf (server, '--limit', '1')).stdout), '3');
    assert.equal ((await traceOf (server, '--slow', '1m')).stdout, 'No call of those that are kept is like that.\n');
    assert.equal (numbers (failing.stdout), '2');
    assert.equal (numbers (ofTool.stdout), '1');
    assert.equal (JSON.parse ((await traceOf (server, '--json')).stdout).calls.length, 3);
    await failing.stop ();
    await ofTool.stop ();
});

test ('top shows services, APIs, tools and the slowest calls, once where it is no terminal', async () => {
    const server = await startServer ({ endpoint: sim.url });
    await call (server, 'describe_alarms', {});
    const { code, stdout } = await run ('cloudwatch-mcp', ['top'], { CLOUDWATCH_MCP_ADMIN: server.adminUrl });
    assert.equal (code, 0);
    for (const pattern of [/^cloudwatch-mcp at http/, /\nalarms +0 +- +0\/\d+ +1 /, /\nCloudWatch\.DescribeAlarms +\d/, /\ndescribe_alarms +1 +0 /,
        /\n +1 {2}\d\d:\d\d:\d\d\.\d{3} {2}describe_alarms/])
        assert.match (stdout, pattern);
    assert.ok (!stdout.includes ('\x1b'), 'a pipe gets no escape sequences');
});

test ('a follower outlives its server, and says what it cannot have seen', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const port = new URL (server.adminUrl).port;
    const follower = await follow (server);
    await call (server, 'describe_alarms', {});
    await waitFor (() => follower.lines ().length === 1, { what: 'the first call' });
    await server.stop ();
    await waitFor (() => follower.stderr.includes ('has closed its feed'), { what: 'the sentence' });
    const next = await startServer ({ endpoint: sim.url, args: ['--admin-port', port] });
    await waitFor (async () => await followers (next) > 0, { what: 'the follower' });
    await call (next, 'describe_alarms', {});
    await waitFor (() => follower.lines ().length === 2, { what: 'the call of the new server' });
    await follower.stop ();
});

test ('a follower whose reader goes away goes too', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const follower = await follow (server);
    follower.child.stdout.destroy ();
    const [code] = await once (follower.child, 'exit');
    assert.equal (code, 0);
});

test ('what cannot be shown says what to do', async () => {
    const server = await startServer ({ endpoint: sim.url, args: ['--trace', 'off'] });
    const cases = [
        [['--admin', 'http://127.0.0.1:1'], 1, /There is no server at http:\/\/127\.0\.0\.1:1 \(connection refused\)\. Start one .*--admin/],
        [['--admin', `http://127.0.0.1:${server.port}`], 1, /is no admin port of a server that traces/],
        [['--admin', server.adminUrl], 1, /was started with --trace off/],
        [['--admin', server.adminUrl, '--follow'], 1, /was started with --trace off/],
        [['--admin', server.adminUrl, '17'], 1, /There is no such call/],
        [['--tool', 'describe_alarm'], 2, /did you mean describe_alarms/],
        [['--since', '3h'], 2, /--since is not a flag of trace/],
    ];
    for (const [args, code, pattern] of cases) {
        const ended = await run ('cloudwatch-mcp', ['trace', ...args]);
        assert.equal (ended.code, code, ended.stderr);
        assert.match (ended.stderr, pattern);
        assert.equal (ended.stdout, '');
    }
});
