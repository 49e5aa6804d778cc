//  Secrets that are easy to recognise are given to the programs in every way there is; calls succeed and fail with them, at the log level that says
//  most. Then they are looked for in all that the programs said.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';

import { Program, REGION, folderOf, post, request, run, startEndpoint, startServer, startSim, waitFor, webToken } from './harness.mjs';

const KEY_ID = 'ASIACANARYCANARY0001';
const SECRET = 'Canary/SecretKey+0123456789abcdefghijklm';
const TOKEN = 'CanarySessionToken/+' + 'opqrstuvwxyz'.repeat (12) + '==';
const SSO_TOKEN = 'CanaryOfTheSignedInPerson' + '9876543210'.repeat (8);
const WEB_TOKEN = webToken ({ canary: 'CanaryClaim'.repeat (8) });
const ROLE = 'arn:aws:iam::210987654321:role/reader';

//  A secret is told when sixteen of its characters in a row are, as they are or as a form has them. Which keys the STS gives is known afterwards.
const PIECE = 16;
function leaksIn (text, secrets) {
    return secrets.flatMap (secret => {
        const pieces = Array.from ({ length: Math.floor (secret.length / PIECE) }, (_, i) => secret.slice (i * PIECE, (i + 1) * PIECE));
        return pieces.filter (piece => text.includes (piece) || text.includes (encodeURIComponent (piece)));
    });
}

//  Everything that can be heard of the programs with these settings: a server's answers, its admin port and its output, a call and the doctor.
async function listen (env) {
    const settings = { AWS_REGION: REGION, CLOUDWATCH_MCP_LOG_LEVEL: 'debug', ...env };
    const server = await startServer ({ env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', ...settings } });
    const heard = [];
    const ask = (name, args) => post (server, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } },
        { headers: { 'mcp-protocol-version': '2025-11-25' } });
    const answers = [
        await ask ('list_metrics', { namespace: 'AWS/SQS', limit: 1 }),
        await ask ('describe_alarms', { limit: 1 }),
        await ask ('describe_log_groups', { limit: 1 }),
    ];
    for (const path of ['/healthz', '/readyz', '/metrics'])
        heard.push ((await request (server.adminUrl + path)).text);
    for (const words of [['call', 'list_metrics', 'namespace=AWS/SQS', '--json'], ['doctor'], ['doctor', '--json']]) {
        const { stdout, stderr } = await run ('cloudwatch-mcp', words, settings);
        assert.ok (stdout || stderr);
        heard.push (stdout, stderr);
    }
    await server.stop ();
    assert.match (server.stderr, /"log_level":"debug"/, 'the level that says most');
    heard.push (server.stdout, server.stderr, ...answers.map (one => one.text + JSON.stringify (one.headers)));
    return { text: heard.join ('\n'), failed: answers.filter (one => one.json?.result?.isError !== false && one.json?.result?.isError).length };
}

const staticKeys = (secret = SECRET) => ({ AWS_ACCESS_KEY_ID: KEY_ID, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: TOKEN });
const ofPod = token => ({ AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: path.join (folderOf ({ token }), 'token') });

//  A home folder with these files in .aws.
const home = files => ({ HOME: folderOf (Object.fromEntries (Object.entries (files).map (([name, text]) => [`.aws/${name}`, text]))) });

function signedIn () {
    const cache = createHash ('sha1').update ('corp').digest ('hex');
    const expiresAt = new Date (Date.now () + 8 * 3600_000).toISOString ().replace (/\.\d+/, '');
    return { AWS_PROFILE: 'dev', ...home ({
        config: '[profile dev]\nsso_session = corp\nsso_account_id = 210987654321\nsso_role_name = ReadOnly\n'
            + `[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = ${REGION}\n`,
        [`sso/cache/${cache}.json`]: JSON.stringify ({ startUrl: 'https://corp.example/start', region: REGION, accessToken: SSO_TOKEN, expiresAt }),
    }) };
}

