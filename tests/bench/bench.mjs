//  bench - how fast, how much CPU, how much memory; every figure beside one from the same run on the same machine
//
//  tools/list stands beside a floor (the same HTTP layer answering the same bytes), a call that asks AWS beside the same question asked of the
//  simulator directly. wrk shares the machine's cores with what it measures: requests/s are pessimistic, CPU per request is steady. CPU is that of
//  the measured process alone, user's and kernel's.

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';

import {
    ACCESS_KEY, JSON_HEADERS, Program, REGION, SECRET_KEY, call, pathOf, post, request, startServer, startSim, waitFor
} from '../e2e/harness.mjs';
import { posted } from '../e2e/wire.mjs';

const SECONDS = Number (process.env.BENCH_SECONDS ?? 5);
const TICKS_PER_S = Number (execFileSync ('getconf', ['CLK_TCK']));
const SCRIPT = path.join (path.dirname (fileURLToPath (import.meta.url)), 'requests.lua');

//  The simulator has no quotas of AWS's to keep to.
const FLAGS = ['--quota-per-s', '100000'];

//  Before each request that goes on to the simulator: client, server and simulator share two cores, and what is measured is the way, not the queue.
const PAUSE_MS = { 1: 2, 32: 40 };
const AT_ONCE = 60;
const IDENTICAL = 1000;
const STREAMS = 1000;
const CREDIT = 64;                  //  Calls that an actor works on at once: the server's default
const COST_US = 150;
const TRACING_US = 10, TRACING_PERCENT = 3, FOLLOWERS = 10, FOLLOWERS_PERCENT = 5;
const ROUNDS = 6;
const QUESTION = { namespace: 'AWS/SQS', limit: 5 };

//  What needs the same of AWS at the same time is asked once, and a list is kept for a moment: what is measured is calls that each ask AWS, so each
//  asks another region than those beside it, and nothing is kept.
const QUESTIONS = 1024;
const REGIONS = ['us', 'eu', 'ap', 'ca', 'sa', 'af'].flatMap (where => ['north', 'south', 'east', 'west', 'central'].flatMap (side =>
    [`${where}-${side}-1`, `${where}-${side}-2`]));
const question = number => ({ ...QUESTION, region: REGIONS [number % REGIONS.length], max_bytes: 65536 - number % QUESTIONS });

const folder = fs.mkdtempSync (path.join (os.tmpdir (), 'cloudwatch-mcp-bench-'));
const stops = [() => fs.rmSync (folder, { recursive: true })];
const atEnd = stop => stops.unshift (stop);

const statusOf = pid => fs.readFileSync (`/proc/${pid}/status`, 'utf8');
const kilobytes = (pid, name) => Number (statusOf (pid).match (new RegExp (`${name}:\\s+(\\d+)`)) [1]);

//  Descriptors or threads; NaN where only root may look: the server lets nobody else into its /proc.
function count (pid, what) {
    try {
        return fs.readdirSync (`/proc/${pid}/${what}`).length;
    } catch {
        return NaN;
    }
}

//  CPU time so far, user's and kernel's
function cpuUs (pid) {
    const fields = fs.readFileSync (`/proc/${pid}/stat`, 'utf8').replace (/^.*\) /, '').split (' ');
    return (Number (fields [11]) + Number (fields [12])) * 1e6 / TICKS_PER_S;
}

//  A file for requests.lua
function requestsFile (name, requests) {
    const file = path.join (folder, name);
    const text = ({ headers, body }) => [...Object.entries (headers).map (([key, value]) => `${key}: ${value}`), '', body, '%%'].join ('\n');
    fs.writeFileSync (file, `${requests.map (text).join ('\n')}\n`);
    return file;
}

function wrk (url, connections, seconds, file, pauseMs) {
    return new Promise ((resolve, reject) => {
        const child = spawn ('wrk', ['-t', 1, '-c', connections, '-d', `${seconds}s`, '--latency', '-s', SCRIPT, url, '--', file, pauseMs]);
        let said = '';
        child.stdout.on ('data', text => { said += text; });
        child.stderr.on ('data', text => { said += text; });
        child.on ('error', reject).on ('close', () => {
            const result = said.match (/^RESULT (\d+) (\d+) (\d+) (\d+) (\d+)$/m)?.slice (1).map (Number);
            if (!result || result [4] > 0)
                reject (new Error (`wrk ${url}: ${said}`));
            else
                resolve ({ requests: result [0], perS: result [0] * 1e6 / result [1], p50: result [2], p99: result [3] });
        });
    });
}

