//  Each message that leaves the server follows the schema of its revision: every method, every tool as its contract's example calls it and as nobody
//  should, how far a call has come, and errors. (The conformance suite does the same with what it sends, which is little of a server of its own.)
//
//  tests/data/mcp-schema has MCP's published schemas, without their descriptions.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import { eventsOf, post, startServer, startSim, TOOLS } from './harness.mjs';

const ROOT = path.resolve (path.dirname (fileURLToPath (import.meta.url)), '../..');
const contractOf = tool => JSON.parse (readFileSync (path.join (ROOT, 'proto/tools', `${tool}.json`), 'utf8'));

const MODERN = '2026-07-28';
const REVISIONS = ['2025-03-26', '2025-06-18', '2025-11-25', MODERN];
const RESULTS = {
    'initialize': 'InitializeResult', 'server/discover': 'DiscoverResult', 'ping': 'EmptyResult', 'tools/list': 'ListToolsResult',
    'tools/call': 'CallToolResult', 'prompts/list': 'ListPromptsResult', 'prompts/get': 'GetPromptResult', 'resources/list': 'ListResourcesResult',
    'resources/templates/list': 'ListResourceTemplatesResult', 'resources/read': 'ReadResourceResult', 'completion/complete': 'CompleteResult',
};

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url });

//  Gives a function that says what is wrong with a value by one of the revision's definitions: "" for nothing.
function schemaOf (revision) {
    const schema = JSON.parse (readFileSync (path.join (ROOT, `tests/data/mcp-schema/${revision}.json`), 'utf8'));
    const ajv = new (schema.$schema.includes ('2020-12') ? Ajv2020 : Ajv) ({ strict: false, allErrors: true, validateFormats: false });
    const place = schema.$defs ? '$defs' : 'definitions';
    ajv.addSchema (schema, 'mcp');
    return {
        has: name => name in schema [place],
        wrong (name, value) {
            const right = ajv.validate ({ $ref: `mcp#/${place}/${name}` }, value);
            return right ? '' : `${name}: ${ajv.errorsText ()}\n${JSON.stringify (value).slice (0, 2000)}`;
        },
    };
}

//  A client of one revision, which looks at all that it gets. Gives the answer.
function clientOf (revision) {
    const schema = schemaOf (revision), modern = revision === MODERN;
    const error = schema.has ('JSONRPCErrorResponse') ? 'JSONRPCErrorResponse' : 'JSONRPCError';
    const response = schema.has ('JSONRPCResultResponse') ? 'JSONRPCResultResponse' : 'JSONRPCResponse';
    let id = 0;
    return async (method, params = {}, { progressToken } = {}) => {
        const _meta = { ...(progressToken ? { progressToken } : {}), ...(modern ? {
            'io.modelcontextprotocol/protocolVersion': MODERN, 'io.modelcontextprotocol/clientCapabilities': {} } : {}) };
        const name = params.name ?? params.uri;
        const headers = { 'mcp-protocol-version': revision, ...(modern ? { 'mcp-method': method, ...(name ? { 'mcp-name': name } : {}) } : {}) };
        const answer = await post (server, { jsonrpc: '2.0', id: ++id, method, params: { ...params, _meta } }, { headers });
        const messages = answer.json ? [answer.json] : eventsOf (answer.text);
        assert.ok (messages.length > 0, answer.text);
        for (const message of messages.slice (0, -1))
            assert.equal (schema.wrong ('ProgressNotification', message), '');
        const last = messages.at (-1);
        assert.equal (last.id, id);
        assert.equal (schema.wrong (last.error ? error : response, last), '');
        if (last.result)
            assert.equal (schema.wrong (RESULTS [method], last.result), '');
        return { ...last, progress: messages.length - 1 };
    };
}

for (const revision of REVISIONS) {
    test (`${revision}: what a client asks first, and the lists`, async () => {
        const ask = clientOf (revision);
        const first = revision === MODERN ? await ask ('server/discover') : await ask ('initialize',
            { protocolVersion: revision, capabilities: {}, clientInfo: { name: 'e2e', version: '1' } });
        assert.ok (first.result.capabilities.tools);
        for (const method of ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list', ...(revision === MODERN ? [] : ['ping'])])
            assert.ok ((await ask (method)).result, method);
    });

    test (`${revision}: each tool, as its contract shows and as nobody should call it`, async () => {
        const ask = clientOf (revision);
        for (const tool of TOOLS) {
            const { example, outputSchema } = contractOf (tool);
            const good = await ask ('tools/call', { name: tool, arguments: example });
            assert.ok (good.result, JSON.stringify (good));
            const structured = good.result.structuredContent;
            if (structured)
                assert.ok (new Ajv2020 ({ strict: false }).validate (outputSchema, structured), tool);
            assert.equal (structured !== undefined, revision !== '2025-03-26' && !good.result.isError, tool);
            assert.equal ((await ask ('tools/call', { name: tool, arguments: { nonsense: 1 } })).result.isError, true);
        }
    });

    test (`${revision}: how far a call has come`, async () => {
        await sim.setFaults ({ ListMetrics: { latency_ms: 400 } });
        const answer = await clientOf (revision) ('tools/call', { name: 'list_metrics', arguments: {} }, { progressToken: 'p' });
        await sim.setFaults ({});
        assert.ok (answer.result);
        assert.ok (answer.progress > 0, 'no notification came');
    });

    test (`${revision}: prompts, resources and completion`, async () => {
        const ask = clientOf (revision);
        for (const prompt of (await ask ('prompts/list')).result.prompts)
            await ask ('prompts/get', { name: prompt.name, arguments: Object.fromEntries (prompt.arguments.map (one => [one.name, 'x'])) });
        const [guide] = (await ask ('resources/list')).result.resources;
        assert.ok ((await ask ('resources/read', { uri: guide.uri })).result);
        assert.ok ((await ask ('resources/read', { uri: 'cloudwatch-mcp://namespace/AWS/Lambda' })).result);
        const [template] = (await ask ('resources/templates/list')).result.resourceTemplates;
        const completed = await ask ('completion/complete',
            { ref: { type: 'ref/resource', uri: template.uriTemplate }, argument: { name: 'name', value: 's' } });
        assert.ok (completed.result.completion.values.length > 0);
    });

    test (`${revision}: errors`, async () => {
        const ask = clientOf (revision);
        assert.equal ((await ask ('no/such/method')).error.code, -32601);
        assert.equal ((await ask ('tools/call', { name: 'no_such_tool' })).error.code, -32602);
        assert.equal ((await ask ('prompts/get', { name: 'no_such_prompt' })).error.code, -32602);
        assert.ok ((await ask ('resources/read', { uri: 'cloudwatch-mcp://guide/none' })).error.code);
        assert.equal ((await ask ('tools/list', { cursor: 'x' })).error.code, -32602);
    });

    test (`${revision}: a message that does not follow the schema is noticed`, () => {
        const { wrong } = schemaOf (revision);
        assert.match (wrong ('CallToolResult', { isError: false }), /required property 'content'/);
        assert.match (wrong ('ProgressNotification', { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } }), /progressToken/);
        assert.notEqual (wrong ('ListToolsResult', { resultType: 'complete', ttlMs: 1, cacheScope: 'public', tools: [{ name: 'a' }] }), '');
    });
}
