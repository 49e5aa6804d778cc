//  Every tool, through every official MCP client: SDK v1, and SDK v2 in both eras. What they get must be the same.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { startServer, startSim, TOOLS } from './harness.mjs';

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url, args: ['--kept-bytes-max', '0'] });       //  The age of a list would differ

const NAME = { name: 'e2e', version: '1' };
const CLIENTS = {
    'SDK v1': [new ClientV1 (NAME, { capabilities: {} }), TransportV1],
    'SDK v2, older era': [new ClientV2 (NAME, { capabilities: {} }), TransportV2],
    'SDK v2, newer era': [new ClientV2 (NAME, { capabilities: {}, versionNegotiation: { mode: { pin: '2026-07-28' } } }), TransportV2],
    'SDK v2, whichever era': [new ClientV2 (NAME, { capabilities: {}, versionNegotiation: { mode: 'auto' } }), TransportV2],
};
for (const [client, Transport] of Object.values (CLIENTS)) {
    await client.connect (new Transport (new URL (server.url)));
    after (() => client.close ());
}

//  The same window for all: a few whole minutes that are over.
const minute = ago => new Date (Math.floor (Date.now () / 60000 - ago) * 60000).toISOString ();
const WINDOW = { start_time: minute (30), end_time: minute (5) };

//  Streams of a day that is over, and which no retention reaches yet.
const DAY = minute (60 * 24 * 5).slice (0, 10).replaceAll ('-', '/');

//  A call of each tool that has something to show, and the member that shows it.
const CALLS = {
    describe_alarms: [{ state: 'ALARM' }, 'alarms'],
    describe_log_groups: [{ prefix: '/aws/lambda/', limit: 5 }, 'log_groups'],
    filter_log_streams: [{ log_group: '/aws/lambda/shop-payment-capture', prefix: DAY, limit: 5 }, 'log_streams'],
    get_alarm_history: [{ start_time: minute (60 * 24 * 3), end_time: minute (5), limit: 5 }, 'rows'],
    get_dashboard: [{ name: 'shop-checkout' }, 'widgets'],
    get_metric_data: [{ namespace: 'AWS/RDS', metric_name: 'CPUUtilization', dimensions: { DBInstanceIdentifier: 'shop-orders-1' }, ...WINDOW },
        'series'],
    get_metric_metadata: [{ namespace: 'AWS/SQS' }, 'rows'],
    get_metric_statistics: [{ namespace: 'AWS/RDS', metric_name: 'CPUUtilization', dimensions: { DBInstanceIdentifier: 'shop-orders-1' },
        ...WINDOW }, 'series'],
    get_recommended_metric_alarms: [{ namespace: 'AWS/Lambda', metric_name: 'Errors', dimensions: { FunctionName: 'checkout' } }, 'alarms'],
    list_dashboards: [{ prefix: 'shop-' }, 'dashboards'],
    list_metrics: [{ namespace: 'AWS/Lambda', limit: 5 }, 'metrics'],
    search_log_events: [{ prefix: '/ecs/shop/orders', pattern: 'ERROR', limit: 5, ...WINDOW }, 'rows'],
    search_metric_metadata: [{ query: 'lambda throttled' }, 'rows'],
};

test ('there is a call for each tool, and no other', async () => {
    assert.deepEqual (Object.keys (CALLS).sort (), TOOLS);
});

for (const [name, [client]] of Object.entries (CLIENTS))
    test (`${name}: lists the tools`, async () => {
        const { tools } = await client.listTools ();
        assert.deepEqual (tools.map (tool => tool.name).sort (), TOOLS);
    });

test ('each client speaks the era that it was made for', () => {
    assert.equal (CLIENTS ['SDK v2, older era'] [0].getNegotiatedProtocolVersion (), '2025-11-25');
    assert.equal (CLIENTS ['SDK v2, newer era'] [0].getNegotiatedProtocolVersion (), '2026-07-28');
    assert.equal (CLIENTS ['SDK v2, whichever era'] [0].getNegotiatedProtocolVersion (), '2026-07-28');
});

for (const [tool, [args, member]] of Object.entries (CALLS))
    test (`${tool} answers every client the same, as text and as structure`, async () => {
        const answers = [];
        for (const [name, [client]] of Object.entries (CLIENTS)) {
            const { content, structuredContent, isError } = await client.callTool ({ name: tool, arguments: args });
            assert.ok (!isError, `${name}: ${content?.[0]?.text}`);
            assert.equal (content.length, 1);
            assert.deepEqual (JSON.parse (content [0].text), structuredContent);
            assert.ok (structuredContent [member].length > 0, `${name}: ${content [0].text}`);
            answers.push (structuredContent);
        }
        for (const answer of answers.slice (1))
            assert.deepEqual (answer, answers [0]);
    });

for (const tool of TOOLS)
    test (`${tool}: a wrong argument is a result that says so to every client`, async () => {
        for (const [client] of Object.values (CLIENTS)) {
            const { content, isError } = await client.callTool ({ name: tool, arguments: { limt: 1 } });
            assert.equal (isError, true);
            assert.match (content [0].text, /limt is not an argument of|`limt`/);
        }
    });
