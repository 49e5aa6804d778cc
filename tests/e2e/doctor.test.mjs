//  cloudwatch-mcp doctor against the simulator, and against what one meets at 3 a.m.: no keys, wrong keys, nobody there, a wrong clock, a policy that
//  lacks something.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
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
    //  "skipped environment: …", in their order; those that were not asked are left out
    const sources = report.sources?.filter (one => one.verdict !== 'unasked').map (one => `${one.verdict} ${one.source}: ${one.why}`);
    assert.equal (code, report.fine ? 0 : 1);
    return { report, check, action, sources };
}

//  A home folder with these two files; its path.
function home (t, config, credentials) {
    const folder = fs.mkdtempSync (path.join (os.tmpdir (), 'cloudwatch-mcp-doctor-'));
    t.after (() => fs.rmSync (folder, { recursive: true }));
    fs.mkdirSync (path.join (folder, '.aws'));
    fs.writeFileSync (path.join (folder, '.aws/config'), config);
    fs.writeFileSync (path.join (folder, '.aws/credentials'), credentials);
    return folder;
}

//  An STS that gives this to whoever has a token, and tells nobody who they are; its address, and what it was asked.
const NO = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>An SCP says no.</Message></Error></ErrorResponse>';
async function startSts (t, body) {
    const asked = [];
    const server = http.createServer ((request, response) => {
        let form = '';
        request.on ('data', piece => { form += piece; });
        request.on ('end', () => {
            asked.push (new URLSearchParams (form));
            const known = asked.at (-1).get ('Action') === 'AssumeRoleWithWebIdentity';
            response.writeHead (known ? 200 : 403, { 'Content-Type': 'text/xml' }).end (known ? body : NO);
        });
    });
    await new Promise (resolve => server.listen (0, '127.0.0.1', resolve));
    t.after (() => server.close ());
    return { url: `http://127.0.0.1:${server.address ().port}`, asked };
}

