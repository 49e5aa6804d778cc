//  What the server counts, as Prometheus reads it; and that the dashboard and the alerts ask for nothing else.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { call, folderOf, request, startServer, startSim, TOOLS, waitFor } from './harness.mjs';
import { readMetrics } from './prometheus.mjs';

//  As Prometheus 2.42 asks.
const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,'
    + 'text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const file = name => readFileSync (new URL (`../../docs/${name}`, import.meta.url), 'utf8');

const sim = await startSim ();

async function metrics (server, accept) {
    const openMetrics = accept === OPEN_METRICS;
    const answer = await request (`${server.adminUrl}/metrics`, { headers: accept ? { Accept: accept } : {} });
    assert.equal (answer.status, 200);
    assert.equal (answer.headers['content-type'],
        openMetrics ? 'application/openmetrics-text; version=1.0.0; charset=utf-8' : 'text/plain; version=0.0.4; charset=utf-8');
    return { text: answer.text, families: readMetrics (answer.text, { openMetrics }) };
}

//  The value of the one sample that has these labels.
function value ({ families }, name, labels = {}, suffix = '') {
    const found = families.get (name)?.samples.filter (sample => (!suffix || sample.name.endsWith (suffix))
        && Object.entries (labels).every (([key, one]) => sample.labels[key] === one));
    assert.equal (found?.length, 1, `${name}${suffix} ${JSON.stringify (labels)}`);
    return found[0].value;
}

async function busyServer () {
    const server = await startServer ({ endpoint: sim.url });
    await call (server, 'describe_log_groups', { prefix: '/one' });
    await sim.setFaults ({ DescribeLogGroups: { throttle_rate: 1, count: 1 } });
    await call (server, 'describe_log_groups', { prefix: '/two' });
    await sim.setFaults ({});
    await call (server, 'filter_log_streams', { log_group: '/no/such/group' });
    await call (server, 'describe_alarms', {});
    return server;
}

test ('calls, attempts, waits and workers are counted', async () => {
    const page = await metrics (await busyServer ());
    const tool = { tool: 'describe_log_groups' };
    assert.equal (value (page, 'cloudwatch_mcp_calls', { ...tool, status: 'OK' }), 2);
    assert.equal (value (page, 'cloudwatch_mcp_calls', { tool: 'filter_log_streams', status: 'INVALID_ARGUMENT' }), 1);
    assert.equal (value (page, 'cloudwatch_mcp_call_duration_seconds', { ...tool, outcome: 'ok' }, '_count'), 2);
    assert.equal (value (page, 'cloudwatch_mcp_call_duration_seconds', { tool: 'filter_log_streams', outcome: 'error' }, '_count'), 1);
    const api = { api: 'CloudWatchLogs.DescribeLogGroups' };
    assert.equal (value (page, 'cloudwatch_mcp_aws_attempts', { ...api, result: 'ok' }), 2);
    assert.equal (value (page, 'cloudwatch_mcp_aws_attempts', { ...api, result: 'throttled' }), 1);
    assert.equal (value (page, 'cloudwatch_mcp_aws_attempts', { api: 'CloudWatchLogs.DescribeLogStreams', result: 'client_error' }), 1);
    assert.equal (value (page, 'cloudwatch_mcp_aws_retries', api), 1);
    assert.equal (value (page, 'cloudwatch_mcp_aws_attempt_duration_seconds', api, '_count'), 3);
    assert.equal (value (page, 'cloudwatch_mcp_aws_waits', { for: 'backoff' }), 1);
    assert.ok (value (page, 'cloudwatch_mcp_aws_wait_seconds', { for: 'backoff' }) > 0);
    assert.equal (value (page, 'cloudwatch_mcp_queue_wait_seconds', { service: 'logs' }, '_count'), 3);
    assert.equal (value (page, 'cloudwatch_mcp_service_time_seconds', { service: 'alarms' }, '_count'), 1);
    for (const service of ['logs', 'metrics', 'alarms']) {
        assert.equal (value (page, 'cloudwatch_mcp_workers', { service }), 1);
        assert.equal (value (page, 'cloudwatch_mcp_worker_credit', { service }), 64);
    }
    assert.ok (value (page, 'cloudwatch_mcp_http_requests', { port: 'mcp' }) >= 4);
    assert.equal (value (page, 'cloudwatch_mcp_trace_calls'), 4);
    assert.ok (value (page, 'process_resident_memory_bytes') > 1e6);
    assert.ok (value (page, 'process_cpu_seconds') > 0);
    assert.ok (Math.abs (value (page, 'process_start_time_seconds') * 1000 - Date.now ()) < 600_000);
    assert.ok (value (page, 'process_open_fds') > 10);
});

test ('OpenMetrics has the trace of a call behind its bucket', async () => {
    const server = await busyServer ();
    const page = await metrics (server, OPEN_METRICS);
    const { calls } = (await request (`${server.adminUrl}/trace/calls`)).json;
    for (const [name, labels] of [['cloudwatch_mcp_call_duration_seconds', { tool: 'describe_alarms' }],
        ['cloudwatch_mcp_queue_wait_seconds', { service: 'alarms' }],
        ['cloudwatch_mcp_aws_attempt_duration_seconds', { api: 'CloudWatch.DescribeAlarms' }]]) {
        const [[key, wanted]] = Object.entries (labels);
        const { exemplar } = page.families.get (name).samples.find (sample => sample.labels[key] === wanted && sample.exemplar);
        assert.equal (exemplar.trace_id, calls.find (one => one.tool === 'describe_alarms').trace_id, name);
    }
});

