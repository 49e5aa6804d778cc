//  The simulator read by Debian's own AWS command line, which is older than this project and has nothing of it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';

import { ACCESS_KEY, REGION, SECRET_KEY, startSim } from './harness.mjs';

const sim = await startSim ();

//  Debian's, whatever else is called aws on this machine.
const AWS = '/usr/bin/aws';

function aws (...args) {
    const env = { PATH: process.env.PATH, HOME: '/nonexistent', AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY,
        AWS_REGION: REGION, AWS_PAGER: '' };
    return new Promise (resolve => execFile (AWS, ['--endpoint-url', sim.url, '--output', 'json', ...args], { env, maxBuffer: 64 << 20 },
        (error, stdout, stderr) => resolve ({ code: error?.code ?? 0, stdout, stderr })));
}

async function answer (...args) {
    const { code, stdout, stderr } = await aws (...args);
    assert.equal (code, 0, stderr);
    return JSON.parse (stdout);
}

test ('logs describe-log-groups pages to the end', async () => {
    const { logGroups } = await answer ('logs', 'describe-log-groups');
    assert.ok (logGroups.length > 50, `${logGroups.length} groups are more than a page`);
    assert.ok (logGroups.some (group => group.logGroupName === '/aws/lambda/shop-payment-capture'));
});

test ('logs describe-log-streams', async () => {
    const { logStreams } = await answer ('logs', 'describe-log-streams', '--log-group-name', '/aws/lambda/shop-payment-capture',
        '--order-by', 'LastEventTime', '--descending', '--max-items', '3');
    assert.equal (logStreams.length, 3);
    assert.ok (logStreams [0].lastEventTimestamp >= logStreams [1].lastEventTimestamp);
});

test ('logs filter-log-events', async () => {
    const { events } = await answer ('logs', 'filter-log-events', '--log-group-name', '/ecs/shop/orders', '--filter-pattern', 'ERROR',
        '--start-time', String (Date.now () - 30 * 60 * 1000), '--max-items', '5');
    assert.equal (events.length, 5);
    assert.ok (events.every (event => event.message.includes ('ERROR')), JSON.stringify (events));
});

test ('sts get-caller-identity', async () => {
    const identity = await answer ('sts', 'get-caller-identity');
    assert.equal (identity.Account, '123456789012');
    assert.match (identity.Arn, /^arn:aws:/);
});

test ('a log group that is not there is told as AWS does', async () => {
    const { code, stderr } = await aws ('logs', 'describe-log-streams', '--log-group-name', '/no/such/group');
    assert.notEqual (code, 0);
    assert.match (stderr, /ResourceNotFoundException/);
});

test ('cloudwatch, which this client asks in the older Query protocol, is said not to be supported', async () => {
    const { code, stderr } = await aws ('cloudwatch', 'describe-alarms');
    assert.notEqual (code, 0);
    assert.match (stderr, /not supported by the simulator/);
});
