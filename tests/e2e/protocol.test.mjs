//  The protocol by hand, byte for byte: what an SDK would hide, and what no SDK would send.

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { eventsOf, JSON_HEADERS, post, request, startServer, startSim, TOOLS, waitFor } from './harness.mjs';

const MODERN = '2026-07-28';
const SUPPORTED = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'];
const META = { 'io.modelcontextprotocol/protocolVersion': MODERN, 'io.modelcontextprotocol/clientCapabilities': {} };

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url });

const legacy = (method, params, id = 1) => post (server, { jsonrpc: '2.0', id, method, ...(params ? { params } : {}) },
    { headers: { 'mcp-protocol-version': '2025-11-25' } });

//  A stateless request with the headers that belong to it, some of them changed (undefined leaves one out).
function modern (method, params = {}, { id = 1, meta = META, headers = {} } = {}) {
    const all = { 'mcp-protocol-version': MODERN, 'mcp-method': method, ...(params.name ? { 'mcp-name': params.name } : {}), ...headers };
    for (const [name, value] of Object.entries (all))
        if (value === undefined)
            delete all [name];
    return post (server, { jsonrpc: '2.0', id, method, params: { ...params, ...(meta ? { _meta: meta } : {}) } }, { headers: all });
}

//  --- The handshake of the older revisions

for (const revision of ['2025-11-25', '2025-06-18', '2025-03-26']) {
    test (`initialize in ${revision} is answered in ${revision}, without a session`, async () => {
        const { status, headers, json } = await post (server, { jsonrpc: '2.0', id: 0, method: 'initialize',
            params: { protocolVersion: revision, capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } });
        assert.equal (status, 200);
        assert.match (headers ['content-type'], /^application\/json/);
        assert.equal (headers ['mcp-session-id'], undefined);
        assert.equal (json.id, 0);
        assert.equal (json.result.protocolVersion, revision);
        assert.equal (json.result.serverInfo.name, 'cloudwatch-mcp');
        assert.ok (json.result.capabilities.tools);
    });

    test (`after it, ${revision} lists the tools, and nothing of the newer revision is in the answer`, async () => {
        const { status, json } = await post (server, { jsonrpc: '2.0', id: 1, method: 'tools/list' },
            { headers: { 'mcp-protocol-version': revision } });
        assert.equal (status, 200);
        assert.equal (json.result.tools.length, TOOLS.length);
        for (const member of ['resultType', 'ttlMs', 'cacheScope'])
            assert.equal (json.result [member], undefined);
    });
}

for (const asked of ['2026-07-28', '2024-11-05', '1999-01-01']) {
    test (`initialize asking ${asked} is offered the newest revision that has a handshake`, async () => {
        const { status, json } = await post (server, { jsonrpc: '2.0', id: 0, method: 'initialize',
            params: { protocolVersion: asked, capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } });
        assert.equal (status, 200);
        assert.equal (json.result.protocolVersion, '2025-11-25');
    });
}

