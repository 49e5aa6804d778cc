//  The official conformance suite against the real program, once for each revision, without a network but this machine's own
//
//  A baseline names what the program rightly cannot pass, and why. The suite fails for what fails and is not named, for a warning that is not named,
//  and for what is named and passes. It also holds each message that leaves the server against the schema of its revision.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { environment, folderOf, startServer, startSim } from './harness.mjs';

const TESTS = path.resolve (path.dirname (fileURLToPath (import.meta.url)), '..');
const SUITE = path.join (TESTS, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

//  What the suite has for each revision: the two that it freezes sets of requirements for, and whatever it has of the older ones.
const RUNS = {
    '2026-07-28': { words: ['--requirements', '2026-07-28'], scored: 37 },
    '2025-11-25': { words: ['--requirements', '2025-11-25'], scored: 30 },
    '2025-06-18': { words: ['--spec-version', '2025-06-18', '--suite', 'all'], scored: 27 },
    '2025-03-26': { words: ['--spec-version', '2025-03-26', '--suite', 'all'], scored: 1 },
};

//  Runs the suite. Gives its exit code, what it printed, and of each scenario its checks.
async function conformance (url, words, baseline) {
    const out = folderOf ();
    const args = [SUITE, 'server', '--url', url, ...words, '-o', out, '--expected-failures', path.join (TESTS, 'conformance', baseline)];
    const { code, text } = await new Promise (resolve => execFile (process.execPath, args, { env: environment (), maxBuffer: 2 ** 24 },
        (error, stdout, stderr) => resolve ({ code: error ? error.code : 0, text: stdout + stderr })));
    const scenarios = Object.fromEntries (readdirSync (out).map (folder => [
        folder.replace (/^server-/, '').replace (/-\d{4}-\d\d-\d\dT.*$/, ''),
        JSON.parse (readFileSync (path.join (out, folder, 'checks.json'), 'utf8')),
    ]));
    return { code, text: text.slice (text.lastIndexOf ('=== SUMMARY')), scenarios };
}

const failedOf = checks => checks.filter (check => ['FAILURE', 'WARNING'].includes (check.status));

for (const [revision, { words, scored }] of Object.entries (RUNS))
    test (`the server does in ${revision} all that the suite does not ask of a name of its own`, async () => {
        const server = await startServer ({ endpoint: (await startSim ()).url });
        const { code, text, scenarios } = await conformance (server.url, words, 'product.yml');
        assert.equal (code, 0, text);
        assert.ok (Object.keys (scenarios).length >= scored, text);
        const schema = Object.values (scenarios).flat ().filter (check => check.id === 'wire-schema-valid');
        assert.deepEqual (failedOf (schema), []);
        assert.ok (scored === 1 || schema.length > 20, `${schema.length} checks of the schema`);
    });
