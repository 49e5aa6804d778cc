//  From a person's words to values and alarms: the tools that answer from the catalogue, and what they make easier to ask AWS.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

import { LOCAL_TOOLS, run, startServer, startSim, waitFor } from './harness.mjs';

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url });
const client = new Client ({ name: 'metric-tools', version: '1' }, { capabilities: {}, versionNegotiation: { mode: 'auto' } });
await client.connect (new StreamableHTTPClientTransport (new URL (server.url)));
after (() => client.close ());

async function ask (name, args) {
    const { content, structuredContent, isError } = await client.callTool ({ name, arguments: args });
    assert.ok (!isError, content?.[0]?.text);
    assert.deepEqual (JSON.parse (content [0].text), structuredContent);
    return structuredContent;
}

const DAY_MS = 24 * 3600 * 1000;
const rowsOf = ({ columns, rows }) => rows.map (row => Object.fromEntries (columns.map ((column, i) => [column, row [i]])));

test ('what a person asks for leads to values in two calls', async () => {
    const [best] = rowsOf (await ask ('search_metric_metadata', { query: 'how busy is my rds cpu', limit: 3 }));
    assert.deepEqual ([best.namespace, best.metric_name], ['AWS/RDS', 'CPUUtilization']);
    assert.ok (best.dimensions.some (set => set.length === 1 && set [0] === 'DBInstanceIdentifier'));
    const { series: [series] } = await ask ('get_metric_data', { namespace: best.namespace, metric_name: best.metric_name,
        dimensions: { DBInstanceIdentifier: 'shop-orders-1' } });
    assert.deepEqual ([series.stat, series.unit], [best.stat, best.unit]);
    assert.ok (series.values.length > 0);
});

test ('the answers ask nothing of AWS, and are logged as calls', async () => {
    const before = (await sim.requests ()).length;
    await ask ('get_metric_metadata', { namespace: 'AWS/Lambda' });
    await ask ('get_recommended_metric_alarms', { namespace: 'AWS/Lambda', metric_name: 'Errors' });
    assert.equal ((await sim.requests ()).length, before);
    for (const tool of LOCAL_TOOLS)
        await waitFor (() => server.log.some (line => line.event === 'call' && line.tool === tool && line.status === 'OK' && line.trace_id),
            { what: tool });
});

test ('the command line needs neither a region nor credentials for them', async () => {
    const { code, stdout, stderr } = await run ('cloudwatch-mcp', ['call', 'search_metric_metadata', 'query=lambda throttled', '--json'], {});
    assert.equal (code, 0, stderr);
    assert.equal (rowsOf (JSON.parse (stdout)) [0].metric_name, 'Throttles');
    const nothing = await run ('cloudwatch-mcp', ['call', 'get_metric_metadata'], {});
    assert.equal (nothing.code, 2);
    assert.match (nothing.stderr, /needs a namespace, a metric_name, or both/);
});

test ('recommended alarms are complete with the dimensions that are given, and say which are missing', async () => {
    const filled = await ask ('get_recommended_metric_alarms', { namespace: 'AWS/ApplicationELB', metric_name: 'HTTPCode_ELB_5XX_Count',
        dimensions: { LoadBalancer: 'app/shop/50dc6c495c0c9188' } });
    assert.deepEqual (filled.alarms [0].dimensions, { LoadBalancer: 'app/shop/50dc6c495c0c9188' });
    assert.match (filled.cloudformation, /^ {10}Value: "app\/shop\/50dc6c495c0c9188"$/m);
    assert.match (filled.terraform, /^ {4}"LoadBalancer" = "app\/shop\/50dc6c495c0c9188"$/m);
    const open = await ask ('get_recommended_metric_alarms', { namespace: 'AWS/ApplicationELB', metric_name: 'HTTPCode_ELB_5XX_Count' });
    assert.deepEqual (open.alarms [0].missing_dimensions, ['LoadBalancer']);
    assert.match (open.cloudformation, /^Parameters:\n {2}LoadBalancer:\n {4}Type: String\n/);
    assert.match (open.terraform, /^variable "load_balancer" \{\n/);
});

test ('a slip is answered with what is near, in each of them', async () => {
    const { near, note } = await ask ('get_metric_metadata', { namespace: 'AWS/Lambda', metric_name: 'Throtles' });
    assert.deepEqual (near [0], { namespace: 'AWS/Lambda', metric_name: 'Throttles' });
    assert.match (note, /did you mean Throttles\?/);
    const { alarms, note: custom } = await ask ('get_recommended_metric_alarms', { namespace: 'Shop/Checkout', metric_name: 'CheckoutStarted' });
    assert.deepEqual (alarms, []);
    assert.match (custom, /custom metrics are found with list_metrics/);
    const { content, isError } = await client.callTool ({ name: 'search_metric_metadata', arguments: { question: 'lambda' } });
    assert.ok (isError);
    assert.match (content [0].text, /question.*(query|Arguments)/s);
});

test ('a metric that is published once a day is asked for so when nobody says otherwise', async () => {
    const { metrics: [[, dimensions]] } = await ask ('list_metrics', { namespace: 'AWS/S3', metric_name: 'BucketSizeBytes', limit: 1 });
    const BUCKET = { namespace: 'AWS/S3', metric_name: 'BucketSizeBytes', dimensions };
    const { period_s, series: [series], note } = await ask ('get_metric_data', BUCKET);
    assert.equal (period_s, 86400);
    assert.ok (series.values.filter (value => value > 0).length >= 2, JSON.stringify (series));
    assert.equal (series.unit, 'Bytes');
    assert.match (note, /The window is 72 h/);
    //  Yesterday's noon: the day's only value stands at midnight
    const noon = Math.floor (Date.now () / DAY_MS) * DAY_MS - DAY_MS / 2, time = ms => new Date (ms).toISOString ();
    const hours = await ask ('get_metric_statistics', { ...BUCKET, start_time: time (noon), end_time: time (noon + DAY_MS / 72), period: 60 });
    assert.equal (hours.period_s, 60);
    assert.match (hours.note, /published once a day: ask for -2d with period 86400\./);
});

test ('an empty answer names the dimensions that the metric has, and the name that was meant', async () => {
    const wrong = await ask ('get_metric_data', { namespace: 'AWS/Lambda', metric_name: 'Errors', dimensions: { Function: 'shop-payment-capture' } });
    assert.equal (wrong.series [0].stat, 'Sum');
    assert.match (wrong.note, /is known with the dimensions FunctionName; or .*; you gave Function\. /);
    const misspelt = await ask ('get_metric_data', { namespace: 'AWS/Lambda', metric_name: 'Erors', dimensions: { FunctionName: 'x' } });
    assert.match (misspelt.note, /The catalogue has no AWS\/Lambda Erors; nearest is Errors\./);
});
