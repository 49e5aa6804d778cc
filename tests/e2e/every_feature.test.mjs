//  Everything that the official clients can do, by each of them, in each era, over HTTP and over standard input and output.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';

import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';

import { ACCESS_KEY, environment, folderOf, LOCAL_TOOLS, pathOf, REGION, SECRET_KEY, startServer, startSim, TOOLS, waitFor } from './harness.mjs';

const sim = await startSim ();
//  Nothing is kept: what one client has asked is asked again for the next
const SETTINGS = { kept_bytes_max: 0, accounts: { own: {}, near: { regions: [REGION, 'eu-west-1'] } }, default_account: 'near' };
const config = path.join (folderOf ({ 'config.json': JSON.stringify (SETTINGS) }), 'config.json');
const server = await startServer ({ endpoint: sim.url, args: ['--config', config] });
const AWS = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_REGION: REGION, AWS_ENDPOINT_URL: sim.url };

const NAME = { name: 'e2e', version: '1' };
const v2 = mode => new ClientV2 (NAME, { capabilities: {}, ...(mode ? { versionNegotiation: { mode } } : {}) });
const CLIENTS = {
    'SDK v1': { make: () => new ClientV1 (NAME, { capabilities: {} }), http: HttpV1, stdio: StdioV1 },
    'SDK v2, older era': { make: () => v2 (), http: HttpV2, stdio: StdioV2 },
    'SDK v2, newer era': { make: () => v2 ({ pin: '2026-07-28' }), http: HttpV2, stdio: StdioV2, newer: true },
    'SDK v2, whichever era': { make: () => v2 ('auto'), http: HttpV2, stdio: StdioV2, newer: true },
};
const TRANSPORTS = {
    HTTP: ({ http: Transport }) => new Transport (new URL (server.url)),
    stdio: ({ stdio: Transport }) => new Transport (
        { command: pathOf ('cloudwatch-mcp'), args: ['--stdio', '--config', config], env: environment (AWS), stderr: 'ignore' }),
};

//  A client of this kind that is connected, and how it calls a tool.
async function connect (kind, transport) {
    const client = kind.make ();
    await client.connect (TRANSPORTS [transport] (kind));
    after (() => client.close ());
    const call = (name, args, options) => client instanceof ClientV1 ?
        client.callTool ({ name, arguments: args }, CallToolResultSchema, options) : client.callTool ({ name, arguments: args }, options);
    return { ...kind, transport, client, call };
}

const asked = async (operation, outcome) =>
    (await sim.requests ()).filter (one => one.operation === operation && (!outcome || one.outcome === outcome)).length;
const ALARM = 'shop-alb-latency-p99';