test ('against a simulator that allows all, all is fine', async () => {
    const { report, check } = await examine (KEYS);
    assert.ok (report.checks.every (one => one.fine), JSON.stringify (report, null, 1));
    assert.equal (check ('region').text, `${REGION}, from AWS_REGION`);
    assert.equal (check ('credentials').text, 'environment, key AKID…MPLE, no end known');
    assert.equal (check ('identity').text, 'arn:aws:iam::123456789012:user/shop-reader');
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

//  --- Where the keys are from

test ('keys of the environment are used, and nobody behind it is asked', async () => {
    const { report, sources } = await examine (KEYS);
    assert.deepEqual (sources, ['used environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY']);
    assert.deepEqual (report.sources.slice (1).map (one => one.verdict), Array (report.sources.length - 1).fill ('unasked'));
    assert.equal (report.sources.at (-1).source, 'EC2 instance');
});

test ('of a profile it says in which file its keys are, and why all before it were skipped', async t => {
    const HOME = home (t, '[profile ops]\nregion = eu-west-1\n', `[ops]\naws_access_key_id = ${ACCESS_KEY}\naws_secret_access_key = ${SECRET_KEY}\n`);
    const { sources, check } = await examine ({ HOME, AWS_PROFILE: 'ops' });
    assert.match (check ('credentials').text, /^credentials file, key AKID…MPLE/);
    assert.deepEqual (sources, [
        'skipped environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
        'skipped role of a profile: the profile "ops" has no role_arn',
        'skipped web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set, and the profile "ops" has no web_identity_token_file',
        'skipped IAM Identity Center: the profile "ops" has no sso_account_id or sso_role_name',
        `used credentials file: the profile "ops" in ${HOME}/.aws/credentials`,
    ]);
});

test ('of a role it says the way there, and who one is at its end', async t => {
    const HOME = home (t, '[profile ops]\nrole_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = base\n',
                       `[base]\naws_access_key_id = ${ACCESS_KEY}\naws_secret_access_key = ${SECRET_KEY}\n`);
    const { sources, check } = await examine ({ HOME, AWS_PROFILE: 'ops', AWS_REGION: REGION });
    assert.match (check ('credentials').text, /^role, key ASIA.*, ends in (59|60) min, a newer set is looked for from /);
    assert.match (check ('identity').text, /^arn:aws:sts::123456789012:assumed-role\/reader\//);
    assert.ok (sources.includes ('followed role of a profile: the profile "ops" leads to the profile "base"'));
    assert.deepEqual (sources.slice (-2), [
        `used credentials file: the profile "base" in ${HOME}/.aws/credentials`,
        `used role: arn:aws:iam::123456789012:role/reader, at ${new URL (SIM.url).host}`,
    ]);
});

test ('a profile that is broken is named, and that nobody stood in for it', async t => {
    const HOME = home (t, '', `[ops]\naws_access_key_id = ${ACCESS_KEY}\n[bye]\n`);
    const broken = await examine ({ HOME, AWS_PROFILE: 'ops', AWS_REGION: REGION });
    assert.match (broken.check ('credentials').advice, /"ops" has no aws_secret_access_key/);
    assert.equal (broken.sources.at (-1), 'broken credentials file: see credentials');
    const gone = await examine ({ HOME, AWS_PROFILE: 'gone', AWS_REGION: REGION });
    assert.match (gone.check ('credentials').advice, /The AWS profile "gone" is in neither/);
    assert.equal (gone.sources.at (-1), 'broken AWS profile: see credentials');
});

test ('keys of a profile that have expired are said to have', async t => {
    const printed = JSON.stringify ({ Version: 1, AccessKeyId: ACCESS_KEY, SecretAccessKey: SECRET_KEY, SessionToken: 't',
                                      Expiration: '2020-01-01T00:00:00Z' });
    const HOME = home (t, `[default]\ncredential_process = echo '${printed}'\n`, '');
    const { check, sources } = await examine ({ HOME, AWS_REGION: REGION });
    assert.match (check ('credentials').advice, /have expired/);
    assert.equal (sources.at (-1), 'used credential_process: the profile "default" runs echo');
    assert.equal (JSON.stringify (sources).includes (SECRET_KEY), false);
});

test ('where there are no keys at all each source says why, also to a person on eighty columns', async () => {
    const { sources } = await examine ({ AWS_REGION: REGION });
    assert.equal (sources.length, 10);
    assert.ok (sources.every (one => one.startsWith ('skipped ')), JSON.stringify (sources, null, 1));
    assert.ok (sources.includes ('skipped credentials file: /nonexistent/.aws/credentials does not exist, is empty or is closed to us'));
    assert.ok (sources.includes ('skipped EC2 instance: AWS_EC2_METADATA_DISABLED is true'));
    const { stdout } = await run ('cloudwatch-mcp', ['doctor'], { AWS_REGION: REGION, AWS_ENDPOINT_URL: SIM.url, COLUMNS: '80' });
    assert.match (stdout, /^skipped {3}environment {10}AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set$/m);
});

test ('of a web identity it says the role, the end of the keys, and when newer ones are looked for', async t => {
    const HOME = home (t, '', '');
    const ROLE = 'arn:aws:iam::123456789012:role/reader';
    const token = path.join (HOME, 'token');
    fs.writeFileSync (token, 'eyJ.a.token');
    const end = new Date (Date.now () + 3_600_000);
    const sim = await startSim ({ args: ['--key', `ASIAWEBIDENTITY:${SECRET_KEY}:session`], atEnd: stop => t.after (stop) });
    const sts = await startSts (t, `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAWEBIDENTITY</AccessKeyId><SecretAccessKey>${SECRET_KEY}</SecretAccessKey>
        <SessionToken>session</SessionToken><Expiration>${end.toISOString ()}</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
        </AssumeRoleWithWebIdentityResponse>`);
    const env = { HOME, AWS_REGION: REGION, AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: ROLE, AWS_ENDPOINT_URL: sim.url,
                  AWS_ENDPOINT_URL_STS: sts.url };
    const { check, sources } = await examine (env);
    assert.equal (sts.asked [0].get ('RoleArn'), ROLE);
    assert.equal (sources.at (-1), `used web identity: the role ${ROLE}, with the token in ${token}`);
    assert.equal (check ('credentials').fine, true);
    assert.equal (check ('identity').fine, true);
    assert.match (check ('identity').advice, /^AccessDenied: .*An SCP says no\./);
    const text = check ('credentials').text;
    assert.match (text, /^web identity, key ASIA…TITY, ends in (59|60) min, a newer set is looked for from /);
    const told = text.match (/ from ((\d\d):(\d\d)) UTC on$/);
    assert.ok (told, text);
    //  A quarter of an hour before the end, or by chance somewhat later
    const minutes = (end.getUTCHours () * 60 + end.getUTCMinutes () - told [2] * 60 - told [3] + 1440) % 1440;
    assert.ok (minutes >= 7 && minutes <= 16, `${minutes} min before the end`);
});

test ('a word that is no flag is refused', async () => {
    const { code, stderr } = await run ('cloudwatch-mcp', ['doctor', 'who'], KEYS);
    assert.equal (code, 2);
    assert.match (stderr, /doctor takes no words/);
});
