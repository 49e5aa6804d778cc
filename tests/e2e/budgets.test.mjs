//  What answers may cost a model: bytes of the text block, by default, on the simulated shop.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TOOLS, call, post, startServer, startSim } from './harness.mjs';

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url });

async function textOf (name, args) {
    const { content, isError } = await call (server, name, args);
    assert.ok (!isError, content [0].text);
    return content [0].text;
}

function atMost (text, bytes) {
    const size = Buffer.byteLength (text);
    assert.ok (size <= bytes, `${size} bytes, not ${bytes}: ${text.slice (0, 300)}`);
}

test ('tools/list takes at most 1.75 kB for each tool, and 56 kB for any number', async () => {
    const { text } = await post (server, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, { headers: { 'mcp-protocol-version': '2025-11-25' } });
    atMost (text, Math.min (TOOLS.length * 1_750, 56_000));
});

test ('60 datapoints take at most 2.5 kB, with a fraction in each', async () => {
    const text = await textOf ('get_metric_data', { namespace: 'AWS/RDS', metric_name: 'CPUUtilization',
        dimensions: { DBInstanceIdentifier: 'shop-orders-1' } });
    const { values } = JSON.parse (text).series [0];
    assert.ok (values.length >= 60 && values.filter (value => value !== null && !Number.isInteger (value)).length >= 55, text);
    atMost (text, 2_500);
});

test ('11 alarms with all that they say take at most 5 kB', async () => {
    const text = await textOf ('describe_alarms', { state: 'ALARM', limit: 11 });
    assert.equal (JSON.parse (text).alarms.length, 11);
    atMost (text, 5_000);
});

test ('20 log groups take at most 5 kB', async () => {
    const text = await textOf ('describe_log_groups', { limit: 20 });
    assert.equal (JSON.parse (text).log_groups.length, 20);
    atMost (text, 5_000);
});
