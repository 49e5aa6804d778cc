//  Answers that take long, as the official clients meet them: streams with progress, signs of life, and the end of a client's patience.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';

import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';

import { eventsOf, JSON_HEADERS, post, startServer, startSim, waitFor } from './harness.mjs';

const sim = await startSim ();
//  Nothing is kept: the same question takes its time each time
const server = await startServer ({ endpoint: sim.url, args: ['--kept-bytes-max', '0'] });

const NAME = { name: 'e2e', version: '1' };

//  How each client makes a call, with its options.
const v1 = new ClientV1 (NAME, { capabilities: {} });
const v2 = new ClientV2 (NAME, { capabilities: {} });
const modern = new ClientV2 (NAME, { capabilities: {}, versionNegotiation: { mode: { pin: '2026-07-28' } } });
for (const [client, Transport] of [[v1, TransportV1], [v2, TransportV2], [modern, TransportV2]]) {
    await client.connect (new Transport (new URL (server.url)));
    after (() => client.close ());
}
const CLIENTS = {
    'SDK v1': (call, options) => v1.callTool (call, CallToolResultSchema, options),
    'SDK v2, older era': (call, options) => v2.callTool (call, options),
    'SDK v2, newer era': (call, options) => modern.callTool (call, options),
};

const COUNT = { name: 'list_metrics', arguments: {} };          //  Reads every page there is

const asked = async (operation, outcome) =>
    (await sim.requests ()).filter (one => one.operation === operation && (!outcome || one.outcome === outcome)).length;

for (const [name, call] of Object.entries (CLIENTS)) {
    test (`${name}: onprogress is called with rising numbers, and then the answer comes`, async () => {
        await sim.setFaults ({ ListMetrics: { latency_ms: 400 } });
        const heard = [];
        const result = await call (COUNT, { onprogress: progress => heard.push (progress) });
        assert.ok (!result.isError, result.content [0].text);
        assert.ok (result.structuredContent.namespaces.length > 1);
        assert.ok (heard.length >= 2, JSON.stringify (heard));
        for (const [i, { progress, message }] of heard.entries ()) {
            assert.ok (i === 0 || progress > heard [i - 1].progress, JSON.stringify (heard));
            assert.match (message, /metrics counted/);
        }
    });

    test (`${name}: a call that outlasts the client's timeout goes on while progress comes (resetTimeoutOnProgress)`, async () => {
        const latency = 1500, patience = 3000;
        await sim.setFaults ({ ListMetrics: { latency_ms: latency } });
        const before = await asked ('ListMetrics');
        const result = await call (COUNT, { timeout: patience, resetTimeoutOnProgress: true, onprogress: () => {} });
        assert.ok (!result.isError, result.content [0].text);
        const pages = await asked ('ListMetrics') - before;
        assert.ok (pages * latency > patience, `${pages} pages, one after the other, last longer than the client waits`);
    });

}

//  In the newer era a client closes the request that it gives up. In the older one it sends a notification, over HTTP from nobody in particular, and
//  closes its requests only when it is closed itself.
const aborts = {
    'SDK v2, newer era, that gives up a call': async call => {
        const controller = new AbortController ();
        const outcome = modern.callTool (call, { signal: controller.signal }).catch (error => error);
        return { outcome, leave: () => controller.abort () };
    },
    'SDK v1 that is closed': async call => {
        const client = new ClientV1 (NAME, { capabilities: {} });
        await client.connect (new TransportV1 (new URL (server.url)));
        const outcome = client.callTool (call, CallToolResultSchema, { onprogress: () => {} }).catch (error => error);
        return { outcome, leave: () => client.close () };
    },
};
for (const [name, begin] of Object.entries (aborts))
    test (`${name} has it given up in AWS too`, async () => {
        await sim.setFaults ({ DescribeAlarms: { hang: true } });
        const aborted = await asked ('DescribeAlarms', 'aborted by the client');
        const hanging = await asked ('DescribeAlarms', 'hanging');
        const { outcome, leave } = await begin ({ name: 'describe_alarms', arguments: { limit: 1 } });
        await waitFor (async () => await asked ('DescribeAlarms', 'hanging') > hanging, { what: 'the request at AWS' });
        await leave ();
        assert.ok (await outcome instanceof Error);
        //  Sooner than the server itself would lose its patience with AWS
        await waitFor (async () => await asked ('DescribeAlarms', 'aborted by the client') > aborted,
            { deadlineMs: 10_000, what: 'its abort, as AWS sees it' });
    });