const FEATURES = {
    'knows whom it speaks to, and how': ({ client, newer }) => {
        assert.equal (client.getServerVersion ().name, 'cloudwatch-mcp');
        assert.match (client.getInstructions (), /AWS accounts, by the argument account: own; near\. Without it: near\./);
        if (client instanceof ClientV2)
            assert.equal (client.getNegotiatedProtocolVersion (), newer ? '2026-07-28' : '2025-11-25');
    },
    'lists the tools, and the accounts that they may ask': async ({ client }) => {
        const { tools } = await client.listTools ();
        assert.deepEqual (tools.map (tool => tool.name).sort (), TOOLS);
        for (const { name, inputSchema } of tools)
            assert.deepEqual (inputSchema.properties.account?.enum, LOCAL_TOOLS.includes (name) ? undefined : ['own', 'near'], name);
    },
    'calls twenty tools at once, and each answer is its own': async ({ call }) => {
        const results = await Promise.all (Array.from ({ length: 20 }, (_, i) => call ('describe_log_groups', { limit: i + 1, account: 'own' })));
        for (const [i, { isError, content, structuredContent }] of results.entries ()) {
            assert.ok (!isError, content [0].text);
            assert.equal (structuredContent.log_groups.length, i + 1);
            assert.deepEqual (JSON.parse (content [0].text), structuredContent);
        }
    },
    'is told what was wrong with a call': async ({ call }) => {
        const { isError, content } = await call ('describe_alarms', { account: 'nera' });
        assert.ok (isError);
        assert.match (content [0].text, /own and near/);
        await assert.rejects (call ('describe_alrms', {}), { code: -32602 });
    },
    'hears how far a call has come': async ({ call }) => {
        await sim.setFaults ({ ListMetrics: { latency_ms: 250 } });
        const heard = [];
        const { isError, content } = await call ('list_metrics', {}, { onprogress: ({ progress }) => heard.push (progress) });
        await sim.setFaults ({});
        assert.ok (!isError, content [0].text);
        assert.ok (heard.length >= 2, JSON.stringify (heard));
        assert.deepEqual (heard, [...new Set (heard)].sort ((a, b) => a - b));
    },
    'reads a guide and an alarm': async ({ client }) => {
        const { resources: [{ uri }] } = await client.listResources ();
        const { contents: [guide] } = await client.readResource ({ uri });
        assert.match (guide.text, /^# /);
        const { resourceTemplates } = await client.listResourceTemplates ();
        assert.equal (resourceTemplates.length, 5);
        const { contents: [alarm] } = await client.readResource ({ uri: `cloudwatch-mcp://alarm/${ALARM}?account=own` });
        assert.equal (JSON.parse (alarm.text).describe_alarms.alarms [0].name, ALARM);
        await assert.rejects (client.readResource ({ uri: 'cloudwatch-mcp://alarm/nope' }), { data: { uri: 'cloudwatch-mcp://alarm/nope' } });
    },
    'takes a prompt, with an account in it': async ({ client }) => {
        const { prompts } = await client.listPrompts ();
        assert.ok (prompts.every (prompt => prompt.arguments.some (({ name }) => name === 'account')));
        const { messages: [{ content }] } = await client.getPrompt ({ name: 'triage_alarm', arguments: { alarm_name: ALARM, account: 'own' } });
        assert.match (content.text, /Pass "account": "own" in every call/);
        await assert.rejects (client.getPrompt ({ name: 'triage_alarm', arguments: {} }), { code: -32602 });
    },
    'completes an alarm, an account and a region': async ({ client }) => {
        const complete = async (name, value, filled) => (await client.complete ({ ref: { type: 'ref/prompt', name: 'triage_alarm' },
            argument: { name, value }, ...(filled ? { context: { arguments: filled } } : {}) })).completion.values;
        assert.ok ((await complete ('alarm_name', 'shop-alb')).includes (ALARM));
        assert.deepEqual (await complete ('account', ''), ['near', 'own']);
        assert.deepEqual (await complete ('account', 'o'), ['own']);
        assert.deepEqual (await complete ('region', 'eu'), ['eu-west-1']);
        assert.deepEqual (await complete ('region', '', { account: 'own' }), []);
    },
    'is heard no more once it has given up a call, and goes on': async kind => {
        const { client, call, transport, newer } = await connect (kind, kind.transport);
        await sim.setFaults ({ DescribeAlarms: { hang: true } });
        const aborted = await asked ('DescribeAlarms', 'aborted by the client'), hanging = await asked ('DescribeAlarms', 'hanging');
        const controller = new AbortController ();
        const outcome = call ('describe_alarms', { limit: 7 }, { signal: controller.signal }).catch (error => error);
        await waitFor (async () => await asked ('DescribeAlarms', 'hanging') > hanging, { what: 'the request at AWS' });
        controller.abort ();
        assert.ok (await outcome instanceof Error);
        assert.equal ((await client.listTools ()).tools.length, TOOLS.length);
        //  An older client only sends a notification, which over HTTP is nobody's: its call ends with it
        if (transport === 'HTTP' && !newer)
            await client.close ();
        await waitFor (async () => await asked ('DescribeAlarms', 'aborted by the client') > aborted,
            { deadlineMs: 10_000, what: 'the abort, as AWS sees it' });
        await sim.setFaults ({});
    },
};

const OLDER_FEATURES = {
    'pings': async ({ client }) => assert.deepEqual (await client.ping (), {}),
};

for (const [name, kind] of Object.entries (CLIENTS))
    for (const transport of Object.keys (TRANSPORTS)) {
        const connected = await connect (kind, transport);
        for (const [feature, uses] of Object.entries ({ ...FEATURES, ...kind.newer ? {} : OLDER_FEATURES }))
            test (`${name} over ${transport} ${feature}`, () => uses (connected));
    }
