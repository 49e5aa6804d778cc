//  Ten questions of somebody on call, answered by the tools alone, once through the official client and once through the command line. Each is an
//  incident of the simulated shop: from what hurts to why, and since when.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

import { ACCESS_KEY, REGION, run, SECRET_KEY, startServer, startSim } from './harness.mjs';

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url });
const client = new Client ({ name: 'on-call', version: '1' }, { capabilities: {}, versionNegotiation: { mode: 'auto' } });
await client.connect (new StreamableHTTPClientTransport (new URL (server.url)));
after (() => client.close ());

async function throughClient (name, args) {
    const { content, structuredContent, isError } = await client.callTool ({ name, arguments: args });
    assert.ok (!isError, content?.[0]?.text);
    return structuredContent;
}

const word = value => typeof value === 'string' ? value : JSON.stringify (value);

async function throughCommandLine (name, args) {
    const words = Object.entries (args).map (([key, value]) => `${key}=${word (value)}`);
    const env = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_REGION: REGION, AWS_ENDPOINT_URL: sim.url };
    const { code, stdout, stderr } = await run ('cloudwatch-mcp', ['call', name, ...words, '--json'], env);
    assert.equal (code, 0, stderr);
    return JSON.parse (stdout);
}

//  --- How a person reads the answers

//  Rows as objects, by their columns.
const rowsOf = ({ columns, rows }) => rows.map (row => Object.fromEntries (columns.map ((column, i) => [column, row [i]])));

//  Of a series: when each value began, and the values that are there.
function pointsOf ({ window, period_s: common }, series) {
    const start = Date.parse (series.from ?? window [0]), periodMs = 1000 * (series.period_s ?? common);
    return series.values.map ((value, i) => ({ at: start + i * periodMs, value })).filter (point => point.value !== null);
}

const DAY_MS = 24 * 3600 * 1000;
const ago = time => Date.now () - Date.parse (time);
const minutes = ms => ms / 60000;

function expectBetween (value, low, high, what) {
    assert.ok (value >= low && value <= high, `${what}: ${value} is not between ${low} and ${high}`);
}

