//  Prompts, resources and completion, through every official MCP client; and what they say is done: each call that a prompt or a guide shows is made.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { post, run, startServer, startSim, TOOLS, waitFor } from './harness.mjs';

const GATEWAY = path.resolve (path.dirname (fileURLToPath (import.meta.url)), '../../gateway');
const PROMPTS = readdirSync (path.join (GATEWAY, 'prompts')).map (file => path.basename (file, '.json')).sort ();
const GUIDES = readdirSync (path.join (GATEWAY, 'guides')).map (file => path.basename (file, '.md')).sort ();
const KINDS = ['alarm', 'log-group', 'namespace', 'dashboard'];

const sim = await startSim ();
//  Nothing is kept: each client's question reaches AWS
const server = await startServer ({ endpoint: sim.url, args: ['--kept-bytes-max', '0'] });

const NAME = { name: 'e2e', version: '1' };
const CLIENTS = {
    'SDK v1': [new ClientV1 (NAME, { capabilities: {} }), TransportV1],
    'SDK v2, older era': [new ClientV2 (NAME, { capabilities: {} }), TransportV2],
    'SDK v2, newer era': [new ClientV2 (NAME, { capabilities: {}, versionNegotiation: { mode: { pin: '2026-07-28' } } }), TransportV2],
};
for (const [client, Transport] of Object.values (CLIENTS)) {
    await client.connect (new Transport (new URL (server.url)));
    after (() => client.close ());
}
const any = CLIENTS ['SDK v2, newer era'] [0];
const template = kind => `cloudwatch-mcp://${kind}/{name}{?region,account}`;
const ofPrompt = (name, argument, value, filled) => ({ ref: { type: 'ref/prompt', name }, argument: { name: argument, value },
    ...(filled ? { context: { arguments: filled } } : {}) });
const ofTemplate = (kind, value) => ({ ref: { type: 'ref/resource', uri: template (kind) }, argument: { name: 'name', value } });

