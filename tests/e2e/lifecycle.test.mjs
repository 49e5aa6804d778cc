//  Calls that take long, clients that leave, an AWS that is not there, and the end.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';

import { SECRET_KEY, call, post, request, run, startEndpoint, startServer, startSim, TOOLS, waitFor } from './harness.mjs';

const list = server => post (server, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, { headers: { 'mcp-protocol-version': '2025-11-25' } });

//  The requests for this operation that have reached AWS, all or those with this outcome so far
const asked = async (sim, operation, outcome) =>
    (await sim.requests ()).filter (one => one.operation === operation && (!outcome || one.outcome === outcome));

test ('a client that leaves in the middle of a call aborts the request to AWS', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ DescribeLogGroups: { hang: true } });
    const leaving = new AbortController ();
    const answer = call (server, 'describe_log_groups', {}, { signal: leaving.signal }).catch (error => error);
    await waitFor (async () => (await asked (sim, 'DescribeLogGroups', 'hanging')).length === 1, { what: 'the request at AWS' });
    leaving.abort ();
    await answer;
    await waitFor (async () => (await asked (sim, 'DescribeLogGroups', 'aborted by the client')).length === 1, { what: 'the abort, as AWS sees it' });
    assert.equal ((await list (server)).status, 200);
});

test ('eight calls against a slow AWS are there at the same time, and a tools/list among them does not wait', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ DescribeLogGroups: { latency_ms: 1000 } });
    let answered = 0;
    //  Each asks AWS for something else, or they would share one request
    const question = i => ({ limit: i + 1, prefix: '/aws/lam'.slice (0, i + 1) });
    const calls = Array.from ({ length: 8 }, (_, i) => call (server, 'describe_log_groups', question (i)).then (result => {
        answered += 1;
        return result;
    }));
    //  All eight wait at AWS at one moment: they overlap, whatever the clock of a busy machine says
    await waitFor (async () => (await asked (sim, 'DescribeLogGroups', 'waiting')).length === 8, { what: 'eight requests at AWS at once' });
    assert.equal ((await list (server)).json.result.tools.length, TOOLS.length);
    assert.equal (answered, 0, 'tools/list came before the eight');
    (await Promise.all (calls)).forEach ((result, i) => assert.equal (result.structuredContent.log_groups.length, i + 1));
});

test ('while AWS hangs, health, readiness and tools/list answer', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ ListMetrics: { hang: true } });
    const leaving = new AbortController ();
    const hanging = Array.from ({ length: 8 }, () =>
        call (server, 'list_metrics', { namespace: 'AWS/SQS' }, { signal: leaving.signal }).catch (error => error));
    await waitFor (async () => (await asked (sim, 'ListMetrics')).length > 0, { what: 'a request at AWS' });
    for (const ask of [() => request (`${server.adminUrl}/healthz`), () => request (`${server.adminUrl}/readyz`), () => list (server)])
        assert.equal ((await ask ()).status, 200);
    assert.ok (!(await call (server, 'describe_alarms', { limit: 1 })).isError, 'the other services are not held up');
    leaving.abort ();
    await Promise.all (hanging);
});

test ('SIGTERM: a call in flight gets its answer, new connections are refused, and the end is 0', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ DescribeAlarms: { latency_ms: 1500 } });
    const inFlight = call (server, 'describe_alarms', { limit: 1 });
    await waitFor (async () => (await asked (sim, 'DescribeAlarms')).length > 0, { what: 'the request at AWS' });
    server.signal ('SIGTERM');
    await waitFor (async () => (await list (server).catch (() => ({ status: 'refused' }))).status !== 200, { what: 'no new requests' });
    assert.equal (server.ended, null, 'it waits for the call');
    assert.equal ((await inFlight).structuredContent.alarms.length, 1);
    assert.deepEqual (await server.end (), { code: 0, signal: null });
});

test ('a child that it was given and that ends is buried, and nothing else happens', async () => {
    const server = await startServer ({ endpoint: (await startSim ()).url });
    process.kill (server.child.pid, 'SIGCHLD');
    assert.ok (!(await call (server, 'list_metrics', { namespace: 'AWS/SQS', limit: 1 })).isError);
    assert.equal (server.child.exitCode, null);
});

test ('SIGINT ends it with 0 as well', async () => {
    const server = await startServer ({ endpoint: (await startSim ()).url });
    server.signal ('SIGINT');
    assert.deepEqual (await server.end (), { code: 0, signal: null });
});

