//  The clients of other languages, whose SDKs are not at hand here, as far as the wire goes: how their HTTP libraries frame a message, and how they
//  write it. Each speaks the older handshake, a list, a call that tells its progress, and ends as it would.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eventsOf, startServer, startSim, TOOLS } from './harness.mjs';
import { requestOf, Wire } from './by_hand.mjs';

const sim = await startSim ();
//  Nothing is kept: each of them waits for its pages
const server = await startServer ({ endpoint: sim.url, args: ['--kept-bytes-max', '0'] });

const sized = (headers, body) => [{ ...headers, 'Content-Length': Buffer.byteLength (body) }, body];
const chunked = (headers, body) => [{ ...headers, 'Transfer-Encoding': 'chunked' }, `${body.length.toString (16)}\r\n${body}\r\n0\r\n\r\n`];

//  frame: the headers and the body as they are sent. id: of the nth request. revision: that it asks for.
const STACKS = {
    'Python': { revision: '2025-11-25', id: n => n, frame: sized, headers: {
        'Accept': 'application/json, text/event-stream', 'Accept-Encoding': 'gzip, deflate, br, zstd', 'Connection': 'keep-alive',
        'User-Agent': 'python-httpx/0.28.1', 'Content-Type': 'application/json' } },
    'Go': { revision: '2025-11-25', id: n => n + 1, frame: sized, headers: {
        'User-Agent': 'Go-http-client/1.1', 'Accept': 'application/json, text/event-stream', 'Content-Type': 'application/json',
        'Accept-Encoding': 'gzip' } },
    'Java, which would rather speak HTTP/2': { revision: '2025-06-18', id: n => `3f0c8a52-${n}`, frame: sized, headers: {
        'Connection': 'Upgrade, HTTP2-Settings', 'HTTP2-Settings': 'AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAABgAGAAA', 'Upgrade': 'h2c',
        'User-Agent': 'Java-http-client/21.0.2', 'Accept': 'text/event-stream, application/json', 'Cache-Control': 'no-cache',
        'Content-Type': 'application/json' } },
    'C#, in chunks and with a charset': { revision: '2025-11-25', id: n => n + 1, frame: chunked, headers: {
        'Accept': 'application/json, text/event-stream', 'Content-Type': 'application/json; charset=utf-8' } },
    'Rust, in small letters': { revision: '2025-06-18', id: n => n, frame: sized, headers: {
        'accept': 'text/event-stream, application/json', 'content-type': 'application/json' } },
    'PHP, of the first revision': { revision: '2025-03-26', id: n => `r${n}`, frame: sized, headers: {
        'User-Agent': 'curl/7.88.1', 'Accept': 'application/json;q=0.9,text/event-stream', 'Content-Type': 'application/json;charset=UTF-8' } },
};

for (const [name, { revision, id, frame, headers }] of Object.entries (STACKS))
    test (`a client in ${name} connects, lists, and hears how far its call has come`, async () => {
        const wire = new Wire (server), host = { Host: `localhost:${server.port}` };
        const ask = (message, more) => wire.ask (requestOf ('POST', '/mcp', ...frame ({ ...host, ...more, ...headers }, JSON.stringify (message))));
        const opened = await ask ({ jsonrpc: '2.0', id: id (0), method: 'initialize',
            params: { protocolVersion: revision, capabilities: {}, clientInfo: { name, version: '1' } } });
        assert.deepEqual ([opened.status, opened.json.id, opened.json.result.protocolVersion], [200, id (0), revision]);
        assert.equal (opened.headers ['content-encoding'], undefined);
        assert.equal (opened.headers.upgrade, undefined);

        const versioned = revision === '2025-03-26' ? {} : { 'Mcp-Protocol-Version': revision };
        const noted = await ask ({ jsonrpc: '2.0', method: 'notifications/initialized' }, versioned);
        assert.deepEqual ([noted.status, noted.text], [202, '']);
        const stream = await wire.ask (requestOf ('GET', '/mcp', { ...host, ...versioned, Accept: 'text/event-stream' }));
        assert.equal (stream.status, 405);

        const { json: list } = await ask ({ jsonrpc: '2.0', id: id (1), method: 'tools/list', params: {} }, versioned);
        assert.deepEqual ([list.id, list.result.tools.length], [id (1), TOOLS.length]);
        await sim.setFaults ({ ListMetrics: { latency_ms: 200 } });
        const told = await ask ({ jsonrpc: '2.0', id: id (2), method: 'tools/call',
            params: { name: 'list_metrics', arguments: {}, _meta: { progressToken: id (2) } } }, versioned);
        const events = eventsOf (told.text);
        assert.equal (told.headers ['content-type'], 'text/event-stream');
        assert.deepEqual ([events.at (-1).id, events.at (-1).result.isError], [id (2), false]);
        assert.ok (events.length > 1 && events.slice (0, -1).every (event => event.params.progressToken === id (2)), told.text);

        assert.deepEqual ((await ask ({ jsonrpc: '2.0', id: id (3), method: 'ping' }, versioned)).json, { jsonrpc: '2.0', id: id (3), result: {} });
        assert.equal ((await wire.ask (requestOf ('DELETE', '/mcp', { ...host, ...versioned }))).status, 405);
        assert.deepEqual ([wire.bytes, wire.closed], ['', false]);
    });
