//  Dashboards as a person on call uses them: what does the team look at, and what does it show now?

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { call, startServer, startSim } from './harness.mjs';

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url });

async function ask (name, args) {
    const result = await call (server, name, args);
    assert.ok (!result.isError, `${name}: ${result.content?.[0]?.text}`);
    return result.structuredContent;
}

const { dashboards } = await ask ('list_dashboards', {});
const NAMES = dashboards.map (([name]) => name);

test ('the dashboards are listed with time and size, by prefix too', async () => {
    assert.deepEqual (NAMES, ['shop-checkout', 'shop-databases', 'shop-function', 'shop-overview']);
    for (const [, modified, bytes] of dashboards) {
        assert.match (modified, /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
        assert.ok (bytes > 100);
    }
    assert.deepEqual ((await ask ('list_dashboards', { prefix: 'shop-d' })).dashboards.map (([name]) => name), ['shop-databases']);
    const first = await ask ('list_dashboards', { limit: 3 });
    assert.deepEqual ((await ask ('list_dashboards', { limit: 3, next_token: first.next_token })).dashboards, dashboards.slice (3));
});

//  What shows that a call found what the widget draws.
const found = {
    get_metric_data: ({ series }) => series.some (({ summary }) => summary),
    describe_alarms: ({ alarms }) => alarms.length > 0,
    search_log_events: ({ rows }) => rows.length > 0,
};

for (const name of NAMES)
    test (`every call of ${name} is answered with data, as it stands`, async () => {
        const { widgets, start_time } = await ask ('get_dashboard', { name });
        const calls = widgets.flatMap (({ run = [] }) => run);
        assert.ok (calls.length > 0);
        for (const { tool, arguments: args } of calls)
            assert.ok (found [tool] (await ask (tool, args)), `${tool} ${JSON.stringify (args)}`);
        if (start_time)
            await ask (calls [0].tool, { ...calls [0].arguments, start_time });
    });

test ('shorthand, math and what is hidden come out as queries', async () => {
    const { widgets: [checkouts, functions, log] } = await ask ('get_dashboard', { name: 'shop-checkout' });
    const [{ arguments: math }] = checkouts.run, [{ arguments: shorthand }] = functions.run;
    assert.deepEqual (math.queries.map (({ id, hidden }) => [id, hidden ?? false]), [['ratio', false], ['completed', true], ['started', true]]);
    assert.deepEqual (math.queries [2].dimensions, { Environment: 'prod' });
    const answer = await ask ('get_metric_data', math);
    assert.deepEqual (answer.series.map (({ label }) => label), ['Completed (%)']);
    assert.deepEqual (shorthand.queries.map (({ metric_name, dimensions, stat, period }) => [metric_name, dimensions.FunctionName, stat, period]), [
        ['Errors', 'shop-payment-capture', 'Sum', 60],
        ['Errors', 'shop-order-confirm', 'Sum', 60],
        ['Duration', 'shop-order-confirm', 'p99', undefined],
    ]);
    assert.deepEqual (log.run [0].arguments.log_groups, ['/ecs/shop/checkout', '/ecs/shop/payments']);
    assert.match (log.query, /^fields @timestamp, @message\n/);
});

test ('widgets of any page size are the same widgets', async () => {
    const whole = await ask ('get_dashboard', { name: 'shop-checkout' }), widgets = [];
    let token;
    do {
        const page = await ask ('get_dashboard', { name: 'shop-checkout', limit: 1, ...(token ? { next_token: token } : {}) });
        widgets.push (...page.widgets);
        token = page.next_token;
    } while (token);
    assert.deepEqual (widgets, whole.widgets);
    const { next_token } = await ask ('get_dashboard', { name: 'shop-checkout', limit: 1 });
    const other = await call (server, 'get_dashboard', { name: 'shop-overview', next_token });
    assert.ok (other.isError, 'a token of another dashboard');
});

test ('variables are named, and what no tool can draw says why', async () => {
    const { variables, widgets, note } = await ask ('get_dashboard', { name: 'shop-function' });
    assert.deepEqual (variables, [{ type: 'property', replaces: 'FunctionName', label: 'Function', default: 'shop-payment-capture' }]);
    assert.match (note, /put a value/);
    assert.match (widgets.find (({ type }) => type === 'custom').note, /Lambda function/);
    const { widgets: databases } = await ask ('get_dashboard', { name: 'shop-databases' });
    assert.match (databases.find (({ type }) => type === 'explorer').note, /tags/);
});

test ('a dashboard that is not there is an error that helps', async () => {
    const { isError, content } = await call (server, 'get_dashboard', { name: 'shop-overveiw' });
    assert.ok (isError);
    assert.match (content [0].text, /There is no dashboard "shop-overveiw" in this account.*list_dashboards/);
});