async function measure (url, pid, connections, file, pauseMs = 0) {
    await wrk (url, connections, 1, file, pauseMs);     //  Warm: connections are open, caches filled
    const before = cpuUs (pid);
    const result = await wrk (url, connections, SECONDS, file, pauseMs);
    return { ...result, cpu: (cpuUs (pid) - before) / result.requests, rss: kilobytes (pid, 'VmRSS') / 1024, peak: kilobytes (pid, 'VmHWM') / 1024 };
}

function row (name, connections, measured, remark = '') {
    const columns = [name.padEnd (44), String (connections).padStart (5), measured.perS.toFixed (0).padStart (10), String (measured.p50).padStart (8),
        String (measured.p99).padStart (8), measured.cpu.toFixed (1).padStart (9), measured.rss.toFixed (1).padStart (7),
        measured.peak.toFixed (1).padStart (7)];
    console.log (`${columns.join (' ')}  ${remark}`.trimEnd ());
}

//  The signed requests that the official SDK would send: the simulator takes nothing less.
async function signedRequests (sim) {
    const signed = [];
    const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY };
    const client = new CloudWatchClient ({ region: REGION, endpoint: sim.url, credentials });
    client.middlewareStack.add (next => async args => {
        const { 'content-length': length, host, ...headers } = args.request.headers;
        signed.push ({ headers, body: new TextDecoder ().decode (args.request.body) });
        return next (args);
    }, { step: 'finalizeRequest', priority: 'low', name: 'keep' });
    await client.send (new ListMetricsCommand ({ Namespace: QUESTION.namespace }));
    return signed;
}

