//  Credentials over time: keys that end, an STS that is down, tokens that are renewed or spoilt, keys that are revoked, clocks that are wrong,
//  and roles of profiles. All against the simulator's STS, whose keys live as long as a test wants.
//
//  CLOUDWATCH_MCP_SOAK=SECONDS (make soak) makes the run under steady load so long, with keys of 20 s, there and where STS is down for a while.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';

import { ACCESS_KEY, REGION, SECRET_KEY, call, folderOf, run, startServer, startSim, waitFor, webToken } from './harness.mjs';

const SOAK_S = Number (process.env.CLOUDWATCH_MCP_SOAK ?? 0);
const LOAD = SOAK_S ? { seconds: SOAK_S, life: 20 } : { seconds: 25, life: 6 };
const DOWN_LIFE = SOAK_S ? 20 : 8;

const IDENTITY = 'AssumeRoleWithWebIdentity';
const ROLE = 'arn:aws:iam::210987654321:role/shop/reader';
const NO_KEYS = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

//  Calls of all the services, each a request to AWS of its own.
const CALLS = [
    ['describe_alarms', { limit: 1 }],
    ['list_metrics', { namespace: 'AWS/SQS', limit: 1 }],
    ['describe_log_groups', { limit: 1 }],
    ['get_metric_data', { namespace: 'AWS/SQS', metric_name: 'NumberOfMessagesSent', dimensions: { QueueName: 'orders-new' } }],
];

//  A simulator whose keys live so many seconds, and a server that gets them by a token in a file.
async function startPod ({ life, env = {}, claims } = {}) {
    const sim = await startSim ({ args: life ? ['--key-life', String (life)] : [] });
    const folder = folderOf ({ token: webToken (claims) });
    const token = path.join (folder, 'token');
    const server = await startServer ({ endpoint: sim.url, env: { ...NO_KEYS, AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: token, ...env } });
    return { sim, server, token };
}

const ask = (server, i = 0) => call (server, ...CALLS [i % CALLS.length]);

//  Calls of every service again and again, until it is stopped; tells how many there were, and what failed.
function startLoad (server) {
    const outcome = { calls: 0, failures: [] };
    let going = true;
    const loops = CALLS.map (async (_, i) => {
        for (let due = Date.now (); going; due = Math.max (due + 120, Date.now ())) {
            await waitFor (() => Date.now () >= due);
            const result = await ask (server, i).catch (error => ({ isError: true, content: [{ text: error.message }] }));
            outcome.calls += 1;
            if (result.isError)
                outcome.failures.push (result.content [0].text);
        }
    });
    outcome.stop = async () => {
        going = false;
        await Promise.all (loops);
        assert.deepEqual (outcome.failures, [], `${outcome.failures.length} of ${outcome.calls} calls failed`);
    };
    return outcome;
}

//  Asks until the answer is an error, or none; gives the text.
const untilError = (server, words, deadlineMs) => waitFor (async () => {
    const { isError, content } = await ask (server);
    return isError && words.test (content [0].text) && content [0].text;
}, { what: `an error that says ${words}`, ...(deadlineMs ? { deadlineMs } : {}) });
const untilWell = server => waitFor (async () => !(await ask (server)).isError, { what: 'a call that succeeds again' });

//  A profile's call from the command line.
function callByProfile (sim, config, profile, env = {}) {
    const folder = folderOf ({ config, credentials: `[base]\naws_access_key_id = ${ACCESS_KEY}\naws_secret_access_key = ${SECRET_KEY}\n` });
    return run ('cloudwatch-mcp', ['call', 'list_metrics', 'namespace=AWS/SQS', 'limit=1', '--json'], {
        AWS_ENDPOINT_URL: sim.url, AWS_REGION: REGION, AWS_PROFILE: profile, AWS_CONFIG_FILE: path.join (folder, 'config'),
        AWS_SHARED_CREDENTIALS_FILE: path.join (folder, 'credentials'), ...env,
    });
}