//  An IAM Identity Center, or an STS, that answers always the same.
const answering = (status, type, body) => startEndpoint ((asked, answer) => answer.writeHead (status, { 'content-type': type }).end (body));
const JSON_TYPE = 'application/json';

const profile = (...lines) => `${lines.join ('\n')}\n`;
const FULL = [`aws_access_key_id = ${KEY_ID}`, `aws_secret_access_key = ${SECRET}`, `aws_session_token = ${TOKEN}`];
const OF_ROLE = profile ('[profile role]', `role_arn = ${ROLE}`, 'source_profile = base');
const printing = text => home ({ config: profile ('[default]', `credential_process = /bin/cat ${path.join (folderOf ({ keys: text }), 'keys')}`) });

//  Each: its settings, given the simulator, and how many of three calls fail.
const WAYS = {
    'keys of the environment': [0, () => staticKeys ()],
    'a wrong secret, of which AWS shows what should have been signed': [3, () => staticKeys ('CanaryOfAnother/Secret+0123456789abcdefg')],
    'a wrong session token': [3, () => ({ ...staticKeys (), AWS_SESSION_TOKEN: TOKEN + 'CanaryThatIsTooMuch' })],
    'keys of a file': [0, () => home ({ credentials: profile ('[default]', ...FULL) })],
    'a file with a slip in it': [3, () => home ({ credentials: profile ('[default]', FULL [0], `aws_secret_access_key ${SECRET}`) })],
    'a file without a key\'s other half': [3, () => home ({ credentials: profile ('[default]', FULL [1]) })],
    'a process that prints keys': [0, () =>
        printing (JSON.stringify ({ Version: 1, AccessKeyId: KEY_ID, SecretAccessKey: SECRET, SessionToken: TOKEN }))],
    'a process that prints something else': [3, () => printing (`{"Version": 1, "SecretAccessKey": "${SECRET}", `)],
    'a token of a pod': [0, () => ofPod (WEB_TOKEN)],
    'a token with a line break in it': [3, () => ofPod (`${WEB_TOKEN}\n${WEB_TOKEN}`)],
    'a token that is none': [3, () => ofPod (WEB_TOKEN.replaceAll ('.', '_'))],
    'a token for which STS is down': [3, () => ofPod (WEB_TOKEN), sim => sim.setFaults ({ AssumeRoleWithWebIdentity: { error_rate: 1 } })],
    'a token that STS repeats in its refusal': [3, async () => ({ ...ofPod (WEB_TOKEN), AWS_ENDPOINT_URL_STS: await answering (400, 'text/xml',
        `<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>The token ${WEB_TOKEN} is no good</Message></Error></ErrorResponse>`) })],
    'a role of a profile': [0, () => ({ AWS_PROFILE: 'role', ...home ({ config: OF_ROLE, credentials: profile ('[base]', ...FULL) }) })],
    'a role for which a secret is wrong': [3, () => ({ AWS_PROFILE: 'role', ...home ({ config: OF_ROLE,
        credentials: profile ('[base]', FULL [0], `aws_secret_access_key = x${SECRET}`, FULL [2]) }) })],
    'somebody who signed in': [0, async () => ({ ...signedIn (), AWS_ENDPOINT_URL_SSO: await answering (200, JSON_TYPE, JSON.stringify (
        { roleCredentials: { accessKeyId: KEY_ID, secretAccessKey: SECRET, sessionToken: TOKEN, expiration: Date.now () + 3600_000 } })) })],
    'somebody whose token is refused': [3, async () => ({ ...signedIn (), AWS_ENDPOINT_URL_SSO: await answering (401, JSON_TYPE,
        JSON.stringify ({ __type: 'UnauthorizedException', message: `Session token ${SSO_TOKEN} not found` })) })],
    'an answer that is cut off in the middle of keys': [3, async () => ({ ...signedIn (), AWS_ENDPOINT_URL_SSO: await answering (200, JSON_TYPE,
        `{"roleCredentials":{"accessKeyId":"${KEY_ID}","secretAccessKey":"${SECRET}","sessionToken":"${TOKEN}`) })],
};

