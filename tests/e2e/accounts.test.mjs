//  One server for several accounts: which there are is for its configuration to say, and a call goes no further than that.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { ACCESS_KEY, call, folderOf, LOCAL_TOOLS, REGION, run, SECRET_KEY, startServer, startSim, waitFor } from './harness.mjs';

const KEYS = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_REGION: REGION };

const folder = folderOf ({
    'accounts.json': `{
        "accounts": {
            "prod": {
                "role_arn": "arn:aws:iam::444455556666:role/shop-external", "external_id": "shop-external-7431",    // As its trust policy wants
                "regions": ["eu-west-1", "us-east-2"], "log_groups": ["/ecs/shop/*"], "description": "the shop",
            },
            "team": {"profile": "team"},
            "strange": {"role_arn": "arn:aws:iam::444455556666:role/shop-untrusting"},
        },
    }`,
    '.aws/config': `[profile team]\nregion = eu-central-1\naws_access_key_id = ${ACCESS_KEY}\naws_secret_access_key = ${SECRET_KEY}\n`,
});
const CONFIG = ['--config', path.join (folder, 'accounts.json')];

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url, args: CONFIG, env: { HOME: folder } });

const seen = async operation => (await sim.requests ()).filter (one => one.operation === operation);

test ('the list of tools says which accounts there are, and the instructions what they are', async () => {
    const client = new Client ({ name: 'e2e', version: '1' }, { capabilities: {} });
    await client.connect (new StreamableHTTPClientTransport (new URL (server.url)));
    after (() => client.close ());
    const account = { type: 'string', enum: ['prod', 'team', 'strange'] };
    for (const { name, inputSchema } of (await client.listTools ()).tools)
        assert.deepEqual (inputSchema.properties.account, LOCAL_TOOLS.includes (name) ? undefined : account, name);
    const words = "AWS accounts, by the argument account: prod (the shop); team; strange. Without it: the server's own.";
    assert.ok (client.getInstructions ().includes (words), client.getInstructions ());
});

test ('a server without accounts has no such argument', async () => {
    const plain = new Client ({ name: 'e2e', version: '1' }, { capabilities: {} });
    await plain.connect (new StreamableHTTPClientTransport (new URL ((await startServer ({ endpoint: sim.url })).url)));
    after (() => plain.close ());
    for (const { inputSchema } of (await plain.listTools ()).tools)
        assert.equal (inputSchema.properties.account, undefined);
});

test ('a call is signed with the keys of its account, in a region that the account allows', async () => {
    for (const [account, region] of [['prod', 'eu-west-1'], ['team', 'eu-central-1'], [undefined, REGION]]) {
        const before = (await seen ('DescribeAlarms')).length;
        const { isError, content } = await call (server, 'describe_alarms', { limit: 1, ...(account ? { account } : {}) });
        assert.ok (!isError, content [0].text);
        assert.deepEqual ((await seen ('DescribeAlarms')).slice (before).map (one => one.region), [region]);
        const line = await waitFor (() => server.log.filter (one => one.event === 'call').at (before), { what: 'the line of the call' });
        assert.deepEqual ([line.account, line.region], [account ?? '', region]);
    }
    assert.equal ((await seen ('AssumeRole')).length, 1);
});

test ('only the log groups of the fence are shown, searched and opened', async () => {
    const account = 'prod';
    const { structuredContent: { log_groups: groups } } = await call (server, 'describe_log_groups', { account, limit: 500 });
    assert.ok (groups.length > 3);
    assert.ok (groups.every (([name]) => name.startsWith ('/ecs/shop/')));
    const search = await call (server, 'search_log_events', { account, log_groups: ['/aws/lambda/shop-email-render'] });
    assert.ok (search.isError);
    assert.match (search.content [0].text, /"\/aws\/lambda\/shop-email-render" is not among those that this server's configuration allows/);
    const resource = await call (server, 'filter_log_streams', { account, log_group: '/shop/deploy' });
    assert.match (resource.content [0].text, /"\/shop\/deploy" is not among those/);
    assert.equal ((await seen ('DescribeLogStreams')).length, 0);
});

test ('an account, or a region of one, that is not configured is refused with those that are', async () => {
    const account = await call (server, 'describe_alarms', { account: 'arn:aws:iam::444455556666:role/admin' });
    assert.ok (account.isError);
    assert.match (account.content [0].text, /^There is no account "arn:aws:iam::444455556666:role\/admin" here.* It has prod, team and strange;/);
    const region = await call (server, 'describe_alarms', { account: 'prod', region: 'ap-south-1' });
    assert.match (region.content [0].text, /^The account "prod" is not to be asked in ap-south-1: .* allows eu-west-1 and us-east-2\./);
});

test ('with --profiles every profile is an account', async () => {
    const args = ['--profiles', 'describe_alarms', 'limit=1', '--json'];
    const env = { ...KEYS, AWS_ENDPOINT_URL: sim.url, HOME: folder };
    const { code, stderr } = await run ('cloudwatch-mcp', ['call', ...args, 'account=team'], env);
    assert.equal (code, 0, stderr);
    assert.equal ((await seen ('DescribeAlarms')).at (-1).region, 'eu-central-1');
    assert.match ((await run ('cloudwatch-mcp', ['call', ...args, 'account=tam'], env)).stderr, /It has team; leave account out/);
});

test ('the doctor says of each account whose its keys are, or why there are none', async () => {
    const { code, stdout } = await run ('cloudwatch-mcp', ['doctor', '--json', ...CONFIG], { ...KEYS, AWS_ENDPOINT_URL: sim.url, HOME: folder });
    assert.equal (code, 1);
    const accounts = JSON.parse (stdout).checks.filter (one => one.check === 'account');
    assert.deepEqual (accounts.map (one => one.fine), [true, true, false]);
    assert.match (accounts [0].text, /^prod: arn:aws:sts::444455556666:assumed-role\/shop-external\/cloudwatch-mcp-\d+$/);
    assert.match (accounts [1].text, /^team: arn:aws:iam::123456789012:user\//);
    assert.match (accounts [2].advice, /AccessDenied.* Look at the role's trust policy/);
});