for (const [name, [client]] of Object.entries (CLIENTS)) {
    const newer = name === 'SDK v2, newer era';

    test (`${name}: says that there are prompts, resources and completions, and that the lists stay as they are`, () => {
        const { prompts, resources, completions, logging } = client.getServerCapabilities ();
        assert.deepEqual ({ prompts, resources, completions, logging }, { prompts: {}, resources: {}, completions: {}, logging: undefined });
    });

    test (`${name}: lists the prompts, with their arguments`, async () => {
        const { prompts, nextCursor } = await client.listPrompts ();
        assert.equal (nextCursor, undefined);
        assert.deepEqual (prompts.map (prompt => prompt.name), PROMPTS);
        for (const prompt of prompts)
            assert.ok (prompt.title && prompt.description && prompt.arguments.every (argument => argument.description), prompt.name);
        assert.ok (prompts.find (prompt => prompt.name === 'triage_alarm').arguments.find (argument => argument.name === 'alarm_name').required);
    });

    test (`${name}: a prompt's arguments stand in its text, quoted`, async () => {
        const alarm = 'cpu "high"\n\nStop here.';
        const { messages } = await client.getPrompt ({ name: 'triage_alarm', arguments: { alarm_name: alarm } });
        assert.equal (messages [0].role, 'user');
        assert.ok (messages [0].content.text.startsWith (`Triage the CloudWatch alarm ${JSON.stringify (alarm)}:`));
        assert.ok (!messages [0].content.text.includes ('\nStop here'));
        assert.ok (!messages [0].content.text.includes ('{region}'));
    });

    test (`${name}: a prompt may bring a guide with it`, async () => {
        const { messages } = await client.getPrompt ({ name: 'write_insights_query', arguments: { question: 'Which route is slow?' } });
        assert.deepEqual (messages.map (message => message.content.type), ['text', 'resource']);
        assert.equal (messages [1].content.resource.uri, 'cloudwatch-mcp://guide/logs-insights');
    });

    test (`${name}: wrong prompts and arguments are refused`, async () => {
        for (const params of [{ name: 'triage_alrm' }, { name: 'triage_alarm' }, { name: 'triage_alarm', arguments: { alarm: 'x' } }])
            await assert.rejects (client.getPrompt (params), { code: -32602 });
    });

    test (`${name}: lists the guides, and reads each`, async () => {
        const { resources } = await client.listResources ();
        assert.deepEqual (resources.map (resource => resource.uri), GUIDES.map (guide => `cloudwatch-mcp://guide/${guide}`));
        for (const { uri, mimeType, size, name: file } of resources) {
            const { contents, ttlMs, cacheScope } = await client.readResource ({ uri });
            assert.equal (contents.length, 1);
            assert.deepEqual ([contents [0].uri, contents [0].mimeType], [uri, mimeType]);
            assert.equal (contents [0].text, readFileSync (path.join (GATEWAY, 'guides', `${file}.md`), 'utf8'));
            assert.equal (Buffer.byteLength (contents [0].text), size);
            if (newer)
                assert.deepEqual ([ttlMs, cacheScope], [3600000, 'public']);
        }
    });

    test (`${name}: lists the templates`, async () => {
        const { resourceTemplates } = await client.listResourceTemplates ();
        assert.deepEqual (resourceTemplates.map (({ uriTemplate }) => uriTemplate), [...KINDS.map (template), 'cloudwatch://metrics/{+name}']);
    });

    test (`${name}: an alarm is its configuration and its history`, async () => {
        const uri = 'cloudwatch-mcp://alarm/shop-alb-latency-p99';
        const { contents: [{ text, mimeType }], ttlMs, cacheScope } = await client.readResource ({ uri });
        assert.equal (mimeType, 'application/json');
        const shown = JSON.parse (text);
        assert.equal (shown.uri, uri);
        assert.equal (shown.describe_alarms.alarms [0].name, 'shop-alb-latency-p99');
        assert.ok (shown.get_alarm_history.rows.length > 0);
        if (newer)
            assert.deepEqual ([ttlMs, cacheScope], [15000, 'private']);
    });

    test (`${name}: a log group is its description, its streams and its last errors`, async () => {
        const uri = `cloudwatch-mcp://log-group/${encodeURIComponent ('/ecs/shop/checkout')}`;
        const { contents: [{ text }] } = await client.readResource ({ uri });
        const shown = JSON.parse (text);
        assert.equal (shown.describe_log_groups.log_groups [0] [0], '/ecs/shop/checkout');
        assert.equal (shown.filter_log_streams.log_streams.length, 10);
        assert.match (shown.search_log_events.rows [0].at (-1), /ERROR/);
    });

    test (`${name}: a namespace is its metrics, in the region that is asked`, async () => {
        const { contents: [{ text }] } = await client.readResource ({ uri: 'cloudwatch-mcp://namespace/Shop%2FCheckout?region=eu-central-1' });
        assert.ok (JSON.parse (text).list_metrics.metrics.some (([metric]) => metric === 'CheckoutStarted'));
        assert.ok ((await sim.requests ()).some (({ region }) => region === 'eu-central-1'));       //  For the first client; the others get it kept
    });

    test (`${name}: a dashboard is its widgets, with the calls that they stand for`, async () => {
        const { contents: [{ text }] } = await client.readResource ({ uri: 'cloudwatch-mcp://dashboard/shop-checkout' });
        const { widgets } = JSON.parse (text).get_dashboard;
        assert.deepEqual (widgets.map (({ type }) => type), ['metric', 'metric', 'log', 'alarm']);
        assert.equal (widgets [0].run [0].tool, 'get_metric_data');
    });

    test (`${name}: what a service's metrics tell is read and completed without asking AWS`, async () => {
        const { resourceTemplates } = await client.listResourceTemplates ();
        const { uriTemplate: uri } = resourceTemplates.find (({ name: kind }) => kind === 'metrics');
        assert.equal (uri, 'cloudwatch://metrics/{+name}');
        const before = (await sim.requests ()).length;
        const { contents: [{ text }] } = await client.readResource ({ uri: uri.replace ('{+name}', 'AWS/Lambda') });
        const { namespace, columns, rows } = JSON.parse (text);
        assert.equal (namespace, 'AWS/Lambda');
        const throttles = rows.find (([metric]) => metric === 'Throttles');
        assert.deepEqual ([throttles [columns.indexOf ('unit')], throttles [columns.indexOf ('stats')] [0]], ['Count', 'Sum']);
        const cases = [
            [{ ref: { type: 'ref/resource', uri }, argument: { name: 'name', value: 'lamb' } }, 'AWS/Lambda'],
            [ofTemplate ('namespace', 'AWS/La'), 'AWS/Lambda'],
            [ofPrompt ('explain_latency', 'metric_name', 'dur', { namespace: 'AWS/Lambda' }), 'Duration'],
            [ofPrompt ('explain_latency', 'dimension_name', '', { namespace: 'AWS/Lambda' }), 'FunctionName'],
        ];
        for (const [params, expected] of cases)
            assert.ok ((await client.complete (params)).completion.values.includes (expected), expected);
        assert.equal ((await sim.requests ()).length, before);
    });

    test (`${name}: what is not there is an error that names it`, async () => {
        for (const uri of ['cloudwatch-mcp://guide/nope', 'cloudwatch-mcp://alarm/nope', 'cloudwatch-mcp://dashboard/nope',
            'cloudwatch-mcp://alarm/%zz', 'file:///etc/passwd'])
            await assert.rejects (client.readResource ({ uri }), error => {
                //  SDK v2 knows the older code, and gives the newer one for it
                assert.equal (error.code, name === 'SDK v1' ? -32002 : -32602);
                assert.equal (error.data?.uri, uri);
                return true;
            });
    });

    test (`${name}: completes names of every kind`, async () => {
        const shop = await client.complete (ofPrompt ('triage_alarm', 'alarm_name', 'shop-alb'));
        assert.ok (shop.completion.values.includes ('shop-alb-latency-p99'), JSON.stringify (shop));
        const cases = [
            [ofTemplate ('alarm', 'shop-alb'), 'shop-alb-latency-p99'],
            [ofTemplate ('log-group', '/ecs/shop/ch'), '/ecs/shop/checkout'],
            [ofTemplate ('namespace', 'lambda'), 'AWS/Lambda'],
            [ofTemplate ('dashboard', 'shop-'), 'shop-overview'],
            [ofPrompt ('explain_latency', 'metric_name', 'dur', { namespace: 'AWS/Lambda' }), 'Duration'],
            [ofPrompt ('explain_latency', 'dimension_name', '', { namespace: 'AWS/Lambda', metric_name: 'Duration' }), 'FunctionName'],
            [ofPrompt ('explain_latency', 'dimension_value', 'shop-pay', { namespace: 'AWS/Lambda', dimension_name: 'FunctionName' }),
                'shop-payment-capture'],
        ];
        for (const [params, expected] of cases) {
            const { completion } = await client.complete (params);
            assert.ok (completion.values.includes (expected), `${expected}: ${JSON.stringify (completion)}`);
            assert.equal (new Set (completion.values).size, completion.values.length);
            assert.ok (completion.values.length <= 100 && completion.total >= completion.values.length && !completion.hasMore);
        }
        const { completion: all } = await client.complete (ofTemplate ('log-group', ''));
        assert.ok (all.values.length > 0 && all.values.length <= 100);
        const { completion: none } = await client.complete (ofPrompt ('explain_latency', 'dimension_name', 'fun'));
        assert.deepEqual (none.values, []);
        await assert.rejects (client.complete (ofPrompt ('nope', 'x', '')), { code: -32602 });
    });

    test (`${name}: a cursor that is not ours is refused by every list`, async () => {
        for (const list of ['listTools', 'listPrompts', 'listResources', 'listResourceTemplates'])
            await assert.rejects (client [list] ({ cursor: 'b2Zmc2V0PTUw' }), { code: -32602 }, list);
    });
}

