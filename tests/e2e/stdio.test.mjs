//  A client that starts the server itself, and speaks to it over standard input and output: the official ones, and by hand.

import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as TransportV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';

import { ACCESS_KEY, environment, pathOf, Program, REGION, SECRET_KEY, startSim, TOOLS, waitFor } from './harness.mjs';

const sim = await startSim ();
const AWS = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_REGION: REGION, AWS_ENDPOINT_URL: sim.url };

const asked = async (operation, outcome) =>
    (await sim.requests ()).filter (one => one.operation === operation && (!outcome || one.outcome === outcome)).length;

//  --- The official clients

const NAME = { name: 'e2e', version: '1' };
const PARAMETERS = { command: pathOf ('cloudwatch-mcp'), args: ['--stdio'], env: environment (AWS), stderr: 'ignore' };
const CLIENTS = {
    'SDK v1': [new ClientV1 (NAME, { capabilities: {} }), TransportV1],
    'SDK v2, older era': [new ClientV2 (NAME, { capabilities: {} }), TransportV2],
    'SDK v2, newer era': [new ClientV2 (NAME, { capabilities: {}, versionNegotiation: { mode: { pin: '2026-07-28' } } }), TransportV2],
    'SDK v2, whichever era': [new ClientV2 (NAME, { capabilities: {}, versionNegotiation: { mode: 'auto' } }), TransportV2],
};
for (const [client, Transport] of Object.values (CLIENTS)) {
    await client.connect (new Transport (PARAMETERS));
    after (() => client.close ());
}

for (const [name, [client]] of Object.entries (CLIENTS)) {
    const call = (what, options) => name === 'SDK v1' ? client.callTool (what, CallToolResultSchema, options) : client.callTool (what, options);

    test (`${name}: the tools are there, and one answers as text and as structure`, async () => {
        await sim.setFaults ({});
        const { tools } = await client.listTools ();
        assert.deepEqual (tools.map (tool => tool.name).sort (), TOOLS);
        const { content, structuredContent, isError } = await call ({ name: 'describe_alarms', arguments: { state: 'ALARM' } });
        assert.ok (!isError, content [0].text);
        assert.ok (structuredContent.alarms.length > 0);
        assert.deepEqual (JSON.parse (content [0].text), structuredContent);
    });

    test (`${name}: hears progress, and may call meanwhile`, async () => {
        await sim.setFaults ({ ListMetrics: { latency_ms: 400 } });
        const heard = [];
        const slow = call ({ name: 'list_metrics', arguments: {} }, { onprogress: ({ progress }) => heard.push (progress) });
        const quick = await call ({ name: 'describe_log_groups', arguments: { limit: 1 } });
        assert.ok (!quick.isError);
        assert.ok (!(await slow).isError);
        assert.ok (heard.length >= 2);
        assert.deepEqual (heard, [...new Set (heard)].sort ((a, b) => a - b));
    });

    test (`${name}: a call that is given up is given up in AWS`, async () => {
        await sim.setFaults ({ DescribeAlarms: { hang: true } });
        const aborted = await asked ('DescribeAlarms', 'aborted by the client');
        const hanging = await asked ('DescribeAlarms', 'hanging');
        const controller = new AbortController ();
        const outcome = call ({ name: 'describe_alarms', arguments: { limit: 1 } }, { signal: controller.signal }).catch (error => error);
        await waitFor (async () => await asked ('DescribeAlarms', 'hanging') > hanging, { what: 'the request at AWS' });
        controller.abort ();
        assert.ok (await outcome instanceof Error);
        //  Sooner than the server itself would lose its patience with AWS
        await waitFor (async () => await asked ('DescribeAlarms', 'aborted by the client') > aborted,
            { deadlineMs: 10_000, what: 'its abort, as AWS sees it' });
    });
}

//  --- By hand

function start ({ args = ['--stdio'], stdin = 'pipe', env = {} } = {}) {
    const program = new Program ('cloudwatch-mcp', args, { ...AWS, ...env }, { stdin });
    program.say = (...messages) => program.child.stdin.write (messages.map (message =>
        `${typeof message === 'string' ? message : JSON.stringify (message)}\n`).join (''));
    //  Whatever is on standard output is MCP
    program.heard = () => program.stdout.split ('\n').slice (0, -1).map (line => JSON.parse (line));
    program.answer = id => program.printed (() => program.heard ().find (message => message.id === id), `the answer to ${id}`);
    after (() => { if (!program.ended) program.signal ('SIGKILL'); });
    return program;
}

const ping = id => ({ jsonrpc: '2.0', id, method: 'ping' });
const callOf = (id, name, args) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } });
const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };

test ('eras are told apart message by message, and what cannot be read is answered and survived', async () => {
    const server = start ();
    server.say ({ jsonrpc: '2.0', id: 'first', method: 'server/discover', params: { _meta: META } }, '', 'nonsense\r', ping (0),
        { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: NAME } },
        { jsonrpc: '2.0', method: 'notifications/initialized' },
        { jsonrpc: '2.0', id: 2, method: 'tools/list', params: { _meta: META } }, { jsonrpc: '2.0', id: 3, method: 'tools/list' },
        { jsonrpc: '2.0', id: 4, method: 'ping', params: { _meta: META } }, [ping (5)], ping (6));
    await server.answer (6);
    const heard = server.heard ();
    const answers = Object.fromEntries (heard.map (message => [message.id, message]));
    assert.equal (heard.length, 9);
    assert.deepEqual (heard.map (message => message.id), ['first', undefined, 0, 1, 2, 3, 4, undefined, 6]);
    assert.equal (answers.first.result.resultType, 'complete');
    assert.equal (heard [1].error.code, -32700);
    assert.equal (answers [1].result.protocolVersion, '2025-06-18');
    assert.equal (answers [2].result.resultType, 'complete');
    assert.equal (answers [3].result.resultType, undefined);
    assert.ok (answers [3].result.tools [0].outputSchema);
    assert.equal (answers [4].error.code, -32601);
    assert.equal (heard [7].error.code, -32600);
    server.child.stdin.end ();
    assert.equal ((await server.end ()).code, 0);
});

test ('a line of megabytes is a message like any other', async () => {
    const server = start ();
    server.say (callOf (1, 'describe_log_groups', { prefix: 'x'.repeat (3 * 1024 * 1024) }), ping (2));
    assert.match ((await server.answer (1)).result.content [0].text, /prefix/);
    await server.answer (2);
    server.child.stdin.end ();
    assert.equal ((await server.end ()).code, 0);
});

test ('the input may be a file', async () => {
    const folder = mkdtempSync (path.join (tmpdir (), 'stdio-'));
    const input = path.join (folder, 'in'), count = 3000;
    writeFileSync (input, Array.from ({ length: count }, (_, id) => JSON.stringify (ping (id))).join ('\n') +
        `\n${JSON.stringify (callOf ('last', 'describe_alarms', { limit: 1 }))}`);
    await sim.setFaults ({});
    const fd = openSync (input, 'r');
    const server = start ({ stdin: fd });
    closeSync (fd);
    assert.equal ((await server.end ()).code, 0);
    assert.equal (server.heard ().length, count + 1);
    assert.equal ((await server.answer ('last')).result.isError, false);
});

test ('at the end of input what is in flight is answered', async () => {
    await sim.setFaults ({ DescribeLogGroups: { latency_ms: 500 } });
    const server = start ();
    server.say (callOf (1, 'describe_log_groups', { limit: 1 }));
    server.child.stdin.end ();
    assert.equal ((await server.end ()).code, 0);
    assert.equal ((await server.answer (1)).result.isError, false);
});

for (const [what, leave] of [
    ['the end of input', server => server.child.stdin.end ()],
    ['SIGTERM', server => server.signal ('SIGTERM')],
    ['SIGINT', server => server.signal ('SIGINT')],
]) {
    test (`at ${what} a call that does not end is cancelled, in AWS too, and the server exits with 0`, async () => {
        await sim.setFaults ({ ListMetrics: { hang: true } });
        const aborted = await asked ('ListMetrics', 'aborted by the client'), hanging = await asked ('ListMetrics', 'hanging');
        const server = start ();
        server.say (callOf (1, 'list_metrics', { namespace: 'AWS/SQS', limit: 1 }));
        await waitFor (async () => await asked ('ListMetrics', 'hanging') > hanging, { what: 'the request at AWS' });
        leave (server);
        assert.equal ((await server.end ()).code, 0);
        assert.deepEqual (server.heard (), []);
        await waitFor (async () => await asked ('ListMetrics', 'aborted by the client') > aborted, { what: 'the abort' });
    });
}

test ('a request that was taken back is not answered, and others are', async () => {
    await sim.setFaults ({ ListMetrics: { hang: true } });
    const server = start (), hanging = await asked ('ListMetrics', 'hanging');
    server.say (callOf (1, 'list_metrics', { namespace: 'AWS/SQS', limit: 1 }));
    await waitFor (async () => await asked ('ListMetrics', 'hanging') > hanging, { what: 'the request at AWS' });
    server.say ({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, reason: 'enough' } }, ping (2));
    await server.answer (2);
    server.child.stdin.end ();
    assert.equal ((await server.end ()).code, 0);
    assert.deepEqual (server.heard ().map (message => message.id), [2]);
});

test ('a client that closes its end is the end of the server', async () => {
    const server = start ();
    server.say (ping (1));
    await server.answer (1);
    server.child.stdout.destroy ();
    server.say (ping (2));
    assert.equal ((await server.end ()).code, 0);
});

test ('demo --stdio answers from the simulator', async () => {
    const server = start ({ args: ['demo', '--stdio'] });
    server.say (callOf (1, 'describe_alarms', { limit: 1 }));
    assert.equal ((await server.answer (1)).result.isError, false);
    server.child.stdin.end ();
    assert.equal ((await server.end ()).code, 0);
});