suite ('credentials', { concurrency: 4 }, () => {

test (`keys of ${LOAD.life} s under ${LOAD.seconds} s of steady load: no call fails, and each set costs one request`, async () => {
    const { sim, server } = await startPod ({ life: LOAD.life });
    const began = Date.now ();
    const load = startLoad (server);
    await waitFor (() => Date.now () - began >= LOAD.seconds * 1000, { deadlineMs: LOAD.seconds * 1000 + 10_000 });
    await load.stop ();
    const elapsed = (Date.now () - began) / 1000;
    const totals = await sim.totals ();
    //  A set lives up to a second less, because its end is told in seconds; the newer one is looked for when three quarters have passed
    const least = Math.floor (elapsed / LOAD.life), most = Math.ceil (elapsed / ((LOAD.life - 1) * 0.75)) + 1;
    const { requests } = totals [IDENTITY];
    assert.ok (requests >= least && requests <= most, `${requests} requests to STS in ${elapsed} s, not ${least} to ${most}`);
    assert.ok (load.calls > LOAD.seconds * 5, `only ${load.calls} calls`);
    assert.ok (totals.GetMetricData.requests > LOAD.seconds, 'calls that AWS was not asked for tell nothing of keys');
    for (const [operation, { refused }] of Object.entries (totals))
        assert.equal (refused, 0, `${operation} was refused`);
});

test ('an STS that is down when newer keys are first looked for, and back before the end, is noticed by nobody', async () => {
    const { sim, server } = await startPod ({ life: DOWN_LIFE });
    const load = startLoad (server);
    await waitFor (() => load.calls > 0);
    await sim.setFaults ({ [IDENTITY]: { error_rate: 1 } });
    await waitFor (async () => (await sim.totals (IDENTITY)).refused >= 3, { what: 'a look in vain' });
    await sim.setFaults ({});
    await waitFor (async () => (await sim.totals (IDENTITY)).requests >= 5 && (await sim.totals (IDENTITY)).refused === 3, { what: 'newer keys' });
    const { calls } = load;
    await waitFor (() => load.calls > calls + 20);
    await load.stop ();
});

test ('an STS that takes a request and never answers it holds calls up, and none fails', async () => {
    const { sim, server } = await startPod ({ life: DOWN_LIFE });
    const load = startLoad (server);
    await waitFor (() => load.calls > 0);
    await sim.setFaults ({ [IDENTITY]: { hang: true, count: 1 } });
    await waitFor (async () => (await sim.totals (IDENTITY)).aborted === 1, { what: 'that nobody waits for STS any longer' });
    const { calls } = load;
    await waitFor (() => load.calls > calls + 20);
    await load.stop ();
});

test ('an STS that is down for long: calls say so, and all is well again when it is back', async () => {
    const { sim, server } = await startPod ({ life: 3 });
    assert.ok (!(await ask (server)).isError);
    await sim.setFaults ({ [IDENTITY]: { error_rate: 1 } });
    const text = await untilError (server, /did not give the keys of the role/);
    assert.match (text, new RegExp (`${ROLE}.*STS at http://127\\.0\\.0\\.1:\\d+, asked 3 times, says ServiceUnavailable`));
    await sim.setFaults ({});
    await untilWell (server);
});

if (SOAK_S)
    test ('an STS that answers nothing for long: calls say so, and all is well again when it answers', async () => {
        const { sim, server } = await startPod ({ life: 3 });
        assert.ok (!(await ask (server)).isError);
        await sim.setFaults ({ [IDENTITY]: { hang: true } });
        const text = await untilError (server, /did not give the keys of the role/, 120_000);
        assert.match (text, /STS at http:\/\/127\.0\.0\.1:\d+, asked 3 times, could not be reached: /);
        await sim.setFaults ({});
        await untilWell (server);
    });

test ('the token of the next request is what the file holds then', async () => {
    const { sim, server, token } = await startPod ({ life: 3 });
    const subjects = async () => (await sim.askedOfSts ()).map (({ parameters }) =>
        JSON.parse (Buffer.from (parameters.WebIdentityToken.split ('.') [1], 'base64url')).sub);
    const load = startLoad (server);
    await waitFor (() => load.calls > 0);
    assert.deepEqual (await subjects (), ['system:serviceaccount:shop:mcp']);
    writeFileSync (token, webToken ({ sub: 'system:serviceaccount:shop:renewed' }));
    await waitFor (async () => (await subjects ()).includes ('system:serviceaccount:shop:renewed'), { what: 'the new token at STS' });
    await load.stop ();
});

test ('a token file that is spoilt is named with what is wrong, and a good one is enough to go on', async () => {
    const { server, token } = await startPod ({ life: 2 });
    const spoilt = [
        [() => rmSync (token), /AWS_WEB_IDENTITY_TOKEN_FILE names .*token, which does not exist/],
        [() => writeFileSync (token, ''), /AWS_WEB_IDENTITY_TOKEN_FILE names .*token, which is empty/],
        [() => writeFileSync (token, 'garbage'), /InvalidIdentityToken: .*IAM must have an identity provider for the token's issuer/],
        [() => writeFileSync (token, webToken ({ exp: 1 })), /ExpiredTokenException: .*The file is read anew each time, so whoever renews it/],
        [() => writeFileSync (token, webToken ({ aud: 'another' })), /InvalidIdentityToken: Incorrect token audience/],
    ];
    for (const [spoil, words] of spoilt) {
        spoil ();
        await untilError (server, words);
        writeFileSync (token, webToken ());
        await untilWell (server);
    }
});

test ('keys that AWS revokes while they are fresh cost one refresh, and no call fails', async () => {
    const { sim, server } = await startPod ();
    for (let i = 0; i < CALLS.length; i++)
        assert.ok (!(await ask (server, i)).isError);
    assert.equal ((await sim.totals (IDENTITY)).requests, 1);
    await sim.revokeKeys ();
    const results = await Promise.all (Array.from ({ length: 24 }, (_, i) => ask (server, i)));
    assert.deepEqual (results.filter (one => one.isError).map (one => one.content [0].text), []);
    assert.equal ((await sim.totals (IDENTITY)).requests, 2);
});

test ('keys that AWS takes for none, however often they are made anew, do not become a storm of requests to STS', async () => {
    const { sim, server } = await startPod ();
    assert.ok (!(await ask (server)).isError);
    let text;
    for (let i = 0; i < 12; i++) {
        await sim.revokeKeys ();
        const { isError, content } = await ask (server);
        text = isError ? content [0].text : text;
    }
    assert.match (text, /security token included in the request is invalid/);
    assert.equal ((await sim.totals (IDENTITY)).requests, 2);
});

for (const offset of [600, -600]) {
    const word = offset > 0 ? 'ahead of ours' : 'behind ours';
    test (`AWS's clock is ten minutes ${word}: static keys, a token and a role of a profile all work`, async () => {
        const sim = await startSim ({ args: ['--clock-offset', String (offset), '--key-life', '60'] });
        const folder = folderOf ({ token: webToken (), config: `[profile role]\nrole_arn = ${ROLE}\nsource_profile = base\n`,
            credentials: `[base]\naws_access_key_id = ${ACCESS_KEY}\naws_secret_access_key = ${SECRET_KEY}\n` });
        const ways = [
            {},
            { ...NO_KEYS, AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: path.join (folder, 'token') },
            { ...NO_KEYS, AWS_PROFILE: 'role', AWS_CONFIG_FILE: path.join (folder, 'config'),
                AWS_SHARED_CREDENTIALS_FILE: path.join (folder, 'credentials') },
        ];
        for (const env of ways) {
            const server = await startServer ({ endpoint: sim.url, env });
            for (let i = 0; i < CALLS.length; i++) {
                const { isError, content } = await ask (server, i);
                assert.ok (!isError, content [0].text);
            }
        }
        const refused = (await sim.requests ()).filter (one => one.status === 403);
        assert.ok (refused.some (one => one.operation === 'AssumeRole'), 'the clock was looked at');
        assert.ok (refused.some (one => one.operation === 'ListMetrics'), 'the clock was looked at');
    });
}

test ('a profile with a role and an external id; one that leads through another; one with a token', async () => {
    const sim = await startSim ();
    const folder = folderOf ({ token: webToken () });
    const external = 'arn:aws:iam::345678901234:role/shop-external';
    const config = `
        [profile external]
        role_arn = ${external}
        source_profile = base
        external_id = shop-external-7431
        role_session_name = on-call
        duration_seconds = 900
        [profile chain]
        role_arn = ${ROLE}
        source_profile = external
        [profile pod]
        role_arn = ${ROLE}
        web_identity_token_file = ${path.join (folder, 'token')}
        `.replace (/^ +/gm, '');
    for (const profile of ['external', 'chain', 'pod']) {
        const { code, stdout, stderr } = await callByProfile (sim, config, profile);
        assert.equal (code, 0, stderr);
        assert.ok (JSON.parse (stdout), stdout);
    }
    const asked = await sim.askedOfSts ();
    assert.deepEqual (asked.map (one => [one.operation, one.parameters.RoleArn, one.status]), [
        ['AssumeRole', external, 200],
        ['AssumeRole', external, 200], ['AssumeRole', ROLE, 200],
        [IDENTITY, ROLE, 200],
    ]);
    assert.equal (asked [0].parameters.ExternalId, 'shop-external-7431');
    assert.equal (asked [0].parameters.RoleSessionName, 'on-call');
    assert.equal (asked [0].parameters.DurationSeconds, '900');
    assert.deepEqual (asked.map (one => one.key_id?.slice (0, 4) ?? null), ['AKID', 'AKID', 'ASIA', null]);
    const signed = (await sim.requests ()).filter (one => one.operation === 'ListMetrics').map (one => one.key_id);
    assert.ok (signed.length === 3 && signed.every (id => id.startsWith ('ASIA')) && new Set (signed).size === 3, String (signed));
});

test ('accounts have keys of their own, which end and are revoked apart from the server\'s own', async () => {
    const external = 'arn:aws:iam::345678901234:role/shop-external';
    const config = path.join (folderOf ({ 'config.json': JSON.stringify ({ accounts: {
        prod: { role_arn: external, external_id: 'shop-external-7431' },
        closed: { role_arn: 'arn:aws:iam::210987654321:role/shop-untrusting' },
    } }) }), 'config.json');
    const { sim, server } = await startPod ({ env: { CLOUDWATCH_MCP_CONFIG: config } });
    const alarms = account => call (server, 'describe_alarms', { limit: 1, ...(account ? { account } : {}) });
    const keyOf = async () => (await sim.requests ()).filter (one => one.operation === 'DescribeAlarms').at (-1).key_id;
    const keys = [];
    for (const account of [undefined, 'prod', 'prod', undefined]) {
        const { isError, content } = await alarms (account);
        assert.ok (!isError, content [0].text);
        keys.push (await keyOf ());
    }
    assert.deepEqual ([keys [2], keys [3], keys [0] === keys [1]], [keys [1], keys [0], false]);
    const { isError, content } = await alarms ('closed');
    assert.ok (isError);
    assert.match (content [0].text, /shop-untrusting: AccessDenied: .*Look at the role's trust policy/);
    await sim.revokeKeys ();
    for (const account of ['prod', undefined]) {
        const renewed = await alarms (account);
        assert.ok (!renewed.isError, renewed.content [0].text);
    }
});

test ('a role that may not be assumed: the sentence leads to its trust policy', async () => {
    const sim = await startSim ();
    const folder = folderOf ({ token: webToken () });
    const refused = 'arn:aws:iam::210987654321:role/shop-untrusting';
    const config = `[profile signed]\nrole_arn = ${refused}\nsource_profile = base\n`
        + `[profile forgotten]\nrole_arn = arn:aws:iam::210987654321:role/shop-external\nsource_profile = base\n`
        + `[profile pod]\nrole_arn = ${refused}\nweb_identity_token_file = ${path.join (folder, 'token')}\n`;
    for (const [profile, words] of [
        ['signed', /shop-untrusting: AccessDenied: User: .* is not authorized to perform: sts:AssumeRole on .* Look at the role's trust policy/],
        ['forgotten', /shop-external: AccessDenied: .* Look at the role's trust policy/],
        ['pod', /shop-untrusting\. STS .* says AccessDenied: .* Look at the role's trust policy/],
    ]) {
        const { code, stderr } = await callByProfile (sim, config, profile);
        assert.notEqual (code, 0);
        assert.match (stderr, words);
    }
});

});