//  From the program's start to its first answered tools/list; the middle one of several.
async function startUp (sim) {
    const all = [];
    for (let i = 0; i < 9; i++) {
        const started = performance.now ();
        const server = new Program ('cloudwatch-mcp', ['serve', '--port', '0', '--admin-port', '0'],
            { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_REGION: REGION, AWS_ENDPOINT_URL: sim.url });
        const { port } = await new Promise (resolve => server.child.stderr.on ('data', () => {
            const line = server.log.find (one => one.event === 'listening');
            if (line)
                resolve (line);
        }));
        await post ({ url: `http://127.0.0.1:${port}/mcp` }, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
        all.push (performance.now () - started);
        await server.stop ();
    }
    return all.sort ((a, b) => a - b) [4];
}

async function toolsList (server) {
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const headers = { ...JSON_HEADERS, 'mcp-protocol-version': '2025-11-25' };
    const file = requestsFile ('tools-list', [{ headers, body: JSON.stringify (message) }]);
    const bytes = path.join (folder, 'answer');
    fs.writeFileSync (bytes, (await post (server, message, { headers })).text);
    const floor = new Program ('floor', [bytes], {});
    atEnd (() => floor.signal ('SIGTERM'));
    const [, url] = await floor.printed (() => floor.stdout.match (/listening on (\S+)/), 'its address');
    for (const connections of [1, 32]) {
        const least = await measure (`${url}/mcp`, floor.child.pid, connections, file);
        row (`floor, ${fs.statSync (bytes).size} bytes`, connections, least);
        const measured = await measure (server.url, server.child.pid, connections, file);
        row ('tools/list', connections, measured, `${(100 * measured.perS / least.perS).toFixed (0)} % of the floor's requests/s`);
    }
}

//  Calls that each ask AWS once
function callsFile () {
    return requestsFile ('through', Array.from ({ length: QUESTIONS }, (_, i) => ({
        headers: { ...JSON_HEADERS, 'mcp-protocol-version': '2025-11-25' },
        body: JSON.stringify ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_metrics', arguments: question (i) } }),
    })));
}

async function awsCalls (sim, server) {
    const direct = requestsFile ('direct', await signedRequests (sim));
    const through = callsFile ();
    for (const connections of [1, 32]) {
        const least = await measure (`${sim.url}/`, sim.child.pid, connections, direct, PAUSE_MS [connections]);
        row ('ListMetrics, the simulator alone, paced', connections, least);
        const measured = await measure (server.url, server.child.pid, connections, through, PAUSE_MS [connections]);
        row ('list_metrics, paced', connections, measured, `p50 + ${measured.p50 - least.p50} µs`);
    }
}

//  What a call that asks AWS once costs the server, from the client's request to the answer, as fast as simulator and client let it
async function cost (server) {
    const figures = [];
    for (const connections of [1, 8]) {
        const { cpu, requests } = await measure (server.url, server.child.pid, connections, callsFile ());
        figures.push (`${cpu.toFixed (0)} µs with ${connections} at once (${requests} calls)`);
    }
    console.log (`CPU of a call that asks AWS: ${figures.join (', ')}; at most ${COST_US} is the aim`);
}

//  Reads the feed and throws it away, until it is closed.
function follower (server) {
    const asked = http.get (`${server.adminUrl}/trace/feed`, { agent: false }, answer => answer.resume ());
    asked.on ('error', () => {});
    return () => asked.destroy ();
}

//  What a call costs with tracing, without, and with followers: round by round, so that what else the machine does meets all of them
async function tracing (sim) {
    const start = word => startServer ({ args: [...FLAGS, '--kept-bytes-max', '0', '--trace', word], endpoint: sim.url, atEnd });
    const [off, on] = [await start ('off'), await start ('on')];
    const ways = [{ server: off, followers: 0 }, { server: on, followers: 0 }, { server: on, followers: FOLLOWERS }];
    const file = callsFile ();
    for (const way of ways)
        Object.assign (way, { cpu: 0, requests: 0, perS: 0 });
    for (let round = 0; round < ROUNDS; round++)
        for (const way of ways) {
            const close = Array.from ({ length: way.followers }, () => follower (way.server));
            const { cpu, requests, perS } = await measure (way.server.url, way.server.child.pid, 8, file);
            way.cpu += cpu * requests;
            way.requests += requests;
            way.perS += perS / ROUNDS;
            close.forEach (end => end ());
        }
    const [without, traced, followed] = ways.map (({ cpu, requests }) => cpu / requests);
    const percent = (more, than) => `${(100 * (more / than - 1)).toFixed (1)} %`;
    console.log (`tracing: CPU of a call ${without.toFixed (1)} µs without, ${traced.toFixed (1)} with it (+${(traced - without).toFixed (1)} µs, `
        + `at most ${TRACING_US} is the aim; calls/s ${percent (ways [1].perS, ways [0].perS)}, at most -${TRACING_PERCENT} %); `
        + `with ${FOLLOWERS} followers ${followed.toFixed (1)} (+${percent (followed, traced)}, at most ${FOLLOWERS_PERCENT} %)`);
}

//  Calls that ask the same at the same time are one
async function identical (sim, server) {
    await sim.setFaults ({ ListMetrics: { latency_ms: 2000 } });
    await request (`${sim.url}/_sim/requests`, { method: 'DELETE' });
    const results = await Promise.all (Array.from ({ length: IDENTICAL }, () => call (server, 'list_metrics', QUESTION)));
    await sim.setFaults ({});
    const asked = (await sim.requests ()).filter (one => one.operation === 'ListMetrics').length;
    const good = results.filter (result => !result.isError).length;
    console.log (`${IDENTICAL} identical calls at once: ${good} answered with ${asked} request${asked === 1 ? '' : 's'} to AWS`);
}

//  Counting the namespaces of a large account reads all pages of its metrics; who asks again meanwhile does not
async function kept () {
    const sim = await startSim ({ args: ['--metrics', '10000', '--latency', '20'], atEnd });
    const server = await startServer ({ args: FLAGS, endpoint: sim.url, atEnd });
    const before = kilobytes (server.child.pid, 'VmRSS');
    const took = [];
    for (let i = 0; i < 2; i++) {
        const started = performance.now ();
        const { isError, content } = await call (server, 'list_metrics', {});
        if (isError)
            throw new Error (content [0].text);
        took.push ((performance.now () - started).toFixed (0));
    }
    const pages = (await sim.requests ()).filter (one => one.operation === 'ListMetrics').length;
    const megabytes = (kilobytes (server.child.pid, 'VmRSS') - before) / 1024;
    console.log (`namespaces of 10,000 metrics, 20 ms a request: ${took [0]} ms, and ${took [1]} ms for the next; ${pages} requests to AWS for both; `
        + `memory +${megabytes.toFixed (1)} MB`);
}

//  Eight calls against an AWS that takes a second for each
async function together (sim, server) {
    await sim.setFaults ({ DescribeLogGroups: { latency_ms: 1000 } });
    const started = performance.now ();
    const calls = Array.from ({ length: 8 }, (_, i) => call (server, 'describe_log_groups', { limit: i + 1, region: REGIONS [i] }));
    await post (server, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const list = performance.now () - started;
    await Promise.all (calls);
    await sim.setFaults ({});
    const all = performance.now () - started;
    console.log (`eight calls, each 1,000 ms at AWS: ${all.toFixed (0)} ms together; a tools/list among them ${list.toFixed (1)} ms`);
}

//  What calls leave behind
async function growth (server) {
    const { pid } = server.child;
    const now = () => ({ rss: kilobytes (pid, 'VmRSS'), threads: count (pid, 'task'), descriptors: count (pid, 'fd') });
    const some = async calls => {
        for (let done = 0; done < calls; done += AT_ONCE) {
            const results = await Promise.all (Array.from ({ length: AT_ONCE }, (_, i) => call (server, 'list_metrics', question (i))));
            const refused = results.find (result => result.isError);
            if (refused)
                throw new Error (refused.content [0].text);
        }
    };
    await some (1200);
    const before = now ();
    await some (10020);
    const after = now ();
    const grown = name => new Intl.NumberFormat ('en', { signDisplay: 'always' }).format (after [name] - before [name]);
    console.log (`10,000 calls: memory ${grown ('rss')} kB, threads ${grown ('threads')}, descriptors ${grown ('descriptors')}`);
}

//  A hundred thousand matching events in forty groups: the first page beside the same requests from the official SDK, all pages, and the memory
//  that they leave. A server of its own, so that the peak is this search's.
async function search () {
    const sim = await startSim ({ args: ['--log-groups', '40', '--log-events', '100000'], atEnd });
    const server = await startServer ({ args: ['--quota-per-s', '1000'], endpoint: sim.url, atEnd });
    const minute = ago => new Date (Math.floor (Date.now () / 60000 - ago) * 60000);
    const window = { start_time: minute (120).toISOString (), end_time: minute (0).toISOString () };
    const ask = async args => {
        const all = { prefix: 'test-', pattern: 'bulk', ...window, ...args };
        const { isError, content, structuredContent } = await call (server, 'search_log_events', all);
        if (isError)
            throw new Error (content [0].text);
        return structuredContent;
    };
    const timed = async work => {
        const started = performance.now ();
        await work ();
        return performance.now () - started;
    };
    const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY };
    const logs = new CloudWatchLogsClient ({ region: REGION, endpoint: sim.url, credentials });
    const least = () => Promise.all (Array.from ({ length: 40 }, (_, i) => logs.send (new FilterLogEventsCommand ({
        logGroupName: `test-${String (i + 1).padStart (4, '0')}`, filterPattern: 'bulk', limit: 100, startFromHead: false,
        startTime: minute (120).getTime (), endTime: minute (0).getTime () }))));
    await least ();
    await ask ({});
    const [floor, first] = [await timed (least), await timed (() => ask ({}))];
    let rows = 0, pages = 0, token;
    const all = await timed (async () => {
        do {
            const page = await ask ({ limit: 10000, max_bytes: 1048576, ...(token ? { next_token: token } : {}) });
            rows += page.rows.length;
            pages++;
            token = page.next_token;
        } while (token);
    });
    const megabytes = name => (kilobytes (server.child.pid, name) / 1024).toFixed (1);
    console.log (`search in 40 groups: first 50 rows ${first.toFixed (0)} ms (the same 40 requests by the SDK: ${floor.toFixed (0)} ms); all `
        + `${rows} rows in ${pages} pages ${(all / 1000).toFixed (1)} s; memory ${megabytes ('VmRSS')} MB, peak ${megabytes ('VmHWM')} MB`);
}

//  A thousand clients with a stream each, on which progress comes every second, and what another client beside them notices of it. They ask as many
//  different questions as an actor works on at once. A server of its own, so that the memory is theirs.
async function streams () {
    const sim = await startSim ({ args: ['--metrics', '25000'], atEnd });
    const server = await startServer ({ args: [...FLAGS, '--kept-bytes-max', '0'], endpoint: sim.url, atEnd });
    const ask = (method, params) => requestsFile (method.replace ('/', '-'), [{ headers: { ...JSON_HEADERS, 'mcp-protocol-version': '2025-11-25' },
        body: JSON.stringify ({ jsonrpc: '2.0', id: 1, method, params }) }]);
    const files = { 'tools/list': ask ('tools/list'), describe_alarms: ask ('tools/call', { name: 'describe_alarms', arguments: { limit: 3 } }) };
    //  The middle of five, as one that other programs fell into says nothing
    const p99s = async () => {
        const all = { 'tools/list': [], describe_alarms: [] };
        for (let i = 0; i < 5; i++)
            for (const [name, file] of Object.entries (files))
                all [name].push ((await wrk (server.url, 1, Math.ceil (SECONDS / 3), file, 2)).p99);
        return Object.values (all).map (rounds => rounds.sort ((a, b) => a - b) [2]);
    };
    await wrk (server.url, 1, 1, files.describe_alarms, 0);         //  Warm
    const alone = await p99s ();
    await sim.setFaults ({ ListMetrics: { latency_ms: 1000 } });
    const open = [];
    const begin = i => {
        const stream = { socket: net.connect (server.port, '127.0.0.1').setEncoding ('latin1'), events: 0, answered: false };
        stream.socket.on ('data', text => {
            stream.events += text.split ('notifications/progress').length - 1;
            stream.answered ||= text.includes ('"result"');
        });
        const question = { max_bytes: 65536 - Math.floor (i / Math.ceil (STREAMS / CREDIT)) };
        const params = { name: 'list_metrics', arguments: question, _meta: { progressToken: i } };
        const message = JSON.stringify ({ jsonrpc: '2.0', id: i, method: 'tools/call', params });
        stream.socket.write (posted (message, { headers: 'Accept: application/json, text/event-stream\r\n' }));
        open.push (stream);
    };
    //  Clients do not all come in the same moment: each question has its own of the second
    await new Promise (resolve => {
        const timer = setInterval (() => {
            const end = Math.min (STREAMS, open.length + Math.ceil (STREAMS / CREDIT));
            while (open.length < end)
                begin (open.length);
            if (open.length === STREAMS) {
                clearInterval (timer);
                resolve ();
            }
        }, 1000 / CREDIT);
    });
    await waitFor (() => open.every (({ events }) => events > 0), { what: 'progress on each stream' });
    const beside = await p99s ();
    const megabytes = (kilobytes (server.child.pid, 'VmRSS') / 1024).toFixed (1);
    const events = open.reduce ((sum, stream) => sum + stream.events, 0);
    if (open.some (({ answered }) => answered))
        throw new Error ('a stream had ended before the measurement did');
    open.forEach (({ socket }) => socket.destroy ());
    const compared = Object.keys (files).map ((name, i) =>
        `${name} p99 ${beside [i]} µs (without them ${alone [i]} µs, × ${(beside [i] / alone [i]).toFixed (2)})`);
    console.log (`${STREAMS} streams, ${events} messages of progress: memory ${megabytes} MB; beside them ${compared.join (', ')}`);
}

try {
    const sim = await startSim ({ atEnd });
    const server = await startServer ({ args: [...FLAGS, '--kept-bytes-max', '0'], endpoint: sim.url, atEnd });
    console.log (`${os.cpus () [0].model}, ${os.cpus ().length} cores, Linux ${os.release ()}; ${SECONDS} s for each line`);
    console.log (`idle: ${(kilobytes (server.child.pid, 'VmRSS') / 1024).toFixed (1)} MB, ${count (server.child.pid, 'task')} threads`);
    console.log (`start to first tools/list: ${(await startUp (sim)).toFixed (1)} ms (the middle of 9)`);
    console.log (`\n${' '.repeat (44)} conns requests/s   p50 µs   p99 µs CPU µs/rq  RSS MB    peak`);
    await toolsList (server);
    await awsCalls (sim, server);
    console.log ('');
    const questions = path.join (path.dirname (SCRIPT), '../data/metric_questions.tsv');
    console.log (execFileSync (pathOf ('catalogue_bench'), [questions], { encoding: 'utf8' }).trim ());
    await cost (server);
    await tracing (sim);
    await identical (sim, server);
    await kept ();
    await together (sim, server);
    await growth (server);
    await search ();
    await streams ();
} finally {
    for (const stop of stops)
        await stop ();
}
