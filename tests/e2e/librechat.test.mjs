//  LibreChat, as it is: what it sends, in its order and with its headers, byte for byte; then the SDK that it is built on.
//
//  A connection of LibreChat's is one user's, lives for hours, and is given up for things that other clients shrug off: a redirect or a status of
//  401 or 403 begins a sign-in, 429 ends it for good, and an error on the transport, or a GET that is answered by anything but 405, starts a
//  reconnect, of which a few in a row shut the server out for all users. None of that may ever begin with us.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';

import { eventsOf, folderOf, startServer, startSim, TOOLS, waitFor } from './harness.mjs';
import { requestOf, Wire } from './by_hand.mjs';

//  Its own limits: of a line of a stream and of an answer, in bytes; of an answer's first byte and of a ping's, in ms.
const LINE_BYTES_MAX = 5 * 1024 * 1024, ANSWER_BYTES_MAX = 16 * 1024 * 1024, PATIENCE_MS = 60_000;

//  What it takes, in an error, for a call to sign in, or for a reason never to come again.
const SIGN_IN = /401|invalid_token|invalid_grant|authentication required|unauthorized|no authorization/i;
const NEVER_AGAIN = /429|rate limit|too many requests/i;

const INITIALIZE = '{"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"@librechat/api-client",' +
    '"version":"1.2.3"}},"jsonrpc":"2.0","id":0}';
const INITIALIZED = '{"method":"notifications/initialized","jsonrpc":"2.0"}';
const listOf = id => `{"method":"tools/list","jsonrpc":"2.0","id":${id}}`;
const pingOf = id => `{"method":"ping","jsonrpc":"2.0","id":${id}}`;
const callOf = (id, name, args, meta = '') =>
    `{"method":"tools/call","params":{"name":"${name}","arguments":${JSON.stringify (args)}${meta}},"jsonrpc":"2.0","id":${id}}`;

//  --- The wire

//  A connection that is kept, on which LibreChat (or rather the fetch of its Node.js) sends its requests, one after the other.
class LibreChat extends Wire {
    async send (method, target, headers, body) {
        const all = { host: `127.0.0.1:${this.port}`, connection: 'keep-alive', ...headers, 'accept-language': '*', 'sec-fetch-mode': 'cors',
            'user-agent': 'node', 'accept-encoding': 'gzip, deflate', ...body === undefined ? {} : { 'content-length': Buffer.byteLength (body) } };
        const answer = await this.ask (requestOf (method, target, all, body), PATIENCE_MS);
        staysCalm (answer);
        return answer;
    }

    //  As the transport sends messages: without a revision for the first one.
    post (message, { revision = '2025-11-25', more = {} } = {}) {
        return this.send ('POST', '/mcp', { ...revision ? { 'mcp-protocol-version': revision } : {}, 'content-type': 'application/json',
            accept: 'application/json, text/event-stream', ...more }, message);
    }

    get () {
        return this.send ('GET', '/mcp', { 'mcp-protocol-version': '2025-11-25', Accept: 'text/event-stream' });
    }

    async handshake () {
        const opened = await this.post (INITIALIZE, { revision: null });
        assert.equal (opened.json.result.protocolVersion, '2025-11-25');
        assert.equal ((await this.post (INITIALIZED)).status, 202);
        assert.equal ((await this.get ()).status, 405);
    }
}

//  Nothing in an answer makes LibreChat sign in, stop, follow somewhere else, or think that a session was there and is lost.
function staysCalm ({ status, headers, text }) {
    const said = `${status} ${JSON.stringify (headers)} ${text.slice (0, 500)}`;
    assert.ok (status < 300 || status === 400 || status === 404 || status === 405, said);
    for (const header of ['www-authenticate', 'mcp-session-id', 'location', 'retry-after', 'content-encoding'])
        assert.equal (headers [header], undefined, said);
    if (status >= 300) {
        assert.doesNotMatch (text, SIGN_IN);
        assert.doesNotMatch (text, NEVER_AGAIN);
    }
    assert.ok (text.length < ANSWER_BYTES_MAX && text.split ('\n').every (line => line.length < LINE_BYTES_MAX), `${text.length} characters`);
}

