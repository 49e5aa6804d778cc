//  cloudwatch-mcp demo: a server with a simulator of its own, and what it says to somebody who has no AWS account.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Program, call, run } from './harness.mjs';

async function startDemo (t, args = []) {
    const demo = new Program ('cloudwatch-mcp', ['demo', '--port', '0', '--admin-port', '0', ...args], { AWS_PROFILE: 'production' });
    t.after (() => demo.stop ());
    const { port } = await demo.event ('listening');
    demo.url = `http://127.0.0.1:${port}/mcp`;
    return demo;
}

test ('it says how to ask its simulator from a shell, and the shell sees the same alarms as a client', async t => {
    const demo = await startDemo (t, ['--region', 'eu-west-1']);
    const [, line] = await demo.printed (() => demo.stdout.match (/^ {2}export (AWS_ENDPOINT_URL=.*)$/m), 'how to ask from a shell');
    const env = Object.fromEntries (line.split (' ').map (word => word.split ('=')));
    assert.equal (env.AWS_REGION, 'eu-west-1');
    const { port: admin } = await demo.event ('admin listening');
    assert.equal (env.CLOUDWATCH_MCP_ADMIN, `http://127.0.0.1:${admin}`);
    const { code, stdout, stderr } = await run ('cloudwatch-mcp', ['call', 'describe_alarms', 'state=ALARM', '--json'], env);
    assert.equal (code, 0, stderr);
    const names = answer => answer.alarms.map (alarm => alarm.name);
    const { structuredContent } = await call (demo, 'describe_alarms', { state: 'ALARM' });
    assert.ok (names (structuredContent).includes ('shop-orders-db-cpu'));
    assert.deepEqual (names (JSON.parse (stdout)), names (structuredContent));
});

test ('it takes no words', async () => {
    const { code, stderr } = await run ('cloudwatch-mcp', ['demo', 'shop']);
    assert.equal (code, 2);
    assert.match (stderr, /demo takes only flags; "shop" is none/);
});