suite ('no secret is told', { concurrency: 3 }, () => {

test ('the search finds what it looks for, whole, cut and in a form', () => {
    assert.ok (leaksIn (`a ${SECRET} b`, [SECRET]).length > 0);
    assert.ok (leaksIn (`a ${SECRET.slice (5)} b`, [SECRET]).length > 0);
    assert.ok (leaksIn (encodeURIComponent (TOKEN), [TOKEN]).length > 0);
    assert.deepEqual (leaksIn ('nothing', [SECRET, TOKEN, SSO_TOKEN, WEB_TOKEN]), []);
});

for (const [name, [failures, settings, prepare]] of Object.entries (WAYS))
    test (name, async () => {
        const sim = await startSim ({ args: ['--key', `${KEY_ID}:${SECRET}:${TOKEN}`] });
        await prepare?.(sim);
        const env = await settings ();
        const { text, failed } = await listen ({ AWS_ENDPOINT_URL: sim.url, ...env });
        assert.equal (failed, failures, text.slice (-3000));
        const issued = (await sim.issuedKeys ()).flatMap (one => [one.secret, one.token]);
        const given = [SECRET, TOKEN, SSO_TOKEN, WEB_TOKEN, env.AWS_SECRET_ACCESS_KEY ?? SECRET, env.AWS_SESSION_TOKEN ?? TOKEN];
        assert.deepEqual (leaksIn (text, [...given, ...issued]), []);
    });

test ('keys that are revoked under way', async () => {
    const sim = await startSim ();
    const server = await startServer ({ endpoint: sim.url, env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', ...ofPod (WEB_TOKEN),
        CLOUDWATCH_MCP_LOG_LEVEL: 'debug' } });
    let text = '';
    for (let i = 0; i < 3; i++) {
        text += (await post (server, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'describe_alarms', arguments: { limit: 1 } } },
            { headers: { 'mcp-protocol-version': '2025-11-25' } })).text;
        await sim.revokeKeys ();
    }
    await server.stop ();
    const issued = (await sim.issuedKeys ()).flatMap (one => [one.secret, one.token]);
    assert.ok (issued.length >= 4);
    assert.deepEqual (leaksIn (text + server.stdout + server.stderr, [WEB_TOKEN, ...issued]), []);
});

test ('a process that is killed leaves no core, whatever the shell allows', async () => {
    const sim = await startSim ({ args: ['--key', `${KEY_ID}:${SECRET}:${TOKEN}`] });
    const cwd = folderOf ();
    const server = new Program ('cloudwatch-mcp', ['serve', '--port', '0', '--admin-port', '0'],
        { ...staticKeys (), AWS_REGION: REGION, AWS_ENDPOINT_URL: sim.url },
        { cwd, before: ['sh', '-c', 'ulimit -S -c "$(ulimit -H -c)"; ulimit -c >&2; exec "$0" "$@"'] });
    const { port } = await server.event ('listening');
    assert.notEqual (server.stderr.split ('\n') [0], '0', 'a core is allowed here; without that, this says nothing');
    await post ({ url: `http://127.0.0.1:${port}/mcp` }, { jsonrpc: '2.0', id: 1, method: 'tools/call',
        params: { name: 'list_metrics', arguments: { namespace: 'AWS/SQS' } } }, { headers: { 'mcp-protocol-version': '2025-11-25' } });
    await waitFor (async () => (await sim.requests ()).length > 0);
    const limits = readFileSync (`/proc/${server.child.pid}/limits`, 'utf8');
    assert.match (limits, /^Max core file size +0 +0 /m);
    server.signal ('SIGABRT');
    assert.equal ((await server.end ()).signal, 'SIGABRT');
    assert.deepEqual (readdirSync (cwd), []);
});

});