//  --- What prompts and guides show is done

//  Values that the simulated shop has: all arguments, and as few as possible.
const LATENCY = { namespace: 'AWS/ApplicationELB', metric_name: 'TargetResponseTime' };
const WINDOWS = { namespace: 'AWS/RDS', metric_name: 'CPUUtilization', first_start: '-1h', second_start: '-25h', second_end: '-24h' };
const DEPLOYED = { log_group: '/ecs/shop/orders', deployed_at: '-2h' };
const QUESTION = { question: 'Which errors are new?' };
const REGION = { region: 'eu-west-1' };
const FILLED = {
    triage_alarm: [{ alarm_name: 'shop-checkout-degraded' }, { alarm_name: 'shop-orders-db-cpu', ...REGION }],
    explain_latency: [LATENCY, { ...LATENCY, dimension_name: 'LoadBalancer', dimension_value: 'app/shop/1', start_time: '-1d', ...REGION }],
    first_error_after_deploy: [DEPLOYED, { ...DEPLOYED, pattern: '{ $.level = "ERROR" }', ...REGION }],
    compare_windows: [WINDOWS, { ...WINDOWS, dimension_name: 'DBInstanceIdentifier', dimension_value: 'shop-orders-1', first_end: '-5m', ...REGION }],
    write_insights_query: [QUESTION, { ...QUESTION, log_group: '/ecs/shop/orders', start_time: '-1d', ...REGION }],
    review_alarm_coverage: [{}, { namespace: 'AWS/Lambda', prefix: 'shop-', ...REGION }],
};

//  "tool {…}" on a line of its own. What a model has to fill in is "<…>": those cannot be made as they stand, but their tools and arguments exist.
const callsOf = text => text.split ('\n').flatMap (line => {
    const [, tool, json] = line.match (/^([a-z_]+) (\{.*\})$/) ?? [];
    return tool ? [{ tool, args: JSON.parse (json), whole: !json.includes ('"<') && !json.includes ('<namespace>') }] : [];
});

