//  What the README says of the tools is what they are, and what it tells to type finds something.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { ACCESS_KEY, REGION, SECRET_KEY, TOOLS, request, run, startServer, startSim, waitFor } from './harness.mjs';

const ROOT = path.resolve (path.dirname (fileURLToPath (import.meta.url)), '../..');
const README = readFileSync (path.join (ROOT, 'README.md'), 'utf8');
const sim = await startSim ();

const codes = text => [...text.matchAll (/`([^`]+)`/g)].map (match => match [1]);

//  From a heading to the next one of its depth or above.
function section (heading) {
    const depth = heading.indexOf (' ');
    const [, text] = README.split (`\n${heading}\n`);
    assert.ok (text, heading);
    return text.split (new RegExp (`\\n#{1,${depth}} `)) [0];
}

const rowsOf = text => text.split ('\n').filter (line => /^\| [^-]/.test (line)).slice (1).map (line => line.split ('|').slice (1, -1));

test ('the table of tools has each tool, its arguments and its IAM actions', () => {
    const text = section ('## Tools');
    const rows = rowsOf (text);
    assert.deepEqual (rows.map (row => codes (row [0]) [0]).sort (), TOOLS);
    const common = ['limit', 'max_bytes', 'next_token', 'account', 'region'];
    for (const row of rows) {
        const [name] = codes (row [0]);
        const { inputSchema, actions } = JSON.parse (readFileSync (path.join (ROOT, `proto/tools/${name}.json`), 'utf8'));
        const own = Object.keys (inputSchema.properties).filter (key => actions.length === 0 || !common.includes (key));
        assert.deepEqual (codes (row [2]).sort (), own.sort (), name);
        for (const action of actions)
            assert.ok (codes (row [3]).includes (action), `${name} needs ${action}`);
        if (actions.length === 0) {
            assert.equal (row [3].trim (), 'none', name);
            continue;
        }
        const without = new RegExp (`all but \`${name}\` take\\s+\`limit\``);
        assert.equal ('limit' in inputSchema.properties, !without.test (text), `${name} and limit`);
    }
});

//  As a shell would split it.
const wordsOf = line => line.match (/(?:[^\s']|'[^']*')+/g).map (word => word.replaceAll ("'", ''));

async function findsSomething (line) {
    const env = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_REGION: REGION, AWS_ENDPOINT_URL: sim.url };
    const { code, stdout, stderr } = await run ('cloudwatch-mcp', ['call', ...wordsOf (line), '--json'], env);
    assert.equal (code, 0, stderr);
    const { rows, alarms, series } = JSON.parse (stdout);
    assert.ok ((rows ?? alarms ?? series).length > 0, stdout);
    for (const { summary } of series ?? [])
        assert.ok (summary.max > 0, stdout);
}

const typed = [...section ('## On call').matchAll (/^cloudwatch-mcp call (.*)$/gm)].map (match => match [1]);
const incidents = rowsOf (section ('### The simulated shop')).map (row => codes (row [2]) [0]);

test ('there are commands for somebody on call, and ten incidents', () => {
    assert.equal (typed.length, 3);
    assert.equal (incidents.length, 10);
});

for (const line of [...typed, ...incidents])
    test (`call ${line}`, () => findsSomething (line));

test ('what is sent by hand is answered, and a call of it leaves a trace', async t => {
    const atEnd = end => t.after (end);
    const bodies = [...section ('## Connecting a client').matchAll (/ -d '([^']+)'$/gm)].map (match => match [1]);
    assert.deepEqual (bodies.map (body => JSON.parse (body).method), ['tools/list', 'tools/call', 'resources/read', 'completion/complete']);
    const server = await startServer ({ endpoint: sim.url, atEnd });
    for (const body of bodies) {
        const { result, error } = await (await fetch (server.url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).json ();
        assert.ok (result && !result.isError, JSON.stringify (error ?? result));
        assert.notEqual (result.completion?.values.length, 0);
    }
    const traced = async () => (await request (`${server.adminUrl}/trace/calls`)).json.calls.some (({ tool }) => tool === 'search_log_events');
    await waitFor (traced, { what: 'the trace' });
});

test ('the faults of the README are such', async () => {
    const [, faults] = section ('### Why was that slow?').match (/^curl -X PUT "\$AWS_ENDPOINT_URL\/_sim\/faults" -d '(.+)'$/m);
    assert.equal ((await fetch (`${sim.url}/_sim/faults`, { method: 'PUT', body: faults })).status, 204);
    assert.equal ((await fetch (`${sim.url}/_sim/faults`, { method: 'DELETE' })).status, 204);
});

test ('the table of prompts has each prompt and its arguments', () => {
    const [prompts, resources] = section ('## Prompts and resources').split ('What can be pinned');
    const folder = path.join (ROOT, 'gateway/prompts');
    const rows = rowsOf (prompts);
    assert.deepEqual (rows.map (row => codes (row [0]) [0]).sort (), readdirSync (folder).map (file => path.basename (file, '.json')).sort ());
    for (const row of rows) {
        const own = JSON.parse (readFileSync (path.join (folder, `${codes (row [0]) [0]}.json`), 'utf8')).arguments
            .filter (({ name }) => name !== 'region' && name !== 'account');
        const [required, optional] = row [1].split ('perhaps');
        assert.deepEqual (codes (required), own.filter (argument => argument.required).map (({ name }) => name), row [0]);
        assert.deepEqual (codes (optional ?? '').sort (), own.filter (argument => !argument.required).map (({ name }) => name).sort (), row [0]);
    }
    const guides = readdirSync (path.join (ROOT, 'gateway/guides')).map (file => path.basename (file, '.md')).sort ();
    assert.deepEqual (codes (rowsOf (resources) [0] [0]).slice (1).sort (), guides);
});
