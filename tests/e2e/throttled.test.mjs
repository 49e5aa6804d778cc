//  An account of which others use a part: AWS throttles what comes beyond the rest. And a region that hangs.
//
//  What share of the quota is used and how many attempts that takes is asserted in virtual time (tests/unit/throttle_loop_test.c). Here the real
//  programs show that everybody is answered, with words that tell what was tried.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { call, eventsOf, folderOf, post, request, run, startServer, startSim, waitFor } from './harness.mjs';

const LOSING = /ListMetrics in us-east-1 was (throttled( \d+ times in [\d.]+ s(, [\d.]+ s of it waiting)?)?|not asked)/;

const faultsOf = async sim => (await request (`${sim.url}/_sim/faults`)).json;

//  Calls that need the same of AWS would share one request: each asks for a metric of its own, which need not be there.
const ask = (server, i, args = {}) => call (server, 'list_metrics', { namespace: 'AWS/SQS', metric_name: `Metric${i}`, limit: 5, ...args });

function inBudget (results, quota) {
    for (const { isError, content } of results.filter (result => result.isError)) {
        assert.match (content [0].text, LOSING);
        assert.match (content [0].text, new RegExp (`quota (is|of) ${quota} requests/s`));
        assert.ok (isError);
    }
    return results.filter (result => !result.isError).length;
}

test ('where others use half of the quota, calls beyond it wait for their turn, are throttled seldom, and all are answered', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, args: ['--quota-per-s', '40'] });
    await sim.setFaults ({ ListMetrics: { quota_per_s: 20 } });
    const good = inBudget (await Promise.all (Array.from ({ length: 160 }, (_, i) => ask (server, i))), 40);
    const { ListMetrics: { seen, accepted, throttled } } = await faultsOf (sim);
    assert.equal (accepted, good, 'what AWS accepted is what callers got');
    assert.equal (seen, accepted + throttled);
    assert.ok (throttled > 0, 'it was throttled at all');
    assert.ok (good >= 120, `${good} of 160 calls succeeded`);
});

test ('who waits for its turn or for the quota is told so, in numbers that rise', async () => {
    const sim = await startSim ();
    const config = `${folderOf ({ 'four.json': '{"credit": 4}' })}/four.json`;
    const server = await startServer ({ endpoint: sim.url, args: ['--quota-per-s', '1', '--config', config] });
    const streams = await Promise.all (Array.from ({ length: 8 }, async (_, i) => {
        const params = { name: 'list_metrics', arguments: { namespace: 'AWS/SQS', metric_name: `Metric${i}` }, _meta: { progressToken: i } };
        return eventsOf ((await post (server, { jsonrpc: '2.0', id: i, method: 'tools/call', params })).text);
    }));
    for (const events of streams) {
        const told = events.slice (0, -1).map (({ params }) => params.progress);
        assert.ok (told.every ((progress, i) => i === 0 || progress > told [i - 1]), String (told));
        assert.ok (!events.at (-1).result.isError, JSON.stringify (events.at (-1)));
    }
    const words = streams.flat ().map (({ params }) => params?.message);
    for (const wanted of [/^waiting for its turn, \d+ calls? ahead$/, /^waiting for its turn, the next one$/,
        /^waiting for AWS's quota of 1 requests\/s to ListMetrics$/])
        assert.ok (words.some (word => wanted.test (word)), `${wanted} in ${JSON.stringify (words)}`);
});

test ('two servers that share an account without knowing of each other both get their part', async () => {
    const sim = await startSim ();
    const servers = [await startServer ({ endpoint: sim.url, args: ['--quota-per-s', '40'] }),
        await startServer ({ endpoint: sim.url, args: ['--quota-per-s', '40'] })];
    await sim.setFaults ({ ListMetrics: { quota_per_s: 20 } });
    const results = await Promise.all (servers.map (server => Promise.all (Array.from ({ length: 60 }, (_, i) => ask (server, i)))));
    for (const some of results)
        assert.ok (inBudget (some, 40) >= 30);
});

test ('a call that cannot have its turn within its budget is refused at once, and told the quota and when to come back', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, args: ['--quota-per-s', '2', '--call-deadline', '4000'] });
    const results = await Promise.all (Array.from ({ length: 40 }, (_, i) => ask (server, i)));
    const refused = results.filter (result => result.isError).map (result => result.content [0].text);
    assert.ok (refused.length > 0 && refused.length < 40, `${refused.length} of 40`);
    for (const text of refused)
        assert.match (text, /ListMetrics in us-east-1 was not asked: .* quota of 2 requests\/s\. Its turn would come in [\d.]+ s: ask again then/);
    assert.equal ((await sim.requests ()).filter (one => one.operation === 'ListMetrics').length, 40 - refused.length);
});

