//  harness - starts the real programs, and waits for what they say
//
//  Simulator and server take any free port and print it. Started inside a test they are stopped when it ends, started by a file's own lines
//  (not in a hook: that would be their end) when its tests have: with SIGTERM, and they must end with 0, which under ASan also means that
//  nothing leaked.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve (path.dirname (fileURLToPath (import.meta.url)), '../..');
const BUILD = path.resolve (ROOT, process.env.CLOUDWATCH_MCP_BUILD ?? 'build/asan');

//  The key pair of AWS's published signing examples: the simulator accepts it.
export const ACCESS_KEY = 'AKIDEXAMPLE';
export const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
export const REGION = 'us-east-1';

//  The tools that a client sees, in the order of their names: as many as there are contracts that are not internal.
const CONTRACTS = path.join (ROOT, 'proto/tools');
const contracts = readdirSync (CONTRACTS).map (file => JSON.parse (readFileSync (path.join (CONTRACTS, file), 'utf8')));
export const TOOLS = contracts.filter (({ internal }) => !internal).map (({ name }) => name).sort ();

//  Those of them that do not ask AWS: they have no account and no region.
export const LOCAL_TOOLS = contracts.filter (({ internal, service }) => !internal && service === 'local').map (({ name }) => name);

//  The sanitizers make everything several times slower, and two cores may be shared with other tests.
const DEADLINE_MS = 30_000;

//  Looks until the condition gives something true, and returns that. There is no other way of waiting in these tests.
export async function waitFor (condition, { deadlineMs = DEADLINE_MS, what = String (condition) } = {}) {
    const deadline = Date.now () + deadlineMs;
    for (;;) {
        const seen = await condition ();
        if (seen)
            return seen;
        if (Date.now () > deadline)
            assert.fail (`waited ${deadlineMs} ms in vain for ${what}`);
        await new Promise (resolve => setTimeout (resolve, 5));
    }
}

//  How a client starts one of the programs by itself: its path, and an environment with nothing of the tester's own AWS settings, and no home with a
//  profile.
export const pathOf = name => path.join (BUILD, name);

export function environment (env = {}) {
    const kept = Object.entries (process.env).filter (([key]) => key === 'PATH' || key.endsWith ('SAN_OPTIONS'));
    return { ...Object.fromEntries (kept), HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...env };
}

//  Whatever happens to a test, its programs do not outlive it.
const running = new Set ();
process.on ('exit', () => running.forEach (child => child.kill ('SIGKILL')));

export class Program {
    //  before: words of a command that is to become the program (sh -c …)
    constructor (name, args, env, { before = [], cwd, stdin = 'ignore' } = {}) {
        this.name = name;
        this.stdout = '';
        this.stderr = '';
        this.ended = null;              //  { code, signal } once it has
        this.mayFail = false;
        const [file, ...words] = [...before, pathOf (name), ...args];
        this.child = spawn (file, words, { cwd, env: environment (env), stdio: [stdin, 'pipe', 'pipe'] });
        this.child.stdout.setEncoding ('utf8').on ('data', text => { this.stdout += text; });
        this.child.stderr.setEncoding ('utf8').on ('data', text => { this.stderr += text; });
        this.child.on ('error', error => { this.ended = { code: null, signal: null, error }; });
        this.child.on ('close', (code, signal) => { this.ended ??= { code, signal }; });
        running.add (this.child);
        this.child.on ('close', () => running.delete (this.child));
    }

    //  What it has said so far, for a failed assertion.
    said () {
        return `${this.name} said:\n${this.stdout.slice (-4000)}${this.stderr.slice (-8000)}`;
    }

    //  Its log, a line an object; lines that are no JSON (a sanitizer's report) are left out.
    get log () {
        return this.stderr.split ('\n').filter (line => line.startsWith ('{')).flatMap (line => {
            try { return [JSON.parse (line)]; } catch { return []; }
        });
    }

    async printed (find, what) {
        return waitFor (() => {
            const found = find ();
            if (!found && this.ended)
                assert.fail (`${this.name} ended before ${what} (${JSON.stringify (this.ended)})\n${this.said ()}`);
            return found;
        }, { what });
    }

    event (name) {
        return this.printed (() => this.log.find (line => line.event === name), `the event "${name}"`);
    }

    signal (name) {
        this.child.kill (name);
    }

    async end () {
        return waitFor (() => this.ended, { what: `the end of ${this.name}` }).catch (error => {
            this.child.kill ('SIGKILL');
            throw new Error (`${error.message}\n${this.said ()}`);
        });
    }

    async stop () {
        if (!this.ended)
            this.signal ('SIGTERM');
        const { code, signal } = await this.end ();
        assert.ok (code === 0, `${this.name} must end with 0, not ${code ?? signal}\n${this.said ()}`);
    }
}

//  Runs one of the programs to its end.
export async function run (name, args, env = {}) {
    const program = new Program (name, args, env);
    const { code } = await program.end ();
    return { code, stdout: program.stdout, stderr: program.stderr };
}