test ('how many lines there are does not depend on what clients send', async () => {
    const server = await startServer ({ endpoint: sim.url });
    await call (server, 'describe_log_groups', {});
    await call (server, 'describe_log_groups', {});
    const before = (await metrics (server)).text.split ('\n').length;
    for (let i = 0; i < 20; i++) {
        await call (server, `no_such_tool_${i}`, {}).catch (() => {});
        await call (server, 'describe_log_groups', { prefix: `/made/up/${i}` });
    }
    const { text } = await metrics (server);
    assert.equal (text.split ('\n').length, before);
    assert.ok (!/no_such_tool|made.up/.test (text));
});

test ('promtool finds nothing to complain of', async context => {
    const { text } = await metrics (await busyServer ());
    const checked = spawnSync ('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    if (checked.error)
        return context.skip ('promtool is not installed (Debian: prometheus)');
    assert.equal (checked.stdout + checked.stderr, '');
    assert.equal (checked.status, 0);
});

//  Every name that looks like one of ours in a text, as a sample is called.
const named = text => [...new Set (text.match (/\b(?:cloudwatch_mcp|process)_[a-z_]+\b/g))];

async function freePort () {
    const server = net.createServer ().listen (0, '127.0.0.1');
    await new Promise (resolve => server.on ('listening', resolve));
    const { port } = server.address ();
    await new Promise (resolve => server.close (resolve));
    return port;
}

test ('a real Prometheus gives the trace behind a bucket back', async context => {
    if (spawnSync ('prometheus', ['--version']).error)
        return context.skip ('prometheus is not installed');
    const server = await busyServer (), port = await freePort (), at = `http://127.0.0.1:${port}`;
    const target = new URL (server.adminUrl).host;
    const folder = folderOf ({ 'prometheus.yml': `global: {scrape_interval: 1s}\nscrape_configs:\n  - job_name: cloudwatch-mcp\n`
        + `    static_configs: [{targets: ["${target}"]}]\n` });
    const prometheus = spawn ('prometheus', [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`, '--enable-feature=exemplar-storage'], { stdio: 'ignore' });
    const ended = new Promise (resolve => prometheus.on ('exit', resolve));
    context.after (() => { prometheus.kill ('SIGKILL'); return ended; });
    const asks = async (path, query) => (await request (`${at}/api/v1/${path}?query=${encodeURIComponent (query)}&start=0&end=9999999999`)
        .catch (() => ({}))).json?.data;
    const exemplars = await waitFor (async () => {
        const found = await asks ('query_exemplars', 'cloudwatch_mcp_call_duration_seconds_bucket{tool="describe_alarms"}');
        return found?.length && found;
    }, { what: 'the exemplars' });
    const { calls } = (await request (`${server.adminUrl}/trace/calls`)).json;
    assert.equal (exemplars[0].exemplars[0].labels.trace_id, calls.find (one => one.tool === 'describe_alarms').trace_id);
    const { result } = await asks ('query', 'cloudwatch_mcp_calls_total{tool="describe_log_groups",status="OK"}');
    assert.equal (result[0].value[1], '2');
    const { text } = await request (`${at}/api/v1/targets`);
    assert.equal (JSON.parse (text).data.activeTargets[0].lastError, '');
});

test ('dashboard, alerts and manual name only metrics that there are, and the manual names all', async () => {
    const server = await startServer ({ endpoint: sim.url, env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } });
    await call (server, 'describe_log_groups', {});
    const { families } = await metrics (server);
    const samples = new Set ([...families.values ()].flatMap (family => [family.name, ...family.samples.map (sample => sample.name)]));
    for (const name of ['grafana/cloudwatch-mcp.json', 'grafana/alerts.yaml', 'TRACING.md'])
        for (const metric of named (file (name)))
            assert.ok (samples.has (metric), `${name} asks for ${metric}, which is not exposed`);
    const manual = named (file ('TRACING.md'));
    for (const family of families.values ())
        assert.ok (manual.includes (family.name), `TRACING.md does not name ${family.name}`);
});

test ('the dashboard is one: unique panels that do not overlap, each with a question', () => {
    const dashboard = JSON.parse (file ('grafana/cloudwatch-mcp.json'));
    assert.ok (dashboard.uid && dashboard.title && dashboard.schemaVersion >= 36);
    const panels = dashboard.panels;
    assert.equal (new Set (panels.map (panel => panel.id)).size, panels.length);
    for (const [i, panel] of panels.entries ()) {
        const { x, y, w, h } = panel.gridPos;
        assert.ok (x >= 0 && x + w <= 24, panel.title);
        for (const { gridPos: other } of panels.slice (i + 1))
            assert.ok (x + w <= other.x || other.x + other.w <= x || y + h <= other.y || other.y + other.h <= y, `${panel.title} overlaps`);
        if (panel.type === 'row')
            continue;
        assert.ok (panel.description && panel.targets.length, panel.title);
        for (const target of panel.targets)
            assert.ok (named (target.expr).length, panel.title);
    }
});

test ('the alerts are rules that promtool takes', context => {
    const name = new URL ('../../docs/grafana/alerts.yaml', import.meta.url).pathname;
    const checked = spawnSync ('promtool', ['check', 'rules', name], { encoding: 'utf8' });
    if (checked.error)
        return context.skip ('promtool is not installed (Debian: prometheus)');
    assert.equal (checked.status, 0, checked.stdout + checked.stderr);
});

test ('every tool has its figures from the start', async () => {
    const page = await metrics (await startServer ({ endpoint: sim.url }));
    for (const tool of TOOLS) {
        assert.equal (value (page, 'cloudwatch_mcp_calls', { tool, status: 'OK' }), 0);
        assert.equal (value (page, 'cloudwatch_mcp_call_duration_seconds', { tool, outcome: 'ok' }, '_count'), 0);
    }
});
