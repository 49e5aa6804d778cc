//  Traces leave for a collector as OTLP has them; and whatever becomes of the collector, calls do not notice.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { call, folderOf, request, startServer, startSim, waitFor } from './harness.mjs';
import { attributesOf, startSink } from './otlp_sink.mjs';

const sim = await startSim ();
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736', PARENT = '00f067aa0ba902b7';

const exporting = (sink, env = {}, more = {}) => startServer ({ endpoint: sim.url, ...more,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_BSP_SCHEDULE_DELAY: '20', ...env } });

const counted = async (server, name) => {
    const { text } = await request (`${server.adminUrl}/metrics`);
    return Number (text.match (new RegExp (`^cloudwatch_mcp_${name.replace (/[{}]/g, '\\$&')} (\\d+)$`, 'm'))[1]);
};

const asked = (server, meta, prefix = '/one') => call (server, 'describe_log_groups', { prefix }, meta ? { meta } : {});

async function roots (sink, count) {
    await waitFor (() => sink.spans.filter (span => span.kind === 2).length >= count, { what: `${count} traces` });
    assert.deepEqual (sink.wrong, []);
    return sink.spans.filter (span => span.kind === 2);
}

test ('a call arrives whole: ids, times, kinds, attributes, events and status', async () => {
    const sink = await startSink ();
    const server = await exporting (sink, { OTEL_SERVICE_NAME: 'shop-mcp', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,team=a%2Cb',
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=canary%20of%20headers, x-scope=shop' });
    const began = Date.now ();
    await sim.setFaults ({ DescribeLogGroups: { throttle_rate: 1, count: 1 } });
    await asked (server, { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=1' });
    await sim.setFaults ({});
    const [root] = await roots (sink, 1);
    const [one] = sink.requests;
    assert.equal (`${one.method} ${one.url}`, 'POST /v1/traces');
    assert.equal (one.headers['content-type'], 'application/json');
    assert.equal (one.headers['api-key'], 'canary of headers');
    assert.equal (one.headers['x-scope'], 'shop');
    const [resource] = sink.resources;
    assert.equal (resource['service.name'], 'shop-mcp');
    assert.equal (resource.team, 'a,b');
    assert.equal (resource['deployment.environment'], 'test');
    assert.equal (resource['process.pid'], server.child.pid);

    assert.equal (root.traceId, TRACE);
    assert.equal (root.parentSpanId, PARENT);
    assert.equal (root.flags, 0x301, 'sampled; the parent is remote');
    assert.equal (root.name, 'tools/call describe_log_groups');
    assert.equal (root.status, undefined);
    assert.equal (attributesOf (root.attributes)['gen_ai.operation.name'], 'execute_tool');
    const ids = new Set (sink.spans.map (span => span.spanId));
    assert.equal (ids.size, sink.spans.length);
    for (const span of sink.spans) {
        assert.equal (span.traceId, TRACE);
        assert.ok (span === root || ids.has (span.parentSpanId), span.name);
        const start = BigInt (span.startTimeUnixNano), end = BigInt (span.endTimeUnixNano);
        assert.ok (start <= end && start >= BigInt (root.startTimeUnixNano) && end <= BigInt (root.endTimeUnixNano), span.name);
        assert.ok (span === root || !(span.flags & 0x200), span.name);
    }
    const beganNs = Number (BigInt (root.startTimeUnixNano) / 1000000n);
    assert.ok (beganNs >= began - 2 && beganNs <= Date.now (), 'the times are those of the wall clock');
    const attempts = sink.spans.filter (span => span.kind === 3);
    assert.deepEqual (attempts.map (span => span.name), ['CloudWatchLogs.DescribeLogGroups', 'CloudWatchLogs.DescribeLogGroups']);
    assert.equal (attempts[0].status.code, 2);
    assert.equal (attributesOf (attempts[0].attributes)['error.type'], 'ThrottlingException');
    assert.equal (attributesOf (attempts[1].attributes)['http.request.resend_count'], 1);
    assert.ok (attempts[1].events.some (event => event.name === 'first_byte'));
    assert.ok (!server.stderr.includes ('canary of headers') && !server.stderr.includes ('canary%20'), 'headers are not logged');
    assert.ok (!(await request (`${server.adminUrl}/metrics`)).text.includes ('canary'));
});

test ('what a worker tells of a call whose client left comes after it', async () => {
    const sink = await startSink ();
    const server = await exporting (sink);
    await sim.setFaults ({ DescribeLogGroups: { hang: true } });
    const left = new AbortController (), before = (await sim.totals ('DescribeLogGroups')).requests;
    const gone = call (server, 'describe_log_groups', { prefix: '/left' }, { signal: left.signal }).catch (() => {});
    await waitFor (async () => (await sim.totals ('DescribeLogGroups')).requests > before, { what: 'the request' });
    left.abort ();
    await gone;
    const attempt = await waitFor (() => sink.spans.find (span => span.kind === 3), { what: 'the attempt' });
    await sim.setFaults ({});
    const [root] = await roots (sink, 1);
    assert.equal (root.status.code, 2);
    assert.equal (attempt.traceId, root.traceId);
    assert.equal (attributesOf (attempt.attributes)['error.type'], 'cancelled');
    assert.equal (new Set (sink.spans.map (span => span.spanId)).size, sink.spans.length, 'no span comes twice');
    const { text } = await request (`${server.adminUrl}/metrics`);
    assert.match (text, /aws_attempts_total\{api="CloudWatchLogs\.DescribeLogGroups",result="cancelled"\} 1\n/);
});

test ('only what is sampled leaves', async () => {
    const sink = await startSink ();
    const server = await exporting (sink, { OTEL_TRACES_SAMPLER: 'parentbased_always_off' });
    await asked (server);
    await asked (server, { traceparent: `00-${TRACE}-${PARENT}-00` });
    await asked (server, { traceparent: `00-${TRACE}-${PARENT}-01` });
    await server.stop ();
    assert.equal ((await roots (sink, 1)).length, 1);
});

test ('a collector that is busy is asked again, when it said, and nothing is lost', async () => {
    const sink = await startSink ({ answer: count => count === 1 ? { status: 503, headers: { 'Retry-After': '1' } } : { status: 200 } });
    const server = await exporting (sink);
    await asked (server);
    await roots (sink, 1);
    assert.equal (sink.requests.length, 2);
    assert.equal (sink.requests[0].text, sink.requests[1].text);
    assert.equal (await counted (server, 'export_retries_total'), 1);
    await waitFor (async () => await counted (server, 'export_spans_total') === sink.spans.length, { what: 'the count' });
    assert.equal (await counted (server, 'export_spans_dropped_total{reason="failed"}'), 0);
});

test ('a collector that refuses is not asked again', async () => {
    const sink = await startSink ({ answer: () => ({ status: 400 }) });
    const server = await exporting (sink);
    await asked (server);
    await waitFor (async () => await counted (server, 'export_spans_dropped_total{reason="failed"}') > 0, { what: 'the count' });
    assert.equal (sink.requests.length, 1);
    const line = await server.event ('spans are not exported');
    assert.equal (line.http_status, 400);
});

test ('what a collector takes only in part is counted so', async () => {
    const sink = await startSink ({ answer: () => ({ status: 200, body: '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}' }) });
    const server = await exporting (sink);
    await asked (server);
    await waitFor (async () => await counted (server, 'export_spans_dropped_total{reason="rejected"}') === 2, { what: 'the count' });
    assert.equal ((await server.event ('spans are not exported')).reason, 'too old');
});

test ('calls do not wait for a collector that hangs, and what does not fit is counted', async () => {
    const sink = await startSink ({ answer: () => null });
    const server = await exporting (sink, { OTEL_BSP_MAX_QUEUE_SIZE: '100', OTEL_EXPORTER_OTLP_TIMEOUT: '60000' });
    for (let i = 0; i < 40; i++)
        await asked (server, undefined, `/hang-${i}`);
    assert.ok (sink.requests.length <= 1, 'one batch is under way at a time');
    await waitFor (async () => await counted (server, 'export_spans_dropped_total{reason="queue_full"}') > 0, { what: 'the count' });
    const waiting = await counted (server, 'export_queue_spans');
    assert.ok (waiting > 0 && waiting <= 100, `${waiting} spans wait`);
    const { calls } = (await request (`${server.adminUrl}/trace/calls`)).json;
    assert.equal (calls.filter (one => one.status === 'OK').length, 40);
});

test ('calls go on when the collector is gone, and are exported when it has come', async () => {
    const sink = await startSink ({ answer: () => ({ status: 502 }) });
    const server = await exporting (sink);
    await asked (server);
    await waitFor (() => sink.requests.length > 0, { what: 'a request' });
    sink.answer = () => ({ status: 200 });
    await roots (sink, 1);
});

test ('with nobody at the endpoint the server ends all the same, and says what was lost', async () => {
    const server = await exporting ({ url: 'http://127.0.0.1:9' });
    await asked (server);
    await server.stop ();
    assert.ok (server.log.find (line => line.event === 'spans were not exported before the end').spans > 0);
});

test ('what waits leaves when the server ends', async () => {
    const sink = await startSink ();
    const server = await exporting (sink, { OTEL_BSP_SCHEDULE_DELAY: '600000' });
    for (let i = 0; i < 5; i++)
        await asked (server);
    assert.equal (sink.requests.length, 0);
    await server.stop ();
    assert.equal ((await roots (sink, 5)).length, 5);
});

test ('over TLS, to whom OTEL_EXPORTER_OTLP_CERTIFICATE vouches for and to nobody else', async context => {
    if (spawnSync ('openssl', ['version']).error)
        return context.skip ('openssl is not installed');
    const folder = folderOf (), certificate = path.join (folder, 'certificate.pem'), key = path.join (folder, 'key.pem');
    execFileSync ('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj',
        '/CN=collector', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    const sink = await startSink ({ tls: { key: readFileSync (key), cert: readFileSync (certificate) } });
    const trusting = await exporting (sink, { OTEL_EXPORTER_OTLP_CERTIFICATE: certificate });
    await asked (trusting);
    await roots (sink, 1);
    const other = await exporting (sink);
    await asked (other);
    assert.match ((await other.event ('spans are not exported')).reason, /certificate/);
    assert.equal (sink.spans.filter (span => span.kind === 2).length, 1);
});

for (const [what, env] of [['OTEL_SDK_DISABLED', { OTEL_SDK_DISABLED: 'true' }], ['OTEL_TRACES_EXPORTER=none', { OTEL_TRACES_EXPORTER: 'none' }],
    ['OTEL_TRACES_SAMPLER=always_off', { OTEL_TRACES_SAMPLER: 'always_off' }]])
    test (`nothing leaves with ${what}`, async () => {
        const sink = await startSink ();
        const server = await exporting (sink, env);
        await asked (server);
        await server.stop ();
        assert.equal (sink.requests.length, 0);
    });
