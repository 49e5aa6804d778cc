//  cloudwatch-mcp doctor against the simulator, and against what one meets at 3 a.m.: no keys, wrong keys, nobody there, a wrong clock, a policy that
//  lacks something.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ACCESS_KEY, REGION, SECRET_KEY, run, startSim } from './harness.mjs';

const KEYS = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_REGION: REGION };

const SIM = await startSim ();

async function examine (env, args = []) {
    const { code, stdout, stderr } = await run ('cloudwatch-mcp', ['doctor', '--json', ...args], { AWS_ENDPOINT_URL: SIM.url, ...env });
    assert.ok (stdout, stderr);
    const report = JSON.parse (stdout);
    const check = name => report.checks.find (one => one.check === name);
    const action = name => report.actions.find (one => one.action === name);
    assert.equal (code, report.fine ? 0 : 1);
    return { report, check, action };
}

test ('against a simulator that allows all, all is fine', async () => {
    const { report, check } = await examine (KEYS);
    assert.ok (report.checks.every (one => one.fine), JSON.stringify (report, null, 1));
    assert.equal (check ('region').text, `${REGION}, from AWS_REGION`);
    assert.equal (check ('credentials').text, 'environment, key AKID…MPLE, no end known');
    assert.equal (check ('clock').text, "agrees with AWS's");
    assert.match (check ('logs').text, /^http:\/\/127\.0\.0\.1:\d+, first byte after \d+ ms$/);
    assert.ok (report.actions.length >= 8);
    assert.ok (report.actions.every (one => one.verdict === 'allowed' && one.tools), JSON.stringify (report.actions, null, 1));
    assert.equal (report.fine, true);
});

test ('a person gets the same in lines', async () => {
    const { code, stdout } = await run ('cloudwatch-mcp', ['doctor', '--region', 'eu-west-1'], { ...KEYS, AWS_ENDPOINT_URL: SIM.url });
    assert.match (stdout, /^ok {2}region {7}eu-west-1, from --region$/m);
    assert.match (stdout, /^allowed {2}logs:DescribeLogGroups +describe_log_groups/m);
    assert.match (stdout, /\n\nEverything is fine\.\n$/);
    assert.equal (code, 0);
});

test ('without keys it says where it looked and what to set, and asks AWS nothing', async () => {
    const before = (await SIM.requests ()).length;
    const { check, report } = await examine ({ AWS_REGION: REGION });
    assert.equal (check ('credentials').fine, false);
    assert.match (check ('credentials').advice, /Looked at: AWS_ACCESS_KEY_ID.*Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE/);
    assert.ok (report.actions.every (one => one.verdict === 'unknown' && !one.advice));
    assert.equal ((await SIM.requests ()).length, before);
});

test ('without a region it says how to set one', async () => {
    const { report, check } = await examine ({ ...KEYS, AWS_REGION: '' });
    assert.match (check ('region').advice, /Set AWS_REGION/);
    assert.equal (report.checks.length, 1);
});

test ('wrong keys are refused by AWS, and it is said by whom', async () => {
    const { report, check } = await examine ({ ...KEYS, AWS_SECRET_ACCESS_KEY: 'wrong' });
    assert.match (check ('credentials').text, /, refused by AWS$/);
    assert.match (check ('credentials').advice, /^SignatureDoesNotMatch: AWS does not accept the signature.*Check the secret key/);
    assert.equal (check ('logs').fine, true);
    assert.ok (report.actions.every (one => one.verdict === 'unknown'));
    const unknown = await examine ({ ...KEYS, AWS_ACCESS_KEY_ID: 'AKIDSOMEBODYELSE' });
    assert.match (unknown.check ('credentials').text, /key AKID…ELSE.*refused by AWS$/);
});

test ('where nobody answers it names the endpoint', async () => {
    const { check } = await examine ({ ...KEYS, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: 'http://127.0.0.1:1' });
    assert.equal (check ('cloudwatch').fine, true);
    assert.equal (check ('logs').text, 'http://127.0.0.1:1, not reached');
    assert.match (check ('logs').advice, /connection refused.*AWS_ENDPOINT_URL/);
});

test ('a clock that is ten minutes off is found, and the rest works all the same', async t => {
    const now = new Date (Date.now () + 600_000).toISOString ().replace (/\.\d+/, '');
    const sim = await startSim ({ args: ['--now', now], atEnd: end => t.after (end) });
    const { check, report } = await examine ({ ...KEYS, AWS_ENDPOINT_URL: sim.url });
    assert.equal (check ('clock').text, "10 min behind AWS's");
    assert.match (check ('clock').advice, /NTP/);
    assert.ok (report.actions.every (one => one.verdict === 'allowed'));
});

test ('an action that the policy lacks is named', async t => {
    const sim = await startSim ({ atEnd: end => t.after (end) });
    await sim.setFaults ({ DescribeLogGroups: { error_rate: 1, error_status: 403 } });
    const { report, action, check } = await examine ({ ...KEYS, AWS_ENDPOINT_URL: sim.url });
    assert.equal (action ('logs:DescribeLogGroups').verdict, 'denied');
    assert.match (action ('logs:DescribeLogGroups').advice, /Add logs:DescribeLogGroups to its policy/);
    assert.ok (report.actions.every (one => one.verdict === (one.action === 'logs:DescribeLogGroups' ? 'denied' : 'allowed')));
    assert.equal (check ('credentials').fine, true);
});

test ('a word that is no flag is refused', async () => {
    const { code, stderr } = await run ('cloudwatch-mcp', ['doctor', 'who'], KEYS);
    assert.equal (code, 2);
    assert.match (stderr, /doctor takes no words/);
});