const startAll = async ({ config = {}, args = [] } = {}) => {
    const sim = await startSim ();
    const file = path.join (folderOf ({ 'config.json': JSON.stringify (config) }), 'config.json');
    const start = (port = 0) => startServer ({ endpoint: sim.url, args: ['--config', file, ...port ? ['--port', String (port)] : [], ...args] });
    return { sim, server: await start (), start };
};

test ('it looks for a sign-in before it connects, and finds none', async () => {
    const wire = new LibreChat ((await startAll ()).server);
    assert.equal ((await wire.send ('HEAD', '/mcp', { accept: '*/*' })).status, 405);
    assert.equal ((await wire.send ('POST', '/mcp', { 'content-type': 'application/json', accept: '*/*' }, '{}')).status, 400);
    for (const target of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource',
        '/.well-known/oauth-authorization-server/mcp', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'])
        assert.equal ((await wire.send ('GET', target, { 'mcp-protocol-version': '2025-11-25', accept: '*/*' })).status, 404);
});

test ('it connects, lists, calls, pings, and needs one connection for all of it', async () => {
    const { sim, server } = await startAll ();
    const wire = new LibreChat (server);
    const opened = await wire.post (INITIALIZE, { revision: null });
    assert.equal (opened.status, 200);
    assert.equal (opened.headers ['content-type'], 'application/json');
    assert.equal (opened.json.id, 0);
    assert.deepEqual (Object.keys (opened.json.result).sort (), ['capabilities', 'instructions', 'protocolVersion', 'serverInfo']);
    assert.equal (opened.json.result.protocolVersion, '2025-11-25');

    const noted = await wire.post (INITIALIZED);
    assert.deepEqual ([noted.status, noted.text], [202, '']);
    const stream = await wire.get ();
    assert.deepEqual ([stream.status, stream.headers.allow], [405, 'POST, OPTIONS']);

    const { json: { id, result: { tools, nextCursor } } } = await wire.post (listOf (1));
    assert.deepEqual ([id, nextCursor, tools.map (tool => tool.name)], [1, undefined, TOOLS]);
    //  It calls a tool NAME_mcp_SERVER, and model providers take 64 characters
    for (const { name } of tools)
        assert.ok (`${name}_mcp_cloudwatch`.length <= 64, name);

    const answered = await wire.post (callOf (2, 'describe_alarms', { state: 'ALARM' }));
    assert.deepEqual ([answered.json.id, answered.headers ['content-type']], [2, 'application/json']);
    assert.equal (answered.json.result.content [0].type, 'text');               //  It reads no other

    await sim.setFaults ({ ListMetrics: { latency_ms: 1200 } });
    const told = await wire.post (callOf (3, 'list_metrics', {}, ',"_meta":{"progressToken":3}'));
    const events = eventsOf (told.text);
    assert.equal (told.headers ['content-type'], 'text/event-stream');
    assert.ok (events.length > 1);
    assert.ok (events.slice (0, -1).every (event => event.method === 'notifications/progress' && event.params.progressToken === 3));
    assert.equal (events.at (-1).id, 3);

    assert.deepEqual ((await wire.post (pingOf (4))).json, { jsonrpc: '2.0', id: 4, result: {} });
    assert.equal (wire.bytes, '', 'nothing was sent that was not asked for');
    assert.ok (!wire.closed);
});

test ('a connection that was idle too long is closed between two requests, and the next one needs no handshake', async () => {
    const { server } = await startAll ({ config: { idle_ms: 1000 } });
    const wire = new LibreChat (server);
    await wire.handshake ();
    await waitFor (() => wire.closed, { what: 'the end of the idle connection' });
    assert.equal (wire.bytes, '');
    const next = new LibreChat (server);
    assert.deepEqual ((await next.post (pingOf (1))).json.result, {});
    assert.equal ((await next.post (callOf (2, 'describe_log_groups', { limit: 1 }))).json.result.isError, false);
});

test ('a server that was started again knows it as well as the one before, and its reconnect too', async () => {
    const { server, start } = await startAll ();
    const wire = new LibreChat (server);
    await wire.handshake ();
    assert.equal ((await wire.post (callOf (1, 'describe_alarms', { limit: 1 }))).json.result.isError, false);
    await server.stop ();
    await waitFor (() => wire.closed);
    const again = new LibreChat (await start (server.port));
    assert.equal ((await again.post (callOf (2, 'describe_alarms', { limit: 1 }))).json.result.isError, false);
    assert.deepEqual ((await again.post (pingOf (3))).json.result, {});
    await again.handshake ();
    assert.equal ((await again.post (listOf (1))).json.result.tools.length, TOOLS.length);
});

test ('a session id from a server that stood here before is not missed, and its end is 405', async () => {
    const wire = new LibreChat ((await startAll ()).server);
    const more = { 'mcp-session-id': '6c1f8d6e-0000-4000-8000-000000000000' };
    assert.deepEqual ((await wire.post (pingOf (7), { more })).json.result, {});
    const ended = await wire.send ('DELETE', '/mcp', { 'mcp-protocol-version': '2025-11-25', ...more });
    assert.deepEqual ([ended.status, ended.headers.allow], [405, 'POST, OPTIONS']);
});

//  What AWS does, and what an answer to it must say. It is all in results: the transport has no part in it.
for (const [what, faults, words] of [
    ['throttles', { '*': { throttle_rate: 1 } }, /^Throttling: /],
    ['refuses with 403', { '*': { error_rate: 1, error_status: 403 } }, /^AccessDenied: /],
    ['refuses with 401', { '*': { error_rate: 1, error_status: 401 } }, /^AccessDenied: /],
    ['fails', { '*': { error_rate: 1, error_status: 503 } }, /failed to answer/],
    ['does not answer', { '*': { hang: true } }, /did not finish in the [\d.]+ s that it had/],
]) {
    test (`where AWS ${what}, the call has a result that says so, in a 200`, async () => {
        const { sim, server } = await startAll ({ args: ['--call-deadline', '4000'] });
        await sim.setFaults (faults);
        const wire = new LibreChat (server);
        await wire.handshake ();
        const { status, text, json } = await wire.post (callOf (1, 'describe_alarms', { limit: 1 }));
        const { id, result } = json ?? eventsOf (text).at (-1);
        assert.deepEqual ([status, id, result.isError], [200, 1, true]);
        assert.match (result.content [0].text, words);
        assert.deepEqual ((await wire.post (pingOf (2))).json.result, {});
    });
}

//  --- The SDK that it uses, as it uses it

test ('through its SDK: no error reaches the transport, before and after a restart', async () => {
    const { server, start } = await startAll ();
    const client = new Client ({ name: '@librechat/api-client', version: '1.2.3' }, { capabilities: {} });
    const statuses = [], errors = [];
    const transport = new StreamableHTTPClientTransport (new URL (server.url), {
        requestInit: { headers: { 'X-User': 'u1' } },           //  headers: of librechat.yaml
        fetch: async (...args) => {
            const answer = await fetch (...args);
            statuses.push (answer.status);
            return answer;
        },
    });
    await client.connect (transport);
    after (() => client.close ());
    transport.onerror = error => errors.push (error);
    client.onerror = error => errors.push (error);
    const call = args => client.callTool ({ name: 'describe_alarms', arguments: args }, CallToolResultSchema,
        { timeout: PATIENCE_MS, resetTimeoutOnProgress: true, onprogress: () => {} });

    assert.equal ((await client.listTools ()).tools.length, TOOLS.length);
    assert.ok (!(await call ({ limit: 1 })).isError);
    assert.ok (!(await call ({ limit: 2 })).isError);
    await client.ping ();
    await server.stop ();
    await start (server.port);
    await client.ping ();
    assert.ok (!(await call ({ limit: 3 })).isError);
    assert.equal ((await client.listTools ()).tools.length, TOOLS.length);
    assert.equal (transport.sessionId, undefined);
    await waitFor (() => statuses.includes (405));
    assert.deepEqual (statuses.filter (status => status !== 200).sort (), [202, 405]);
    assert.deepEqual (errors, []);
});