test ('throttling that lasts ends with the attempts, the waits and the quota', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, args: ['--quota-per-s', '10'] });
    await sim.setFaults ({ ListMetrics: { throttle_rate: 1 } });
    const { isError, content } = await ask (server, 0);
    assert.ok (isError);
    assert.match (content [0].text, /^Throttling(Exception)?: cloudwatch:ListMetrics in us-east-1 was throttled 3 times in [\d.]+ s/);
    assert.match (content [0].text, /the account's quota is 10 requests\/s and others use it too/);
    assert.equal ((await sim.requests ()).filter (one => one.operation === 'ListMetrics').length, 3);
});

test ('the start says how often and how fast AWS is asked, in every retry mode', async () => {
    for (const [mode, taken, warned] of [['', 'standard', false], ['adaptive', 'adaptive', false], ['legacy', 'standard', true]]) {
        const server = await startServer ({ env: { AWS_RETRY_MODE: mode, AWS_MAX_ATTEMPTS: '4' }, args: ['--quota-share', '25'] });
        const { retry_mode, attempts_max, quota, quota_share_percent, throttle } = await server.event ('pace');
        assert.deepEqual ([retry_mode, attempts_max, quota, quota_share_percent], [taken, 4, 'as AWS publishes', 25]);
        assert.match (throttle, /^adaptive/);
        assert.equal (server.log.some (line => /legacy is taken as standard/.test (line.event)), warned);
    }
    const { code, stderr } = await run ('cloudwatch-mcp', ['serve', '--port', '0'], { AWS_RETRY_MODE: 'eager' });
    assert.equal (code, 2);
    assert.match (stderr, /AWS_RETRY_MODE must be standard, adaptive or legacy; got "eager"\./);
});

test ('a region that hangs: others are answered, its callers are too, then it is not asked any more, and it heals by itself', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, args: ['--call-deadline', '7000'] });
    await sim.setFaults ({ '*@eu-west-1': { hang: true } });
    const dead = i => ask (server, i, { region: 'eu-west-1' });
    const askedDead = async () => (await sim.requests ()).filter (one => one.region === 'eu-west-1').length;

    const order = [];
    const hanging = Array.from ({ length: 6 }, (_, i) => dead (i).then (result => { order.push ('dead'); return result; }));
    await waitFor (async () => await askedDead () === 6, { what: 'six requests that hang' });
    for (let i = 0; i < 20; i++) {
        const result = await ask (server, i, { region: 'eu-west-2' });
        assert.ok (!result.isError, result.content [0].text);
        order.push ('alive');
    }
    assert.deepEqual (order, Array (20).fill ('alive'), 'those who ask elsewhere do not wait for the region that hangs');
    for (const { isError, content } of await Promise.all (hanging)) {
        assert.ok (isError);
        assert.match (content [0].text, /eu-west-1 .*(did not finish in the|in time|not been reachable)/);
    }

    //  One of the two may be the probe, the other is told at once
    const asked = await askedDead ();
    const texts = (await Promise.all ([dead (100), dead (101)])).map (({ content }) => content [0].text);
    const barred = /^CloudWatch in eu-west-1 has not been reachable for .* \(there was no .*answer within \d+ ms\), so ListMetrics was not asked/;
    assert.ok (texts.some (text => barred.test (text)), texts.join ('\n'));
    assert.ok (await askedDead () <= asked + 1, 'nobody but a probe asks it');
    assert.ok (!(await ask (server, 102, { region: 'eu-west-2' })).isError);

    await sim.setFaults ({});
    let tried = 0;
    await waitFor (async () => !(await dead (200 + tried++)).isError, { what: 'the region to be asked again', deadlineMs: 60_000 });
    assert.ok (!(await dead (9999)).isError);
});