test ('an AWS that refuses connections: an error that says where it asked and what to look at, and the server goes on', async () => {
    const closed = net.createServer ().listen (0, '127.0.0.1');
    await once (closed, 'listening');
    const { port } = closed.address ();
    closed.close ();
    await once (closed, 'close');
    const server = await startServer ({ endpoint: `http://127.0.0.1:${port}` });
    const result = await call (server, 'describe_log_groups', {});
    assert.equal (result.isError, true);
    assert.match (result.content [0].text, /us-east-1.*connection refused.*AWS_ENDPOINT_URL/);
    assert.equal ((await list (server)).status, 200);
    assert.equal ((await request (`${server.adminUrl}/readyz`)).status, 200, 'AWS being away is no reason to be taken out of service');
});

for (const [what, handler] of [
    ['garbage', (question, answer) => answer.end ('<html>not what you think</html>')],
    ['half an answer', (question, answer) => {
        answer.writeHead (200, { 'content-length': 100 });
        answer.write ('{"logGroups":[', () => answer.socket.destroy ());
    }],
    ['a redirect elsewhere', (question, answer) => { answer.writeHead (301, { location: 'http://evil.example.com/' }); answer.end (); }],
    ['an answer nested a thousand deep', (question, answer) => answer.end ('['.repeat (1000) + ']'.repeat (1000))],
    ['500 each time', (question, answer) => { answer.writeHead (500); answer.end ('{"__type":"InternalFailure"}'); }],
]) {
    test (`an AWS that answers with ${what}: an isError result, and the server goes on`, async () => {
        const endpoint = await startEndpoint ((question, answer) => {
            question.resume ().on ('end', () => handler (question, answer));
        });
        const server = await startServer ({ endpoint });
        const result = await call (server, 'describe_log_groups', {});
        assert.equal (result.isError, true);
        assert.ok (result.content [0].text.length > 20, result.content [0].text);
        assert.equal ((await list (server)).status, 200);
    });
}

test ('throttling is waited out within the call', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url });
    await sim.setFaults ({ ListMetrics: { throttle_rate: 1, count: 2 } });
    const result = await call (server, 'list_metrics', { namespace: 'AWS/SQS', limit: 1 });
    assert.ok (!result.isError, result.content [0].text);
    assert.equal ((await asked (sim, 'ListMetrics')).length, 3);
});

test ('ten thousand calls leave no thread and no descriptor behind', async () => {
    const server = await startServer ({ endpoint: (await startSim ()).url, args: ['--quota-per-s', '100000'] });
    const count = what => fs.readdirSync (`/proc/${server.child.pid}/${what}`).length;
    const some = calls => Promise.all (Array.from ({ length: calls }, async () => {
        const result = await call (server, 'describe_alarms', { limit: 3 });        //  Whose answers are never kept: AWS is asked
        assert.ok (!result.isError, result.content [0].text);
    }));
    await some (50);
    const before = { threads: count ('task'), descriptors: count ('fd') };
    for (let i = 0; i < 200; i++)
        await some (50);
    assert.equal (count ('task'), before.threads);
    await waitFor (() => count ('fd') <= before.descriptors, { what: `no more than ${before.descriptors} descriptors` });
});

test ('without credentials it starts, is ready, lists its tools, and a call says which settings are missing', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } });
    assert.equal ((await list (server)).status, 200);
    const result = await call (server, 'describe_alarms', {});
    assert.equal (result.isError, true);
    assert.match (result.content [0].text, /AWS_ACCESS_KEY_ID|AWS_PROFILE/);
    assert.deepEqual (await sim.requests (), [], 'nothing unsigned went out');
});

test ('secrets are in no line of the log, and no answer', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, env: { CLOUDWATCH_MCP_LOG_LEVEL: 'debug' } });
    await call (server, 'describe_alarms', {});
    await server.stop ();
    assert.ok (!server.stderr.includes (SECRET_KEY) && !server.stdout.includes (SECRET_KEY));
    assert.ok (!/Signature=[0-9a-f]{64}/.test (server.stderr));
});

test ('an unknown flag, or a value that cannot be, is 2 and a sentence', async () => {
    for (const args of [['serve', '--prot', '1'], ['serve', '--port', 'http'], ['serve', '--port', '70000'], ['dance'],
        ['serve', '--region', 'nowhere'], ['serve', '--host', 'not an address'], ['serve', '--allowed-hosts', '*']]) {
        const { code, stderr } = await run ('cloudwatch-mcp', args);
        assert.equal (code, 2, args.join (' '));
        assert.ok (stderr.includes (args.at (-1)) || stderr.includes (args.at (-2)), stderr);
    }
});

test ('a port that is taken is said in a sentence', async () => {
    const server = await startServer ({ endpoint: (await startSim ()).url });
    const { code, stderr } = await run ('cloudwatch-mcp', ['serve', '--port', String (server.port), '--admin-port', '0']);
    assert.ok (code !== 0 && code !== null);
    assert.match (stderr, new RegExp (String (server.port)));
});
