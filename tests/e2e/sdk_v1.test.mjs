//  What most of today's clients do: the official MCP SDK, first generation, over Streamable HTTP.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { startServer, startSim, TOOLS } from './harness.mjs';

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url });
const client = new Client ({ name: 'e2e', version: '1' }, { capabilities: {} });
await client.connect (new StreamableHTTPClientTransport (new URL (server.url)));
after (() => client.close ());

//  All rows of a listing, page by page, as a model would collect them.
async function everyPage (name, args, key) {
    const rows = [], pages = [];
    let token;
    do {
        const page = token ? { ...args, next_token: token } : args;
        const { structuredContent, isError, content } = await client.callTool ({ name, arguments: page });
        assert.ok (!isError, content?.[0]?.text);
        assert.ok (structuredContent [key].length > 0 || !structuredContent.next_token, 'a page in the middle is not empty');
        rows.push (...structuredContent [key]);
        pages.push (structuredContent);
        token = structuredContent.next_token;
        assert.ok (pages.length < 500, 'paging ends');
    } while (token);
    return { rows, pages };
}

test ('the handshake names the server, its version and the newest legacy revision', () => {
    assert.equal (client.getServerVersion ().name, 'cloudwatch-mcp');
    assert.match (client.getServerVersion ().version, /^\d+\.\d+\.\d+$/);
    assert.ok (client.getServerCapabilities ().tools);
    assert.equal (client.getServerCapabilities ().tools.listChanged, undefined);
    assert.ok (client.getInstructions ().length > 0);
});

test ('tools/list has the tools, each with a schema that a client can use', async () => {
    const { tools, nextCursor } = await client.listTools ();
    assert.equal (nextCursor, undefined);
    assert.deepEqual (tools.map (tool => tool.name).sort (), TOOLS);
    for (const tool of tools) {
        assert.match (tool.name, /^[a-z0-9_]{1,40}$/);
        assert.ok (tool.title && tool.description, tool.name);
        assert.equal (tool.inputSchema.type, 'object');
        assert.equal (tool.annotations.readOnlyHint, true);
        for (const [name, schema] of Object.entries (tool.inputSchema.properties))
            assert.ok (schema.type !== 'array' || schema.items, `${tool.name}: ${name} says what its items are`);
    }
});

test ('the list is the same, and in the same order, each time', async () => {
    assert.deepEqual (await client.listTools (), await client.listTools ());
});

test ('ping is answered', async () => {
    assert.deepEqual (await client.ping (), {});
});

test ('describe_log_groups answers with the groups, as text and as structure', async () => {
    const result = await client.callTool ({ name: 'describe_log_groups', arguments: { limit: 5 } });
    assert.ok (!result.isError, result.content?.[0]?.text);
    assert.equal (result.content [0].type, 'text');
    assert.deepEqual (JSON.parse (result.content [0].text), result.structuredContent);
    assert.equal (result.structuredContent.log_groups.length, 5);
});

test ('list_metrics without a namespace counts the namespaces, with one lists its metrics', async () => {
    const { structuredContent: namespaces } = await client.callTool ({ name: 'list_metrics', arguments: {} });
    assert.ok (namespaces.namespaces.length > 1, JSON.stringify (namespaces).slice (0, 500));
    const { structuredContent: metrics } = await client.callTool ({ name: 'list_metrics', arguments: { namespace: 'AWS/Lambda', limit: 3 } });
    assert.equal (metrics.metrics.length, 3);
});

test ('describe_alarms filters by state', async () => {
    const all = await client.callTool ({ name: 'describe_alarms', arguments: {} });
    const alarming = await client.callTool ({ name: 'describe_alarms', arguments: { state: 'ALARM' } });
    assert.ok (alarming.structuredContent.alarms.length > 0);
    assert.ok (alarming.structuredContent.alarms.length < all.structuredContent.alarms.length);
});

for (const [name, args, key] of [
    ['describe_log_groups', {}, 'log_groups'],
    ['list_metrics', { namespace: 'AWS/Lambda' }, 'metrics'],
    ['describe_alarms', {}, 'alarms'],
]) {
    test (`${name}: small pages and one large page hold the same rows, none twice, none lost`, async () => {
        const { rows: expected, pages: one } = await everyPage (name, { ...args, limit: 1000, max_bytes: 1048576 }, key);
        const { rows, pages } = await everyPage (name, { ...args, limit: 3 }, key);
        assert.ok (pages.length > one.length, `${pages.length} pages of at most 3`);
        assert.equal (new Set (rows.map (row => JSON.stringify (row))).size, rows.length, 'no row twice');
        assert.deepEqual (rows, expected);
        for (const page of pages)
            assert.ok (page [key].length <= 3);
    });

    test (`${name}: its next_token is short, and belongs to its arguments`, async () => {
        const { structuredContent: first } = await client.callTool ({ name, arguments: { ...args, limit: 2 } });
        assert.ok (first.next_token.length <= 512, `${first.next_token.length} bytes`);
        const other = name === 'list_metrics' ? { namespace: 'AWS/SQS' } : { prefix: 'x' };
        const result = await client.callTool ({ name, arguments: { ...other, next_token: first.next_token } });
        assert.ok (result.isError, 'a token of another question is refused');
        assert.match (result.content [0].text, /next_token/);
    });
}

test ('a wrong argument is a result that says what is wrong, what was meant, and shows a right call', async () => {
    const result = await client.callTool ({ name: 'describe_log_groups', arguments: { limt: 20 } });
    assert.equal (result.isError, true);
    const { text } = result.content [0];
    assert.match (text, /limt/);
    assert.match (text, /did you mean `?limit`?/);
    assert.match (text, /Example: \{.*"limit"/);
});

for (const [what, name, args, words] of [
    ['of the wrong type', 'describe_log_groups', { limit: 'ten' }, /limit must be a whole number.*got "ten"/],
    ['too small', 'describe_log_groups', { limit: 0 }, /limit.*1/],
    ['too large', 'describe_log_groups', { limit: 100000 }, /limit.*1000/],
    ['not of its list', 'describe_alarms', { state: 'ON_FIRE' }, /INSUFFICIENT_DATA/],
    ['not a region', 'list_metrics', { region: 'evil.example.com/' }, /region/],
    ['that excludes another', 'describe_log_groups', { prefix: 'a', pattern: 'b' }, /prefix.*pattern|pattern.*prefix/],
    ['a token of nobody', 'describe_alarms', { next_token: 'bm90IGEgdG9rZW4' }, /next_token/],
]) {
    test (`an argument ${what} is an isError result with helpful words`, async () => {
        const result = await client.callTool ({ name, arguments: args });
        assert.equal (result.isError, true, JSON.stringify (result).slice (0, 300));
        assert.match (result.content [0].text, words);
    });
}

test ('a tool that does not exist is an error that the client hears', async () => {
    const outcome = await client.callTool ({ name: 'describe_log_grups', arguments: {} }).catch (error => error);
    assert.match (outcome.message ?? outcome.content [0].text, /describe_log_grups/);
});

test ('twenty calls at once on one client are answered each with its own', async () => {
    const results = await Promise.all (Array.from ({ length: 20 }, (_, i) =>
        client.callTool ({ name: 'describe_log_groups', arguments: { limit: i + 1 } })));
    results.forEach ((result, i) => assert.equal (result.structuredContent.log_groups.length, i + 1));
});