//  atEnd: who stops it; outside of tests somebody else must.
export async function startSim ({ args = [], atEnd = after } = {}) {
    const sim = new Program ('cloudwatch-sim', ['--port', '0', ...args], {});
    atEnd (() => sim.stop ());
    const [, url] = await sim.printed (() => sim.stdout.match (/cloudwatch-sim listening on (http:\/\/127\.0\.0\.1:\d+)/), 'its address');
    sim.url = url;
    //  What was asked of it, newest last; and the faults that it is to commit from now on.
    sim.requests = async () => (await request (`${url}/_sim/requests`)).json.requests;
    const put = async (path, value) => {
        const answer = await request (`${url}${path}`, { method: 'PUT', headers: JSON_HEADERS, body: JSON.stringify (value) });
        assert.ok (answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
    };
    sim.setFaults = faults => put ('/_sim/faults', faults);
    //  How long keys of the STS live, and how wrong the clock is (sim/knobs.h); all keys that it gave so far are no good any more.
    sim.turn = knobs => put ('/_sim/knobs', knobs);
    sim.issuedKeys = async () => (await request (`${url}/_sim/keys`)).json;
    sim.revokeKeys = () => request (`${url}/_sim/keys`, { method: 'DELETE' });
    //  How often an operation was asked for, answered and refused, since the simulator began.
    sim.totals = async operation => {
        const { totals } = (await request (`${url}/_sim/requests?after=${'9'.repeat (18)}`)).json;
        return operation ? totals [operation] ?? { requests: 0, answered: 0, refused: 0, aborted: 0 } : totals;
    };
    //  What the STS was asked, oldest first: what, by which key (null: unsigned), with which parameters.
    sim.askedOfSts = async () => (await sim.requests ()).filter (one => one.service === 'sts')
        .map (one => ({ ...one, parameters: Object.fromEntries (new URLSearchParams (one.body)) }));
    return sim;
}

//  A folder of its own, with these files in it; gone when the test has ended.
export function folderOf (files = {}) {
    const folder = mkdtempSync (path.join (tmpdir (), 'cloudwatch-mcp-'));
    after (() => rmSync (folder, { recursive: true, force: true }));
    for (const [name, text] of Object.entries (files)) {
        mkdirSync (path.dirname (path.join (folder, name)), { recursive: true });
        writeFileSync (path.join (folder, name), text);
    }
    return folder;
}

//  A token such as Kubernetes mounts into a pod: good for an hour from now, unless other claims are given.
export function webToken (claims = {}) {
    const part = value => Buffer.from (JSON.stringify (value)).toString ('base64url');
    const exp = Math.floor (Date.now () / 1000) + 3600;
    const all = { iss: 'https://oidc.example/id/1', sub: 'system:serviceaccount:shop:mcp', aud: ['sts.amazonaws.com'], exp, ...claims };
    return `${part ({ alg: 'RS256', kid: '1' })}.${part (all)}.${'c2lnbmF0dXJl'.repeat (8)}`;
}

//  endpoint: a simulator's url, or any address that plays AWS.
export async function startServer ({ endpoint, env = {}, args = [], atEnd = after } = {}) {
    const server = new Program ('cloudwatch-mcp', ['serve', '--port', '0', '--admin-port', '0', ...args], {
        AWS_ACCESS_KEY_ID: ACCESS_KEY,
        AWS_SECRET_ACCESS_KEY: SECRET_KEY,
        AWS_REGION: REGION,
        ...(endpoint ? { AWS_ENDPOINT_URL: endpoint } : {}),
        ...env,
    });
    atEnd (() => server.stop ());
    const { port } = await server.event ('listening');
    const { port: adminPort } = await server.event ('admin listening');
    server.port = port;
    server.url = `http://127.0.0.1:${port}/mcp`;
    server.adminUrl = `http://127.0.0.1:${adminPort}`;
    await waitFor (async () => (await request (`${server.adminUrl}/readyz`)).status === 200, { what: 'readiness' });
    return server;
}

//  One HTTP request on a connection of its own, with exactly these headers. The answer's json is undefined when its body is none.
export function request (url, { method = 'GET', headers = {}, body, signal } = {}) {
    return new Promise ((resolve, reject) => {
        const sent = http.request (url, { method, headers, signal, agent: false }, answer => {
            let text = '';
            answer.setEncoding ('utf8').on ('data', piece => { text += piece; }).on ('error', reject).on ('end', () => {
                let json;
                try { json = JSON.parse (text); } catch { /* not JSON */ }
                resolve ({ status: answer.statusCode, headers: answer.headers, text, json });
            });
        });
        sent.on ('error', reject);
        sent.end (body);
    });
}

export const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

//  A JSON-RPC message to a server's /mcp. A string is sent as it is.
export function post (server, message, { headers = {}, signal } = {}) {
    const body = typeof message === 'string' ? message : JSON.stringify (message);
    return request (server.url, { method: 'POST', headers: { ...JSON_HEADERS, ...headers }, body, signal });
}

//  A tool call as a client of 2025-11-25 makes it, perhaps with a _meta; gives the result, or throws the JSON-RPC error.
let lastId = 0;
export async function call (server, name, args = {}, { meta, ...options } = {}) {
    const id = ++lastId, params = { name, arguments: args, ...(meta ? { _meta: meta } : {}) };
    const answer = await post (server, { jsonrpc: '2.0', id, method: 'tools/call', params },
        { ...options, headers: { 'mcp-protocol-version': '2025-11-25', ...options.headers } });
    assert.equal (answer.status, 200, answer.text.slice (0, 500));
    const message = answer.json ?? eventsOf (answer.text).at (-1);
    assert.equal (message?.id, id, answer.text.slice (0, 500));
    if (message.error)
        throw Object.assign (new Error (message.error.message), message.error);
    return message.result;
}

//  The messages of an SSE answer.
export function eventsOf (text) {
    const dataOf = event => event.split (/\r?\n/).filter (line => line.startsWith ('data:')).map (line => line.slice (5)).join ('\n');
    return text.split (/\r?\n\r?\n/).map (dataOf).filter (data => data).map (data => JSON.parse (data));
}

//  A server that answers as it is told, or not at all: for what no simulator should do.
export async function startEndpoint (handler) {
    const server = http.createServer (handler);
    server.listen (0, '127.0.0.1');
    await once (server, 'listening');
    after (() => { server.closeAllConnections (); server.close (); });
    return `http://127.0.0.1:${server.address ().port}`;
}