const schemas = Object.fromEntries ((await any.listTools ()).tools.map (tool => [tool.name, tool.inputSchema]));

async function works ({ tool, args }, where) {
    const { isError, content } = await any.callTool ({ name: tool, arguments: args });
    assert.ok (!isError, `${where}: ${tool} ${JSON.stringify (args)}: ${content [0].text}`);
}

test ('there are values for each prompt', () => assert.deepEqual (Object.keys (FILLED).sort (), PROMPTS));

for (const prompt of PROMPTS)
    for (const filled of FILLED [prompt])
        test (`${prompt} with ${Object.keys (filled).join (', ') || 'nothing'}: the calls that it shows can be made`, async () => {
            const { messages } = await any.getPrompt ({ name: prompt, arguments: filled });
            const calls = callsOf (messages [0].content.text);
            assert.ok (calls.length >= 2, messages [0].content.text);
            for (const { tool, args } of calls) {
                assert.ok (TOOLS.includes (tool), tool);
                for (const argument of Object.keys (args))
                    assert.ok (schemas [tool].properties [argument], `${tool} has no ${argument}`);
            }
            for (const call of calls.filter (({ whole }) => whole))
                await works (call, prompt);
        });

for (const guide of GUIDES)
    test (`the calls that the guide ${guide} shows can be made`, async () => {
        const text = readFileSync (path.join (GATEWAY, 'guides', `${guide}.md`), 'utf8');
        const calls = [...text.matchAll (/^```json (\w+)\n(.*?)^```$/gms)].map (([, tool, json]) => ({ tool, args: JSON.parse (json) }));
        assert.ok (guide === 'logs-insights' || calls.length > 0);
        for (const call of calls)
            await works (call, guide);
    });

test ('each function in the guide to metric math is one', async () => {
    const table = readFileSync (path.join (GATEWAY, 'guides/metric-math.md'), 'utf8').split ('## Functions') [1].split ('## SEARCH') [0];
    const expressions = table.split ('\n').filter (line => line.startsWith ('| `')).flatMap (line =>
        [...line.split ('|') [1].matchAll (/`([^`]+)`/g)].map (([, code]) => code));
    assert.ok (expressions.length >= 20, table);
    const metric = id => ({ id, namespace: 'AWS/RDS', metric_name: 'CPUUtilization', dimensions: { DBInstanceIdentifier: 'shop-orders-1' } });
    for (const expression of expressions) {
        const queries = [metric ('m1'), metric ('m2'), metric ('errors'), { id: 'x', expression }];
        await works ({ tool: 'get_metric_data', args: { queries } }, 'Functions');
    }
});

test ('cloudwatch-mcp guide lists them, and shows one', async () => {
    const list = await run ('cloudwatch-mcp', ['guide']);
    assert.deepEqual ([list.code, list.stdout.split ('\n').slice (0, GUIDES.length).map (line => line.split (' ') [0])], [0, GUIDES]);
    const one = await run ('cloudwatch-mcp', ['guide', 'filter-patterns']);
    assert.deepEqual ([one.code, one.stdout], [0, readFileSync (path.join (GATEWAY, 'guides/filter-patterns.md'), 'utf8')]);
    const none = await run ('cloudwatch-mcp', ['guide', 'filter-pattern']);
    assert.equal (none.code, 2);
    assert.match (none.stderr, /did you mean filter-patterns\?/);
});

//  --- When AWS does not answer

test ('completion gives up after a short while, with an empty list', async () => {
    await sim.setFaults ({ DescribeAlarms: { hang: true } });
    const { completion } = await any.complete (ofTemplate ('alarm', 'a-name-that-nobody-asked-for-yet'));
    assert.deepEqual (completion.values, []);
    await sim.setFaults ({});
});

test ('a client that leaves while a resource is read takes its requests with it', async () => {
    await sim.setFaults ({ DescribeAlarms: { hang: true } });
    const leaving = new AbortController ();
    const reading = post (server, { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'cloudwatch-mcp://alarm/left-behind' } },
        { signal: leaving.signal });
    const asked = async () => (await sim.requests ()).find (({ operation, body }) => operation === 'DescribeAlarms' &&
        JSON.stringify (body).includes ('left-behind'));
    await waitFor (asked);
    leaving.abort ();
    await assert.rejects (reading);
    await waitFor (async () => (await asked ()).outcome === 'aborted by the client');
    await sim.setFaults ({});
});
