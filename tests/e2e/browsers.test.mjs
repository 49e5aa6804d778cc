//  Clients that are web pages, and pages that should not be clients.
//
//  No browser runs here: its rules do. The fetch below asks first where a browser would, sends the page's origin, and shows the page only what the
//  answers allow (the Fetch standard, "CORS protocol"). The official clients are given it as theirs.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { JSON_HEADERS, post, request, startServer, startSim, TOOLS } from './harness.mjs';

const CHAT = 'https://chat.example.com';
const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url, env: { CLOUDWATCH_MCP_ALLOWED_ORIGINS: CHAT } });

//  What a page may send without asking, and read without being told that it may.
const FREE_METHODS = ['GET', 'HEAD', 'POST'], FREE_HEADERS = ['accept', 'accept-language', 'content-language'];
const FREE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
const READABLE = ['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma'];

const listed = (answer, name) => (answer.headers.get (name) ?? '').toLowerCase ().split (',').map (word => word.trim ());
const refused = why => Object.assign (new TypeError ('Failed to fetch'), { why });

async function askFirst (url, origin, method, names) {
    const answer = await fetch (url, { method: 'OPTIONS', redirect: 'error', headers: { origin, 'access-control-request-method': method,
        ...names.length ? { 'access-control-request-headers': names.join (',') } : {} } });
    if (!answer.ok || answer.headers.get ('access-control-allow-origin') !== origin)
        throw refused (`asked first: ${answer.status}`);
    if (!FREE_METHODS.includes (method) && !listed (answer, 'access-control-allow-methods').includes (method.toLowerCase ()))
        throw refused (method);
    const allowed = listed (answer, 'access-control-allow-headers');
    for (const name of names)
        if (!allowed.includes (name) && (name === 'authorization' || !allowed.includes ('*')))
            throw refused (name);
}

const browserOf = origin => async (url, init = {}) => {
    const headers = new Headers (init.headers), method = init.method ?? 'GET';
    const free = ([name, value]) => FREE_HEADERS.includes (name) || (name === 'content-type' && FREE_TYPES.includes (value));
    const names = [...headers].filter (header => !free (header)).map (([name]) => name).sort ();
    if (names.length || !FREE_METHODS.includes (method))
        await askFirst (url, origin, method, names);
    headers.set ('origin', origin);
    const answer = await fetch (url, { ...init, headers, redirect: 'error' });
    if (answer.headers.get ('access-control-allow-origin') !== origin)
        throw refused (`${method}: ${answer.status}`);
    const shown = [...READABLE, ...listed (answer, 'access-control-expose-headers')];
    return new Response (answer.body, { status: answer.status, statusText: answer.statusText,
        headers: [...answer.headers].filter (([name]) => shown.includes (name)) });
};

const NAME = { name: 'page', version: '1' };
const CLIENTS = {
    'SDK v1': [() => new ClientV1 (NAME, { capabilities: {} }), HttpV1],
    'SDK v2, older era': [() => new ClientV2 (NAME, { capabilities: {} }), HttpV2],
    'SDK v2, newer era': [() => new ClientV2 (NAME, { capabilities: {}, versionNegotiation: { mode: { pin: '2026-07-28' } } }), HttpV2],
};

for (const [name, [make, Transport]] of Object.entries (CLIENTS)) {
    for (const origin of ['http://localhost:6274', CHAT])
        test (`${name} in a page of ${origin} connects, lists, calls and reads`, async () => {
            const client = make (), errors = [];
            client.onerror = error => errors.push (error);
            await client.connect (new Transport (new URL (server.url), { fetch: browserOf (origin),
                requestInit: { headers: { authorization: 'Bearer of-a-gateway', 'x-of-the-user': '1' } } }));
            after (() => client.close ());
            assert.equal ((await client.listTools ()).tools.length, TOOLS.length);
            const { content, isError } = await client.callTool ({ name: 'describe_alarms', arguments: { limit: 1 } });
            assert.ok (!isError, content [0].text);
            assert.ok ((await client.listPrompts ()).prompts.length > 0);
            assert.deepEqual (errors, []);
        });

    for (const origin of ['https://evil.example.com', 'http://chat.example.com', 'https://chat.example.com:8443', 'null'])
        test (`${name} in a page of ${origin} comes to nothing`, async () => {
            const client = make ();
            await assert.rejects (client.connect (new Transport (new URL (server.url), { fetch: browserOf (origin) })), /Failed to fetch/);
            await client.close ();
        });
}

test ('a page reads the stream of a call, and what it may do instead of what it may not', async () => {
    const page = browserOf (CHAT);
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_metrics', arguments: {}, _meta: { progressToken: 1 } } };
    const told = await page (server.url, { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify (call) });
    assert.equal (told.headers.get ('content-type'), 'text/event-stream');
    assert.match (await told.text (), /notifications\/progress[\s\S]*"id":1/);
    for (const method of ['GET', 'DELETE']) {
        const answer = await page (server.url, { method, headers: { 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': 'of another server' } });
        assert.equal (answer.status, 405);
        assert.equal (answer.headers.get ('allow'), 'POST, OPTIONS');
    }
    await assert.rejects (page (server.url, { method: 'PUT' }), /Failed to fetch/);
    const wrong = await page (server.url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' });
    assert.match ((await wrong.json ()).error.message, /application\/json/);
});

//  A page that does not ask first can still send: what it sends must do nothing, and its answer must be nobody's to read.
for (const type of FREE_TYPES)
    test (`what a stranger's form sends as ${type} is refused before it is looked at`, async () => {
        const { status, headers } = await post (server, { jsonrpc: '2.0', id: 1, method: 'ping' },
            { headers: { origin: 'https://evil.example.com', 'content-type': type } });
        assert.equal (status, 403);
        assert.equal (headers ['access-control-allow-origin'], undefined);
    });

//  A name that was pointed here while its page was open: the page is of the same origin as we then, so it asks nobody, and its GETs have no Origin.
for (const [method, headers] of [['GET', {}], ['HEAD', {}], ['POST', { ...JSON_HEADERS, origin: 'http://evil.example.com:3334' }], ['OPTIONS', {}]])
    for (const target of ['/mcp', '/', '/.well-known/oauth-protected-resource'])
        test (`a rebound name's ${method} ${target} is refused`, async () => {
            const answer = await request (new URL (target, server.url), { method, headers: { ...headers, host: 'evil.example.com:3334' },
                body: method === 'POST' ? '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' : undefined });
            assert.equal (answer.status, headers.origin ? 403 : 421);
            assert.ok (method === 'HEAD' || /CLOUDWATCH_MCP_ALLOWED_HOSTS/.test (answer.text));
        });

for (const target of ['/mcp', '/mcp/', '/mcp?x=1', '//mcp', '/MCP', '/mcp/x', '/', '/sse', '/index.html', '/.well-known/mcp'])
    test (`${target} is never a redirect`, async () => {
        for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT']) {
            const { status, headers } = await request (`${server.url.replace ('/mcp', '')}${target}`, { method, headers: JSON_HEADERS });
            assert.ok (status < 300 || status >= 400, `${method} ${target}: ${status}`);
            assert.equal (headers.location, undefined);
        }
    });