//  --- By hand

const message = (id, params) => ({ jsonrpc: '2.0', id, method: 'tools/call', params });

test ('an answer that is ready soon is JSON, and a stream once it takes longer than two seconds', async () => {
    await sim.setFaults ({});
    const soon = await post (server, message (1, { name: 'describe_log_groups', arguments: { limit: 1 } }));
    assert.match (soon.headers ['content-type'], /^application\/json/);
    await sim.setFaults ({ DescribeLogGroups: { latency_ms: 3000 } });
    const late = await post (server, message ('late', { name: 'describe_log_groups', arguments: { limit: 2 } }));
    assert.equal (late.status, 200);
    assert.match (late.headers ['content-type'], /^text\/event-stream/);
    assert.equal (late.headers ['x-accel-buffering'], 'no');
    assert.doesNotMatch (late.text, /^id:/m);
    const events = eventsOf (late.text);
    assert.equal (events.length, 1);
    assert.equal (events [0].id, 'late');
    assert.equal (events [0].result.isError, false);
});

for (const accept of ['application/json', '*/*'])
    test (`a client that accepts ${accept} and no stream is answered as JSON, however long it takes`, async () => {
        await sim.setFaults ({ DescribeLogGroups: { latency_ms: 3000 } });
        const { headers, json } = await post (server, message (3, { name: 'describe_log_groups', arguments: { limit: 3 },
            _meta: { progressToken: 1 } }), { headers: { accept } });
        assert.match (headers ['content-type'], /^application\/json/);
        assert.equal (json.id, 3);
    });

test ('progress has the token that was sent, of the same type, and the stream ends with the answer', async () => {
    await sim.setFaults ({ ListMetrics: { latency_ms: 400 } });
    for (const progressToken of [0, 'a text', 9007199254740991]) {
        const { headers, text } = await post (server, message (4, { ...COUNT, _meta: { progressToken } }));
        assert.match (headers ['content-type'], /^text\/event-stream/);
        const events = eventsOf (text);
        const last = events.pop ();
        assert.equal (last.id, 4);
        assert.ok (events.length > 0);
        for (const { method, params } of events) {
            assert.equal (method, 'notifications/progress');
            assert.strictEqual (params.progressToken, progressToken);
        }
    }
});

test ('a stream on which nothing happens shows a sign of life every fifteen seconds, which no client minds', async () => {
    await sim.setFaults ({ DescribeLogGroups: { latency_ms: 19_000 } });
    const body = JSON.stringify (message (5, { name: 'describe_log_groups', arguments: { limit: 5 } }));
    const [text, result] = await Promise.all ([
        post (server, body).then (answer => answer.text),
        v1.callTool ({ name: 'describe_log_groups', arguments: { limit: 6 } }, CallToolResultSchema),
    ]);
    assert.match (text, /^:\n\n/);
    assert.equal (eventsOf (text).length, 1);
    assert.ok (!result.isError);
});

test ('who leaves a stream has cancelled its call in AWS, and a notification over HTTP cancels nothing', async () => {
    await sim.setFaults ({ ListMetrics: { hang: true } });
    const aborted = await asked ('ListMetrics', 'aborted by the client');
    const body = JSON.stringify (message (6, { name: 'list_metrics', arguments: { namespace: 'AWS/SQS', limit: 1 }, _meta: { progressToken: 6 } }));
    const sent = http.request (server.url, { method: 'POST', headers: JSON_HEADERS, agent: false });
    sent.on ('error', () => {});
    const answer = await new Promise (resolve => { sent.on ('response', resolve).end (body); });
    answer.on ('error', () => {}).resume ();
    assert.match (answer.headers ['content-type'], /^text\/event-stream/);
    await waitFor (async () => await asked ('ListMetrics', 'hanging') > 0, { what: 'the request at AWS' });
    const notified = await post (server, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 6 } });
    assert.equal (notified.status, 202);
    assert.equal ((await post (server, { jsonrpc: '2.0', id: 6, method: 'ping' })).status, 200);
    assert.equal (await asked ('ListMetrics', 'aborted by the client'), aborted, 'the call is still asked for');
    answer.destroy ();
    await waitFor (async () => await asked ('ListMetrics', 'aborted by the client') > aborted, { what: 'the abort' });
});