const QUESTIONS = {
    'What is wrong now, and what is the reason?': async ask => {
        const { alarms } = await ask ('describe_alarms', { state: 'ALARM' });
        assert.equal (alarms [0].name, 'shop-checkout-degraded', 'what customers feel comes first');
        const names = alarms.map (alarm => alarm.name);
        for (const name of ['shop-database-trouble', 'shop-orders-db-cpu', 'shop-orders-db-connections', 'shop-orders-new-age'])
            assert.ok (names.includes (name), `${name} of ${names}`);
        //  Which of them was first? Not the slow checkouts: the database.
        const since = Object.fromEntries (alarms.map (alarm => [alarm.name, Date.parse (alarm.since)]));
        assert.ok (since ['shop-orders-db-cpu'] < since ['shop-checkout-degraded']);
        const cpu = alarms.find (alarm => alarm.name === 'shop-orders-db-cpu');
        assert.match (cpu.when, /AWS\/RDS CPUUtilization \{DBInstanceIdentifier=shop-orders-1\} Average >= 90 for 5 x 60 s/);
        assert.match (cpu.reason, /^Threshold Crossed: 5 out of the last 5 datapoints \[9\d/);
    },

    'The orders database is at its limit: since when, what does it do, and who changed something?': async ask => {
        const data = await ask ('get_metric_data', { namespace: 'AWS/RDS', metric_name: 'CPUUtilization', start_time: '-2h',
            dimensions: { DBInstanceIdentifier: 'shop-orders-1' } });
        const [cpu] = data.series;
        assert.equal (cpu.unit, 'Percent');
        assert.ok (cpu.summary.max > 90 && cpu.summary.min < 60, JSON.stringify (cpu.summary));
        const since = pointsOf (data, cpu).find (point => point.value > 85).at;
        expectBetween (minutes (Date.now () - since), 30, 50, 'minutes since the processor is busy');

        const slow = rowsOf (await ask ('search_log_events', { log_groups: ['/aws/rds/instance/shop-orders-1/postgresql'],
            pattern: '"duration:" "customer_email"', start_time: '-2h', order: 'oldest', limit: 1 }));
        assert.match (slow [0].message, /duration: \d{4,}\.\d+ ms {2}statement: SELECT .* FROM orders WHERE customer_email = /);
        assert.ok (Math.abs (Date.parse (slow [0].time) - since) < 10 * 60000);

        const deploys = rowsOf (await ask ('search_log_events', { log_groups: ['/shop/deploy'], start_time: '-2h' }));
        const deploy = deploys.find (row => /deploy service orders/.test (row.message) && /started/.test (row.message));
        assert.ok (deploy, JSON.stringify (deploys));
        expectBetween (minutes (since - Date.parse (deploy.time)), 0, 10, 'minutes from the deploy to the first busy one');
    },

    'Payments failed the other day: when, for how long, which error, and what ended it?': async ask => {
        const history = await ask ('get_alarm_history', { name: 'shop-payment-capture-errors', start_time: '-3d', order: 'oldest' });
        const changes = rowsOf (history);
        assert.deepEqual (changes.map (change => [change.from, change.to]), [['OK', 'ALARM'], ['ALARM', 'OK']]);
        expectBetween (ago (changes [0].time) / DAY_MS, 1.9, 2.1, 'days ago');
        expectBetween (minutes (Date.parse (changes [1].time) - Date.parse (changes [0].time)), 40, 60, 'minutes in ALARM');
        assert.equal (history.summary.to_alarm, 1);

        const window = { start_time: changes [0].time, end_time: changes [1].time };
        const found = await ask ('search_log_events', { log_groups: ['/aws/lambda/shop-payment-capture'], pattern: 'TypeError', ...window });
        assert.match (rowsOf (found) [0].message, /TypeError: Cannot read properties of undefined \(reading 'currency'\)/);

        const rollback = rowsOf (await ask ('search_log_events', { log_groups: ['/shop/deploy'], pattern: '"shop-payment-capture"', start_time: '-3d',
            order: 'oldest' }));
        assert.match (rollback [0].message, /^\S+ deploy shop-payment-capture version 212/);
        assert.match (rollback.at (-1).message, /^\S+ rollback shop-payment-capture/);
    },

    'Do the logs tell as many errors as the metric?': async ask => {
        const hour = Math.floor ((Date.now () - 2 * DAY_MS) / 3600000) * 3600000;
        const window = { start_time: new Date (hour - 3600000).toISOString (), end_time: new Date (hour + 3600000).toISOString () };
        const data = await ask ('get_metric_data', { namespace: 'AWS/Lambda', metric_name: 'Errors', stat: 'Sum', period: 3600,
            dimensions: { FunctionName: 'shop-payment-capture' }, ...window });
        const told = data.series [0].values.reduce ((sum, value) => sum + (value ?? 0), 0);
        const end = new Date (hour + 3600000 - 1).toISOString ();
        const { rows, next_token: more } = await ask ('search_log_events', { log_groups: ['/aws/lambda/shop-payment-capture'], pattern: 'ERROR',
            start_time: window.start_time, end_time: end, limit: 10000, max_bytes: 1048576, line_bytes_max: 100 });
        assert.equal (more, undefined);
        assert.ok (told > 50, `${told} errors`);
        assert.equal (rows.length, told);
    },

    'Nobody could sign in last week: why?': async ask => {
        const { rows } = await ask ('search_log_events', { log_groups: ['/ecs/shop/accounts', '/aws/rds/instance/shop-accounts-1/postgresql'],
            pattern: '"No space left on device"', start_time: '-5d', order: 'oldest', limit: 1 });
        expectBetween (ago (rows [0] [0]) / DAY_MS, 3.4, 3.65, 'days ago');
        const { series: [free], period_s: period } = await ask ('get_metric_statistics', { namespace: 'AWS/RDS', metric_name: 'FreeStorageSpace',
            dimensions: { DBInstanceIdentifier: 'shop-accounts-1' }, stats: ['Minimum'], start_time: '-5d' });
        assert.equal (free.unit, 'Bytes');
        assert.ok (free.summary.min < 1e9 && free.summary.last > 20e9, JSON.stringify (free.summary));
        assert.ok (period >= 300 && free.values.length <= 100);
    },

    'Coupons were not accepted yesterday: what was too slow?': async ask => {
        const data = await ask ('get_metric_data', { start_time: '-30h', points: 400, queries: [
            { id: 'throttled', namespace: 'AWS/DynamoDB', metric_name: 'ReadThrottleEvents', dimensions: { TableName: 'shop-coupons' }, stat: 'Sum' },
            { id: 'used', namespace: 'AWS/DynamoDB', metric_name: 'ConsumedReadCapacityUnits', dimensions: { TableName: 'shop-coupons' }, stat: 'Sum',
                hidden: true },
            { id: 'a_second', expression: 'used / PERIOD(used)', label: 'reads per second' },
        ] });
        assert.deepEqual (data.series.map (series => series.id), ['throttled', 'a_second']);
        const [throttled, reads] = data.series;
        assert.equal (reads.label, 'reads per second');
        assert.ok (throttled.summary.max > 5);
        const begun = pointsOf (data, throttled).find (point => point.value > 0).at;
        expectBetween (minutes (Date.now () - begun), 1440, 1520, 'minutes ago');
        const { rows } = await ask ('search_log_events', { prefix: '/aws/lambda/shop-coupon', pattern: 'ProvisionedThroughputExceededException',
            start_time: '-30h', limit: 1 });
        assert.match (rows [0].join (' '), /shop-coupon-issue/);
    },

    'Mails end in the dead-letter queue: which ones?': async ask => {
        const { series: [letters] } = await ask ('get_metric_data', { namespace: 'AWS/SQS', metric_name: 'ApproximateNumberOfMessagesVisible',
            dimensions: { QueueName: 'email-outbox-dlq' }, stat: 'Maximum', start_time: '-3d' });
        assert.equal (letters.summary.last, 7);
        const present = letters.values.filter (value => value !== null);
        assert.ok (present.every ((value, i) => i === 0 || value >= present [i - 1]), 'it only grows');
        const lines = rowsOf (await ask ('search_log_events', { log_groups: ['/aws/lambda/shop-email-render'], pattern: 'TemplateNotFound',
            start_time: '-3d', limit: 5 }));
        assert.ok (lines.every (line => /de-AT/.test (line.message)));
    },

    'A partner says that our calls stopped for two hours on Thursday: our fault?': async ask => {
        const lines = rowsOf (await ask ('search_log_events', { prefix: '/ecs/shop/', pattern: '"certificate has expired"', start_time: '-6d',
            order: 'oldest', limit: 3 }));
        assert.equal (lines [0].group, '/ecs/shop/shipping');
        expectBetween (ago (lines [0].time) / DAY_MS, 4.9, 5.05, 'days ago');
        const namespace = 'AWS/CertificateManager', stat = 'Minimum';
        const { metrics } = await ask ('list_metrics', { namespace });
        const queries = metrics.map (([name, dimensions]) => ({ namespace, metric_name: name, dimensions, stat }));
        const { series, period_s: period } = await ask ('get_metric_data', { queries, start_time: '-7d', period: 86400 });
        assert.equal (period, 86400);
        assert.ok (series.some (one => one.summary?.min <= 1 && one.summary.last > 300), JSON.stringify (series));
    },

    'Recommendations restart now and then: is there a pattern?': async ask => {
        const { series: [memory] } = await ask ('get_metric_data', { namespace: 'AWS/ECS', metric_name: 'MemoryUtilization', stat: 'Maximum',
            dimensions: { ClusterName: 'shop', ServiceName: 'recommendations' }, start_time: '-4d', points: 200 });
        assert.ok (memory.summary.max > 90 && memory.summary.min < 60, JSON.stringify (memory.summary));
        const kills = rowsOf (await ask ('search_log_events', { log_groups: ['/ecs/shop/recommendations'], pattern: '"code 137"',
            start_time: '-4d', order: 'oldest' }));
        assert.ok (kills.every (kill => /out of memory/.test (kill.message)));
        const times = kills.map (row => Date.parse (row.time)).filter ((time, i, all) => i === 0 || time - all [i - 1] > 3600000);
        assert.ok (times.length >= 4, `${times.length} kills`);
        for (let i = 1; i < times.length; i++)
            expectBetween ((times [i] - times [i - 1]) / 3600000, 19, 21, 'hours between two kills');
    },

    'Functions were throttled six days ago: by whom?': async ask => {
        const window = { start_time: '-8700m', end_time: '-8660m' };
        const ofAll = (metric, period) => `SEARCH('{AWS/Lambda,FunctionName} MetricName="${metric}"', 'Sum', ${period})`;
        const { series: [throttles] } = await ask ('get_metric_data', { expression: `SUM(${ofAll ('Throttles', 60)})`, ...window });
        assert.ok (throttles.summary.max > 0);
        const busy = await ask ('get_metric_data', { expression: ofAll ('Invocations', 300), ...window, limit: 500 });
        const busiest = busy.series.toSorted ((a, b) => (b.summary?.max ?? 0) - (a.summary?.max ?? 0)) [0];
        assert.match (busiest.label, /shop-image-resize/);
        const { rows } = await ask ('search_log_events', { log_groups: ['/aws/lambda/shop-catalog-import'], pattern: '"queued 40000 images"',
            start_time: '-8710m', end_time: '-8650m' });
        assert.equal (rows.length, 1);
    },
};

test ('there are ten questions', () => {
    assert.equal (Object.keys (QUESTIONS).length, 10);
});

for (const [question, answer] of Object.entries (QUESTIONS)) {
    test (`client: ${question}`, () => answer (throughClient));
    test (`command line: ${question}`, () => answer (throughCommandLine));
}