test ('no handshake and no version header at all is 2025-03-26, and is served', async () => {
    const { status, json } = await post (server, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
    assert.equal (status, 200);
    assert.equal (json.result.tools.length, TOOLS.length);
});

test ('a version header that nobody knows is 400', async () => {
    const { status } = await post (server, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, { headers: { 'mcp-protocol-version': '1999-01-01' } });
    assert.equal (status, 400);
});

test ('a session id that a client remembers from another server is ignored', async () => {
    const { status } = await post (server, { jsonrpc: '2.0', id: 1, method: 'tools/list' },
        { headers: { 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': 'long-gone' } });
    assert.equal (status, 200);
});

test ('ping is answered with an empty result', async () => {
    assert.deepEqual ((await legacy ('ping', undefined, 4)).json, { jsonrpc: '2.0', id: 4, result: {} });
});

test ('a method that we do not have is -32601 with status 200: 404 would say "session gone" to these clients', async () => {
    const { status, json } = await legacy ('resources/teleport', {}, 'r');
    assert.equal (status, 200);
    assert.equal (json.id, 'r');
    assert.equal (json.error.code, -32601);
    assert.match (json.error.message, /resources\/teleport/);
});

for (const method of ['notifications/initialized', 'notifications/cancelled', 'notifications/whatever']) {
    test (`${method} is accepted: 202, and not a byte`, async () => {
        const { status, text } = await post (server, { jsonrpc: '2.0', method, params: { requestId: 1 } });
        assert.equal (status, 202);
        assert.equal (text, '');
    });
}

for (const method of ['GET', 'DELETE', 'PUT', 'HEAD']) {
    test (`${method} /mcp is 405 and says what would be allowed`, async () => {
        const { status, headers } = await request (server.url, { method, headers: { accept: 'text/event-stream' } });
        assert.equal (status, 405);
        assert.match (headers.allow, /\bPOST\b/);
    });
}

test ('/mcp/ answers like /mcp, without a redirect', async () => {
    const { status, json } = await request (`${server.url}/`, { method: 'POST', headers: JSON_HEADERS,
        body: JSON.stringify ({ jsonrpc: '2.0', id: 1, method: 'tools/list' }) });
    assert.equal (status, 200);
    assert.equal (json.result.tools.length, TOOLS.length);
});

test ('another path is 404', async () => {
    const { status } = await request (server.url.replace ('/mcp', '/elsewhere'), { method: 'POST', headers: JSON_HEADERS, body: '{}' });
    assert.equal (status, 404);
});

//  --- Several messages at once, which only 2025-03-26 has

const PING = { jsonrpc: '2.0', method: 'ping' };
const byId = answers => Object.fromEntries (answers.map (answer => [answer.id, answer]));

for (const headers of [{}, { 'mcp-protocol-version': '2025-03-26' }]) {
    const how = headers ['mcp-protocol-version'] ? 'with its version header' : 'without a version header';

    test (`2025-03-26, ${how}: a batch is answered by an array of answers, an error being one of them`, async () => {
        const call = { jsonrpc: '2.0', id: 'c', method: 'tools/call', params: { name: 'describe_alarms', arguments: { limit: 1 } } };
        const { status, json } = await post (server, [{ ...PING, id: 0 }, call, { jsonrpc: '2.0', method: 'notifications/initialized' },
            { ...PING, id: 2, method: 'no/such' }, 17], { headers });
        assert.equal (status, 200);
        assert.equal (json.length, 4);
        const answers = byId (json);
        assert.deepEqual (answers [0], { jsonrpc: '2.0', id: 0, result: {} });
        assert.equal (answers.c.result.isError, false);
        assert.equal (answers [2].error.code, -32601);
        assert.equal (answers [undefined].error.code, -32600);
    });
}

test ('2025-03-26: a batch of notifications only is accepted: 202, and not a byte', async () => {
    const { status, text } = await post (server, [{ jsonrpc: '2.0', method: 'notifications/initialized' }]);
    assert.equal (status, 202);
    assert.equal (text, '');
});

test ('2025-03-26: a batch that wants progress is a stream, which ends with all answers', async () => {
    const call = { jsonrpc: '2.0', id: 'c', method: 'tools/call', params: { name: 'list_metrics', arguments: {}, _meta: { progressToken: 't' } } };
    const { headers, text } = await post (server, [call, { ...PING, id: 1 }]);
    assert.match (headers ['content-type'], /^text\/event-stream/);
    const events = eventsOf (text);
    const answers = byId (events.pop ());
    assert.ok (answers.c.result && answers [1].result);
    for (const { params } of events)
        assert.equal (params.progressToken, 't');
});

for (const [what, body, headers] of [
    ['is empty', [], {}],
    ['is longer than 64', Array.from ({ length: 65 }, (_, id) => ({ ...PING, id })), {}],
    ['holds no message', [1, 2, 3], {}],
    ['holds a message of 2026-07-28', [{ ...PING, id: 1 }, { ...PING, id: 2, method: 'tools/list', params: { _meta: META } }], {}],
    ['comes in 2025-06-18', [{ ...PING, id: 1 }], { 'mcp-protocol-version': '2025-06-18' }],
    ['comes in 2025-11-25', [{ ...PING, id: 1 }], { 'mcp-protocol-version': '2025-11-25' }],
    ['comes in 2026-07-28', [{ ...PING, id: 1 }], { 'mcp-protocol-version': MODERN }],
]) {
    test (`a batch that ${what} is 400 and -32600`, async () => {
        const { status, json } = await post (server, body, { headers });
        assert.equal (status, 400);
        assert.equal (json.error.code, -32600);
        assert.equal (json.id, undefined);
    });
}

//  --- Ids come back as they were sent

for (const [id, what] of [
    ['0', 'zero'], ['-1', 'negative'], ['9007199254740993', 'beyond what a double holds'], ['9223372036854775807', 'the largest int64'],
    ['"a\\u00e9\\n\\"b"', 'a text with escapes'], ['""', 'an empty text'], ['"9007199254740993"', 'a text of digits'],
]) {
    test (`an id that is ${what} is echoed exactly: ${id}`, async () => {
        const { text } = await post (server, `{"method":"ping","jsonrpc":"2.0","id":${id}}`, { headers: { 'mcp-protocol-version': '2025-11-25' } });
        const [, echoed] = text.match (/"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)/);
        assert.equal (id.startsWith ('"') ? JSON.parse (echoed) : echoed, id.startsWith ('"') ? JSON.parse (id) : id);
    });
}

for (const id of ['null', '1.5', 'true', '{}', '[1]']) {
    test (`an id that is ${id} makes it no request: -32600`, async () => {
        const { status, json } = await post (server, `{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
        assert.equal (status, 400);
        assert.equal (json.error.code, -32600);
    });
}

//  --- 2026-07-28, stateless

test ('2026-07-28: server/discover says what there is', async () => {
    const { status, json } = await modern ('server/discover');
    assert.equal (status, 200);
    assert.equal (json.result.resultType, 'complete');
    assert.deepEqual (json.result.supportedVersions, SUPPORTED);
    assert.ok (json.result.capabilities.tools);
    assert.equal (json.result.capabilities.tools.listChanged, undefined);
    assert.equal (json.result._meta ['io.modelcontextprotocol/serverInfo'].name, 'cloudwatch-mcp');
    assert.ok (Number.isInteger (json.result.ttlMs) && json.result.ttlMs >= 0);
    assert.equal (json.result.cacheScope, 'public');
});

test ('2026-07-28: tools/list without any handshake, with how long it may be kept', async () => {
    const { status, headers, json } = await modern ('tools/list', {}, { id: 'first' });
    assert.equal (status, 200);
    assert.equal (headers ['mcp-session-id'], undefined);
    assert.equal (json.id, 'first');
    assert.equal (json.result.resultType, 'complete');
    assert.equal (json.result.tools.length, TOOLS.length);
    assert.ok (Number.isInteger (json.result.ttlMs));
    assert.ok (['public', 'private'].includes (json.result.cacheScope));
});

test ('2026-07-28: tools/call gives a complete result', async () => {
    const { status, json } = await modern ('tools/call', { name: 'describe_alarms', arguments: { limit: 1 } });
    assert.equal (status, 200);
    assert.equal (json.result.resultType, 'complete');
    assert.equal (json.result.structuredContent.alarms.length, 1);
});

test ('2026-07-28: a name in the base64 sentinel is decoded before it is compared', async () => {
    const { status, json } = await modern ('tools/call', { name: 'describe_alarms', arguments: { limit: 1 } },
        { headers: { 'mcp-name': `=?base64?${Buffer.from ('describe_alarms').toString ('base64')}?=` } });
    assert.equal (status, 200, JSON.stringify (json));
});

test ('2026-07-28: blanks around a header value do not count', async () => {
    assert.equal ((await modern ('tools/list', {}, { headers: { 'mcp-method': '  tools/list  ' } })).status, 200);
});

for (const [what, method, params, headers] of [
    ['Mcp-Method is missing', 'tools/list', {}, { 'mcp-method': undefined }],
    ['Mcp-Method is in another case', 'tools/list', {}, { 'mcp-method': 'TOOLS/LIST' }],
    ['Mcp-Method is another', 'tools/list', {}, { 'mcp-method': 'tools/call' }],
    ['Mcp-Name is missing', 'tools/call', { name: 'list_metrics', arguments: {} }, { 'mcp-name': undefined }],
    ['Mcp-Name is another', 'tools/call', { name: 'list_metrics', arguments: {} }, { 'mcp-name': 'describe_alarms' }],
    ['Mcp-Name is base64 with padding too much', 'tools/call', { name: 'list_metrics', arguments: {} },
        { 'mcp-name': '=?base64?bGlzdF9tZXRyaWNz=?=' }],
    ['Mcp-Name is base64 without the end of the sentinel', 'tools/call', { name: 'list_metrics', arguments: {} },
        { 'mcp-name': '=?base64?bGlzdF9tZXRyaWNz' }],
    ['Mcp-Name is broken base64', 'tools/call', { name: 'list_metrics', arguments: {} }, { 'mcp-name': '=?base64?bGlzdF9tZXRyaWNz*?=' }],
    ['MCP-Protocol-Version is missing', 'tools/list', {}, { 'mcp-protocol-version': undefined }],
    ['MCP-Protocol-Version is another', 'tools/list', {}, { 'mcp-protocol-version': '2025-11-25' }],
]) {
    test (`2026-07-28: ${what}: 400 and -32020`, async () => {
        const { status, json } = await modern (method, params, { headers, id: 5 });
        assert.equal (status, 400);
        assert.equal (json.error.code, -32020, JSON.stringify (json));
        assert.equal (json.id, 5);
    });
}

test ('2026-07-28: a version that nobody speaks: 400, -32022, and which ones we do', async () => {
    const { status, json } = await modern ('tools/list', {}, {
        meta: { ...META, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' }, headers: { 'mcp-protocol-version': '2099-01-01' },
    });
    assert.equal (status, 400);
    assert.equal (json.error.code, -32022);
    assert.deepEqual (json.error.data, { supported: SUPPORTED, requested: '2099-01-01' });
});

test ('2026-07-28: an older revision in its envelope is -32022 too: those have no envelope', async () => {
    const { status, json } = await modern ('tools/list', {}, {
        meta: { ...META, 'io.modelcontextprotocol/protocolVersion': '2025-11-25' }, headers: { 'mcp-protocol-version': '2025-11-25' },
    });
    assert.equal (status, 400);
    assert.equal (json.error.code, -32022);
});

test ('2026-07-28: what the body says is compared with the header before it is looked up', async () => {
    const { status, json } = await modern ('tools/list', {}, { meta: { ...META, 'io.modelcontextprotocol/protocolVersion': 'v999.0.0' } });
    assert.equal (status, 400);
    assert.equal (json.error.code, -32020);
});

test ('2026-07-28: initialize with its version header, and no envelope, is -32020', async () => {
    const { status, json } = await modern ('initialize', { protocolVersion: MODERN }, { meta: null });
    assert.equal (status, 400);
    assert.equal (json.error.code, -32020);
});

test ('2026-07-28: server/discover with nothing that says so is a method that older revisions do not have', async () => {
    const { status, json } = await post (server, { jsonrpc: '2.0', id: 1, method: 'server/discover' });
    assert.equal (status, 200);
    assert.equal (json.error.code, -32601);
});

test ('2026-07-28: a log level that does not exist is -32602, one that does changes nothing', async () => {
    const bad = await modern ('tools/list', {}, { meta: { ...META, 'io.modelcontextprotocol/logLevel': 'loud' } });
    assert.equal (bad.json.error.code, -32602);
    const good = await modern ('tools/list', {}, { meta: { ...META, 'io.modelcontextprotocol/logLevel': 'debug' } });
    assert.equal (good.status, 200);
    assert.match (good.headers ['content-type'], /^application\/json/);
});

test ('2026-07-28: headers, fields and _meta keys that nobody knows, sessions and event ids are ignored', async () => {
    const headers = { 'mcp-session-id': 'x', 'last-event-id': '7', 'mcp-param-region': 'mars', 'x-unheard-of': 'y' };
    const { status, headers: answered, json } = await modern ('tools/call',
        { name: 'describe_alarms', arguments: { limit: 1 }, inputResponses: {}, requestState: 's', more: [] },
        { headers, meta: { ...META, 'com.example/x': 1, baggage: 'a=b' } });
    assert.equal (status, 200);
    assert.equal (json.result.isError, false);
    assert.equal (answered ['mcp-session-id'], undefined);
});

for (const [what, headers, status] of [['older revisions is taken', { 'mcp-protocol-version': '2025-11-25' }, 202],
    ['2026-07-28 is refused', { 'mcp-protocol-version': MODERN }, 400]])
    test (`a response in ${what}, though nobody asked: ${status}`, async () => {
        const answer = await post (server, { jsonrpc: '2.0', id: 1, result: {} }, { headers });
        assert.equal (answer.status, status);
        assert.equal (answer.json?.error.code, status === 400 ? -32600 : undefined);
    });

for (const [what, meta] of [
    ['_meta', null],
    ['clientCapabilities', { 'io.modelcontextprotocol/protocolVersion': MODERN }],
]) {
    test (`2026-07-28: without ${what}: 400 and -32602`, async () => {
        const { status, json } = await modern ('tools/list', {}, { meta });
        assert.equal (status, 400);
        assert.equal (json.error.code, -32602);
    });
}

for (const method of ['ping', 'initialize', 'logging/setLevel', 'no/such']) {
    test (`2026-07-28: ${method} does not exist there: 404 and -32601`, async () => {
        const { status, json } = await modern (method, {}, { id: 'gone' });
        assert.equal (status, 404);
        assert.equal (json.error.code, -32601);
        assert.equal (json.id, 'gone');
    });
}

test ('2026-07-28: a tool that does not exist is -32602 in a 200, a wrong argument is a result', async () => {
    const unknown = await modern ('tools/call', { name: 'nope', arguments: {} });
    assert.equal (unknown.status, 200);
    assert.equal (unknown.json.error.code, -32602);
    assert.match (unknown.json.error.message, /nope/);
    const wrong = await modern ('tools/call', { name: 'list_metrics', arguments: { namespce: 'AWS/Lambda' } });
    assert.equal (wrong.status, 200);
    assert.equal (wrong.json.result.isError, true);
    assert.match (wrong.json.result.content [0].text, /namespace/);
});

//  --- Who may call

for (const host of ['evil.example.com', 'evil.example.com:3334', '127.0.0.1.evil.example.com']) {
    test (`the Host ${host} is refused with 421, and told the setting`, async () => {
        const { status, text } = await post (server, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers: { host } });
        assert.equal (status, 421);
        assert.match (text, /CLOUDWATCH_MCP_ALLOWED_HOSTS/);
    });
}

test ('of refused requests a few a second are logged, and the others counted', async () => {
    const own = await startServer ({ endpoint: 'http://127.0.0.1:9' });
    const refused = () => own.log.filter (({ event }) => event === 'request refused');
    for (let i = 0; i < 40; i++)
        await post (own, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers: { host: 'evil.example.com' } });
    await waitFor (() => refused ().length > 0, { what: 'a line' });
    const { status, why, peer, suppressed } = refused () [0];
    assert.deepEqual ([status, suppressed], [421, 0]);
    assert.match (why, /^The Host "evil\.example\.com" is not a name that this server answers to/);
    assert.match (peer, /^127\.0\.0\.1:\d+$/);
    assert.ok (refused ().length < 40, `${refused ().length} lines`);
    net.connect (own.port, '127.0.0.1').on ('data', () => {}).write ('POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\x1b[2J\r\n\r\n');
    await waitFor (() => refused ().some (line => line.status === 400), { what: 'a line of a request that is no HTTP' });
});

for (const host of ['localhost', 'localhost:3334', '127.0.0.1:1', '[::1]:3334', '10.1.2.3:3334', 'cloudwatch-mcp', 'cloudwatch-mcp:3334',
    'cloudwatch-mcp.jarvis', 'cloudwatch-mcp.jarvis.svc', 'cloudwatch-mcp.jarvis.svc.cluster.local:3334']) {
    test (`the Host ${host} is welcome`, async () => {
        assert.equal ((await post (server, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers: { host } })).status, 200);
    });
}

for (const origin of ['http://evil.example.com', 'https://localhost.evil.example.com', 'null']) {
    test (`the Origin ${origin} is refused with 403, and told the setting`, async () => {
        const { status, text } = await post (server, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers: { origin } });
        assert.equal (status, 403);
        assert.match (text, /CLOUDWATCH_MCP_ALLOWED_ORIGINS/);
    });
}

for (const origin of ['http://localhost:6274', 'http://127.0.0.1', 'http://[::1]:8080']) {
    test (`the Origin ${origin} is welcome`, async () => {
        assert.equal ((await post (server, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers: { origin } })).status, 200);
    });
}

test ('names and origins that were allowed by the settings are welcome', async () => {
    const open = await startServer ({ env: {
        CLOUDWATCH_MCP_ALLOWED_HOSTS: 'mcp.example.com,other.example.com',
        CLOUDWATCH_MCP_ALLOWED_ORIGINS: 'https://chat.example.com',
    } });
    const headers = { host: 'mcp.example.com', origin: 'https://chat.example.com' };
    assert.equal ((await post (open, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers })).status, 200);
    assert.equal ((await post (open, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers: { host: 'third.example.com' } })).status, 421);
});

//  --- Malformed: each gets a clear answer, and the next request works

for (const [what, body, code] of [
    ['no JSON', '{"jsonrpc":', -32700],
    ['nothing', '', -32700],
    ['something behind the JSON', '{"jsonrpc":"2.0","id":1,"method":"ping"} x', -32700],
    ['not UTF-8', Buffer.from ([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), -32700],
    ['nested a thousand deep', '['.repeat (1000) + ']'.repeat (1000), null],
    ['a number', '42', -32600],
    ['another JSON-RPC', '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
    ['no method', '{"jsonrpc":"2.0","id":1}', -32600],
    ['a method that is no text', '{"jsonrpc":"2.0","id":1,"method":7}', -32600],
]) {
    test (`a body that is ${what} is 400 with an error, and the server goes on`, async () => {
        const { status, json } = await request (server.url, { method: 'POST', headers: JSON_HEADERS, body });
        assert.equal (status, 400);
        if (code)
            assert.equal (json.error.code, code, JSON.stringify (json));
        assert.equal ((await legacy ('ping')).status, 200);
    });
}

test ('params of the wrong shape are -32602, not a crash', async () => {
    for (const params of ['[]', '"x"', '{"name":7}', '{"arguments":{}}', '{"name":"list_metrics","arguments":[]}']) {
        const { json } = await post (server, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`);
        assert.ok (json.error?.code === -32602 || json.error?.code === -32600 || json.result?.isError, `${params}: ${JSON.stringify (json)}`);
    }
});

test ('a body of another type is 415', async () => {
    const { status } = await request (server.url, { method: 'POST', headers: { ...JSON_HEADERS, 'content-type': 'text/plain' }, body: '{}' });
    assert.equal (status, 415);
});

for (const [accept, status] of [['text/html', 406], ['text/html, application/*;q=0.5', 200], ['*/*', 200], ['text/event-stream', 200]])
    test (`an older client that accepts ${accept} gets ${status}`, async () => {
        assert.equal ((await post (server, { jsonrpc: '2.0', id: 1, method: 'ping' }, { headers: { accept } })).status, status);
    });

test ('2026-07-28: nobody is refused for what they accept', async () => {
    assert.equal ((await modern ('tools/list', {}, { headers: { accept: 'text/html' } })).status, 200);
});

test ('a body without a length, and not in chunks, is 411', async () => {
    const head = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\r\n';
    assert.match (await wire ([head], text => text.includes ('\r\n\r\n{')), /^HTTP\/1\.1 411 /);
});

test ('HTTP/1.0 is answered in one piece with its length, and closed', async () => {
    const body = JSON.stringify ({ jsonrpc: '2.0', id: 10, method: 'tools/call',
        params: { name: 'describe_alarms', arguments: { limit: 1 }, _meta: { progressToken: 1 } } });
    const text = await wire ([`POST /mcp HTTP/1.0\r\nContent-Type: application/json\r\nAccept: text/event-stream, application/json\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`]);
    assert.match (text, /^HTTP\/1\.[01] 200 [\s\S]*Content-Length: \d+[\s\S]*"id":10/);
    assert.doesNotMatch (text, /chunked|event:/);
});

test ('who sends too slowly is 408, who comes when all are busy is 503 with Retry-After, and half a connection is none', async () => {
    const folder = mkdtempSync (path.join (tmpdir (), 'limits-'));
    const file = path.join (folder, 'config.json');
    writeFileSync (file, JSON.stringify ({ head_ms: 300, body_ms: 300, calls_max: 8 }));
    const held = await startSim ();
    const small = await startServer ({ endpoint: held.url, args: ['--config', file] });
    const head = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    assert.match (await wire ([head], undefined, small.port), /^HTTP\/1\.1 408 /);
    assert.match (await wire ([`${head}Content-Length: 40\r\n\r\n{`], undefined, small.port), /^HTTP\/1\.1 408 /);

    await held.setFaults ({ '*': { hang: true } });
    const call = i => JSON.stringify ({ jsonrpc: '2.0', id: i, method: 'tools/call', params: { name: 'describe_alarms', arguments: { limit: i } } });
    const sockets = Array.from ({ length: 8 }, () =>
        net.connect ({ port: small.port, host: '127.0.0.1', allowHalfOpen: true }).on ('error', () => {}));
    sockets.forEach ((socket, i) => socket.resume ().write (`${head}Content-Length: ${call (i + 1).length}\r\n\r\n${call (i + 1)}`));
    const busy = await waitFor (async () => {
        const answer = await post (small, { jsonrpc: '2.0', id: 1, method: 'ping' });
        return answer.status === 503 && answer;
    }, { what: '503' });
    assert.match (busy.headers ['retry-after'], /^\d+$/);
    await waitFor (async () => (await held.requests ()).length > 0, { what: 'a request at AWS' });
    sockets.forEach (socket => socket.end ());          //  Only their half: nobody will write any more, so nobody is taken to read
    await waitFor (async () => (await post (small, { jsonrpc: '2.0', id: 1, method: 'ping' })).status === 200, { what: 'room again' });
    await waitFor (async () => (await held.requests ()).every (one => one.outcome === 'aborted by the client'), { what: 'the aborts in AWS' });
});

test ('a body beyond the limit is 413', async () => {
    //  The server need not read it all: it may close while we still write
    const head = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99000000\r\n\r\n';
    assert.match (await wire ([head]), /^HTTP\/1\.1 413 /);
    assert.equal ((await legacy ('ping')).status, 200);
});

//  --- On the wire

//  Sends the pieces on one connection and gives what came back until the server closed, or until enough answers are there.
function wire (pieces, enough, port = server.port) {
    return new Promise ((resolve, reject) => {
        let text = '';
        const socket = net.connect (port, '127.0.0.1', () => pieces.forEach (piece => socket.write (piece)));
        socket.setEncoding ('utf8').on ('data', data => {
            text += data;
            if (enough && enough (text))
                socket.destroy ();
        }).on ('close', () => resolve (text)).on ('error', reject);
        socket.setTimeout (20_000, () => { socket.destroy (); reject (new Error (`no answer in time; so far: ${text}`)); });
    });
}

const HEAD = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\n';

const ping = id => {
    const body = JSON.stringify ({ jsonrpc: '2.0', id, method: 'ping' });
    return `${HEAD}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

test ('requests that are pipelined on one connection are answered in their order', async () => {
    const text = await wire ([[1, 2, 3, 4, 5].map (ping).join ('')], text => (text.match (/"result"/g) ?? []).length === 5);
    assert.deepEqual ([...text.matchAll (/"id":(\d)/g)].map (match => match [1]).join (''), '12345');
});

test ('a request that comes byte by byte, and one in chunks, are understood', async () => {
    assert.match (await wire ([...ping (7)], text => text.includes ('"result"')), /^HTTP\/1\.1 200 [\s\S]*"id":7/);
    const chunked = HEAD + 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '10\r\n{"jsonrpc":"2.0"\r\n15\r\n,"id":8,"method":"pin\r\n3\r\ng"}\r\n0\r\n\r\n';
    assert.match (await wire ([chunked], text => text.includes ('"result"')), /"id":8/);
});

test ('Expect: 100-continue is told to go on', async () => {
    const body = '{"jsonrpc":"2.0","id":9,"method":"ping"}';
    const head = `${HEAD}Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
    const text = await new Promise ((resolve, reject) => {
        let heard = '';
        const socket = net.connect (server.port, '127.0.0.1', () => socket.write (head));
        socket.setEncoding ('utf8').on ('data', data => {
            //  The body is held back until it is asked for: a server that does not ask is never answered
            if (!heard)
                socket.write (body);
            heard += data;
            if (heard.includes ('"result"'))
                socket.destroy ();
        }).on ('close', () => resolve (heard)).on ('error', reject);
        socket.setTimeout (20_000, () => socket.destroy (new Error (`never told to go on; heard: ${heard}`)));
    });
    assert.match (text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
});

for (const [what, head, status] of [
    ['not HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a body with two lengths', HEAD + 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}', /^HTTP\/1\.1 400 /],
    ['length and chunks both', HEAD + 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['no Host', 'POST /mcp HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}', /^HTTP\/1\.1 400 /],
    ['two Hosts', HEAD + 'Host: localhost\r\nContent-Length: 2\r\n\r\n{}', /^HTTP\/1\.1 400 /],
    ['headers without an end', `${HEAD}X: ${'x'.repeat (40_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
]) {
    test (`${what}: a clear status, a closed connection, and the next one works`, async () => {
        assert.match (await wire ([head]), status);
        assert.equal ((await legacy ('ping')).status, 200);
    });
}
