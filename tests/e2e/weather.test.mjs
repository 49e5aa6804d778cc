//  The HTTP side in every weather: a row or a test for each rule about what comes in, how slowly, from how many, and how it ends.
//
//  How the bytes of a request may and may not look is in hostile_seeds.mjs.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';

import { call, eventsOf, folderOf, post, startServer, startSim, waitFor } from './harness.mjs';
import { Neighbour, answersOf, connectionsOf, converse, ping, posted, unreadOf } from './wire.mjs';

//  A server with these limits, which only a file can set.
const startWith = (limits, options = {}) => {
    const folder = folderOf ({ 'limits.json': JSON.stringify (limits) });
    return startServer ({ ...options, args: ['--config', `${folder}/limits.json`, ...options.args ?? []] });
};

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url });
const small = await startWith ({ head_ms: 300, body_ms: 300, head_bytes_max: 2048, head_lines_max: 8, body_bytes_max: 4096 });

const HEAD = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const tool = (name, args, meta) => JSON.stringify ({ jsonrpc: '2.0', id: 1, method: 'tools/call',
    params: { name, arguments: args, ...(meta ? { _meta: meta } : {}) } });
const EVENTS = 'Accept: application/json, text/event-stream\r\n';

const rssMb = program => Number (fs.readFileSync (`/proc/${program.child.pid}/status`, 'utf8').match (/VmRSS:\s+(\d+)/) [1]) / 1024;
const RSS_MB = 160;        //  Of a build under AddressSanitizer
//  A quarantine of freed memory would look like growth.
const SANITIZER = { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1` };

const pong = async program => (await post (program, { jsonrpc: '2.0', id: 1, method: 'ping' })).status;

//  --- One request: what it is, its bytes, and the answer. A "!" behind the status: the server closes.

for (const [rule, bytes, status, { to = small, headers = {}, body } = {}] of [
    ['what is not HTTP', 'hello\r\n\r\n', '400!'],
    ['what is not JSON', posted ('{'), '400', { body: /-32700/ }],
    ['another path', ping (1, { path: '/' }), '404', { body: /MCP is at \/mcp/ }],
    ['/mcp/ is /mcp', ping (1, { path: '/mcp/' }), '200'],
    ['another method', 'GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n', '405', { headers: { allow: 'POST, OPTIONS' } }],
    ['HEAD is another method, and its answer has no body', 'HEAD /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n', '405', { body: /^$/ }],
    ['OPTIONS says what is allowed', 'OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n', '204', { headers: { allow: 'POST, OPTIONS' } }],
    ['OPTIONS of a page that may ask', 'OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:6274\r\n\r\n', '204',
        { headers: { 'access-control-allow-origin': 'http://localhost:6274', 'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS' } }],
    ['OPTIONS of a page that may not', 'OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example.com\r\n\r\n', '403'],
    ['an answer in a form that it has not', ping (1, { headers: 'Accept: text/html\r\n' }), '406'],
    ['headers that do not end in time', HEAD, '408!'],
    ['a body that does not end in time', `${HEAD}Content-Length: 40\r\n\r\n{`, '408!'],
    ['a body in chunks that does not end in time', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`, '408!'],
    ['a message without a length', `${HEAD}\r\n`, '411'],
    ['a body at its limit', posted (ping (1).slice (-40).padEnd (4096)), '200'],
    ['a body beyond its limit, before it comes', `${HEAD}Content-Length: 4097\r\n\r\n`, '413!'],
    ['a body beyond the limit that is shipped', `${HEAD}Content-Length: ${1024 * 1024 + 1}\r\n\r\n`, '413!', { to: server }],
    ['chunks beyond the limit', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1001\r\n{`, '413!'],
    ['a target that is too long', `GET /${'a'.repeat (2048)}`, '414!'],
    ['a body of another type', ping (1).replace ('application/json', 'text/plain'), '415'],
    ['an expectation that is not known', ping (1, { headers: 'Expect: tea\r\n' }), '417!'],
    ['headers that are too long', `${HEAD}X: ${'a'.repeat (2048)}`, '431!'],
    ['headers beyond the limit that is shipped', `${HEAD}X: ${'a'.repeat (16 * 1024)}`, '431!', { to: server }],
    ['too many headers', ping (1, { headers: 'X: 1\r\n'.repeat (8) }), '431!'],
    ['too many headers for the limit that is shipped', ping (1, { headers: 'X: 1\r\n'.repeat (64) }), '431!', { to: server }],
    ['a coding that is not chunked', `${HEAD}Transfer-Encoding: gzip\r\n\r\n`, '501!'],
    ['another version', 'GET /mcp HTTP/2.0\r\nHost: localhost\r\n\r\n', '505!'],
    ['HTTP/1.0 is closed behind its answer', ping (1, { version: '1.0' }), '200!'],
    ['HTTP/1.0 that asks to stay does', ping (1, { version: '1.0', headers: 'Connection: keep-alive\r\n' }), '200',
        { headers: { connection: 'keep-alive' } }],
    ['HTTP/1.0 needs no Host', ping (1, { version: '1.0' }).replace ('Host: localhost\r\n', ''), '200!'],
    ['HTTP/1.0 has no stream, whatever it asks for', posted (tool ('describe_alarms', { limit: 1 }, { progressToken: 1 }),
        { version: '1.0', headers: EVENTS }), '200!',
        { to: server, headers: { 'content-type': 'application/json', 'transfer-encoding': undefined } }],
])
    test (`${rule}: ${status.replace ('!', ', and the connection ends')}`, async () => {
        const isHead = () => bytes.startsWith ('HEAD');
        const closes = status.endsWith ('!');
        const whole = text => answersOf (text, isHead).answers.length > 0;
        const { text, ended } = await converse (to.port, [bytes], { enough: closes ? undefined : whole });
        const { answers: [answer, ...others], rest } = answersOf (text, isHead);
        assert.equal (`${answer?.status}${answer?.closes ? '!' : ''}`, status, text);
        assert.equal (ended, closes ? 'closed' : 'enough');
        assert.deepEqual ([others, rest], [[], '']);
        for (const [name, value] of Object.entries (headers))
            assert.equal (answer.headers [name], value, name);
        assert.match (answer.body, body ?? /(?:)/);
        assert.equal (await pong (to), 200, 'the next request is answered');
    });

//  --- Slow, in parts, and half

test ('a request that comes a byte at a time is a request', async () => {
    const neighbour = new Neighbour (server.port);
    const { text } = await converse (server.port, [...ping (7, { headers: 'Connection: close\r\n' })], { between: () => neighbour.read () });
    neighbour.leave ();
    assert.match (text, /^HTTP\/1\.1 200 [\s\S]*"id":7/);
});

test ('who has sent something is not idle, and who waits between requests is, and is closed without a word', async () => {
    const strict = await startWith ({ idle_ms: 1000, head_ms: 300 });
    assert.deepEqual (await converse (strict.port, []), { text: '', ended: 'closed' });
    const { text, ended } = await converse (strict.port, [ping (1)]);
    assert.equal (ended, 'closed');
    assert.deepEqual (answersOf (text).answers.map (({ status }) => status), [200]);
});

//  The requests of an operation that have this outcome so far
const asked = async (operation, outcome) =>
    (await sim.requests ()).filter (one => one.operation === operation && one.outcome === outcome).length;

for (const [how, leave] of [['closes its half', socket => socket.end ()], ['closes', socket => socket.destroy ()],
    ['resets', socket => socket.resetAndDestroy ()]])
    for (const [what, headers] of [['an answer', 'Accept: application/json\r\n'], ['a stream', EVENTS]])
        test (`a client that ${how} while it waits for ${what} has given up its call`, async () => {
            await sim.setFaults ({ DescribeAlarms: { hang: true } });
            const [hanging, aborted] = [await asked ('DescribeAlarms', 'hanging'), await asked ('DescribeAlarms', 'aborted by the client')];
            const socket = net.connect ({ port: server.port, host: '127.0.0.1', allowHalfOpen: true }).on ('error', () => {}).resume ();
            socket.write (posted (tool ('describe_alarms', { limit: 1 }, { progressToken: 1 }), { headers }));
            await waitFor (async () => await asked ('DescribeAlarms', 'hanging') > hanging, { what: 'the request at AWS' });
            leave (socket);
            await waitFor (async () => await asked ('DescribeAlarms', 'aborted by the client') > aborted, { what: 'its abort' });
            await sim.setFaults ({});
        });

//  --- Addresses

for (const [host, addresses] of [['::', ['127.0.0.1', '::1']], ['::1', ['::1']], ['localhost', ['127.0.0.1', '::1']], ['0.0.0.0', ['127.0.0.1']]])
    test (`--host ${host} is reached at ${addresses.join (' and ')}`, async () => {
        const port = await new Promise (resolve => {        //  Free for all of them, as far as one can know
            const taken = net.createServer ().listen (0, '::', () => {
                const { port } = taken.address ();
                taken.close (() => resolve (port));
            });
        });
        //  The harness asks 127.0.0.1 whether it is ready: that is the admin's address
        const there = await startServer ({ args: ['--host', host, '--port', String (port)] });
        for (const address of addresses) {
            const named = ping (1).replace ('localhost', address.includes (':') ? `[${address}]:${port}` : `${address}:${port}`);
            const { text } = await converse (port, [named], { host: address, enough: text => text.includes ('"result"') });
            assert.match (text, /^HTTP\/1\.1 200 /, address);
        }
    });

//  --- Many

//  A client that stays: asked() sends a ping and gives the answer's status, and "closed" becomes true when the server has left it.
class Stayer {
    constructor (program) {
        this.closed = false;
        this.text = '';
        this.socket = net.connect ({ port: program.port, host: '127.0.0.1' }).on ('error', () => {}).setEncoding ('latin1');
        this.socket.on ('data', data => { this.text += data; }).on ('close', () => { this.closed = true; });
    }

    async asked () {
        this.text = '';
        this.socket.write (ping (1));
        return waitFor (() => answersOf (this.text).answers [0]?.status ?? (this.closed && 'closed'), { what: 'an answer' });
    }
}

for (const limit of [8, 2048])
    test (`with ${limit} connections the one that has been idle longest makes room for the next`, async () => {
        const full = await startServer ({ args: ['--connections-max', String (limit)] });
        const stayers = Array.from ({ length: limit }, () => new Stayer (full));
        await waitFor (() => connectionsOf (full.port) === limit, { what: 'all of them' });
        for (const one of stayers)
            one.status = one.asked ();
        for (const one of stayers)
            assert.equal (await one.status, 200);
        //  Idle longest is now whoever was not asked again
        const [fresh, oldest] = [stayers [0], stayers [1]];
        for (const one of stayers)
            if (one !== oldest)
                assert.equal (await one.asked (), 200);
        const next = new Stayer (full);
        assert.equal (await next.asked (), 200);
        await waitFor (() => oldest.closed, { what: 'the end of the oldest' });
        assert.deepEqual (stayers.filter (({ closed }) => closed), [oldest]);
        assert.equal (await fresh.asked (), 200);
        for (const one of [...stayers, next])
            one.socket.destroy ();
        await waitFor (() => connectionsOf (full.port) === 0, { what: 'the end of all' });
    });

test ('when each of them waits for an answer, the next is 503 with Retry-After, and who waits is not disturbed', async () => {
    const slowSim = await startSim ();
    const full = await startServer ({ endpoint: slowSim.url, args: ['--connections-max', '8'] });
    await slowSim.setFaults ({ DescribeAlarms: { hang: true } });
    const busy = Array.from ({ length: 8 }, () => new Stayer (full));
    busy.forEach (({ socket }, i) => socket.write (posted (tool ('describe_alarms', { prefix: `alarm-${i}` }))));
    await waitFor (async () => (await slowSim.requests ()).length === 8, { what: 'eight requests at AWS' });
    const { text, ended } = await converse (full.port, [ping (1)]);
    const [answer] = answersOf (text).answers;
    assert.equal (answer.status, 503);
    assert.match (answer.headers ['retry-after'], /^[1-9]\d*$/);
    assert.deepEqual ([answer.closes, ended], [true, 'closed']);
    assert.deepEqual (busy.map (({ closed, text }) => [closed, text]), Array (8).fill ([false, '']));
    busy.forEach (({ socket }) => socket.destroy ());
    await waitFor (() => connectionsOf (full.port) === 0, { what: 'their ends' });
    assert.equal (await pong (full), 200, 'there is room again');
});

test ('when each of them is a request that does not come to its end, the slowest makes room for the next: 408', async () => {
    const full = await startWith ({ head_ms: 600_000 }, { args: ['--connections-max', '8'] });
    const slow = Array.from ({ length: 8 }, () => new Stayer (full));
    for (const { socket } of slow)
        socket.write (HEAD);
    await waitFor (() => connectionsOf (full.port) >= 8, { what: 'all of them' });
    //  Who has sent nothing yet is idle, and leaves without a word
    await waitFor (() => slow.every (({ socket }) => !socket.connecting && socket.writableLength === 0) && unreadOf (full.port) === 0,
        { what: 'their beginnings' });
    await waitFor (async () => await pong (full) === 200, { what: 'room' });
    await waitFor (() => slow.some (({ closed }) => closed), { what: 'the end of one' });
    const ended = slow.filter (({ closed }) => closed);
    assert.equal (ended.length, 1);
    assert.equal (answersOf (ended [0].text).answers [0].status, 408);
    for (const { socket } of slow)
        socket.destroy ();
});

test ('who does not read is cut, holds little, and nobody else waits', async () => {
    const strict = await startWith ({ write_ms: 1000 });
    const list = posted ('{"jsonrpc":"2.0","id":1,"method":"tools/list"}');
    const one = answersOf ((await converse (strict.port, [list], { enough: text => answersOf (text).answers.length > 0 })).text).answers [0];
    //  Far more than the kernel keeps for both sides
    const deaf = net.connect ({ port: strict.port, host: '127.0.0.1' }).on ('error', () => {}).pause ();
    deaf.write (list.repeat (Math.ceil (64 * 1024 * 1024 / one.body.length)));
    const from = await waitFor (() => deaf.localPort, { what: 'the connection' });
    await waitFor (() => connectionsOf (strict.port, from) === 1, { what: 'that it is taken' });
    await waitFor (async () => {
        assert.equal (await pong (strict), 200);
        return connectionsOf (strict.port, from) === 0;
    }, { what: 'its end' });
    deaf.destroy ();
});

test ('a thousand streams are open at once, each hears its progress and its answer, and others are served beside them', async () => {
    const slowSim = await startSim ({ args: ['--metrics', '3000'] });
    const wide = await startServer ({ endpoint: slowSim.url, args: ['--kept-bytes-max', '0'], env: SANITIZER });
    await slowSim.setFaults ({ ListMetrics: { latency_ms: 1500 } });
    const streams = Array.from ({ length: 1000 }, (_, i) => {
        const stream = new Stayer (wide);
        //  As many different calls as an actor works on at once: the others share them, and each has its own token
        const args = { max_bytes: 65536 - i % 64 };
        stream.socket.write (posted (tool ('list_metrics', args, { progressToken: `token ${i}` }), { headers: EVENTS }));
        return stream;
    });
    const heard = what => streams.filter (({ text }) => text.includes (what)).length;
    await waitFor (() => heard ('notifications/progress') === 1000, { what: 'the progress of all' });
    assert.equal (await pong (wide), 200);
    assert.ok (!(await call (wide, 'describe_alarms', { limit: 1 })).isError);
    assert.deepEqual ([heard ('"result"'), connectionsOf (wide.port) >= 1000], [0, true], 'all are open still');
    assert.ok (rssMb (wide) < RSS_MB, `${rssMb (wide)} MB`);
    await waitFor (() => heard ('"result"') === 1000, { what: 'the answers of all' });
    for (const [i, { text }] of streams.entries ()) {
        const events = eventsOf (answersOf (text).answers [0].body);
        assert.equal (events.pop ().result.isError, false);
        assert.ok (events.every (({ params }) => params.progressToken === `token ${i}`));
    }
    for (const { socket } of streams)
        socket.destroy ();
    await waitFor (() => connectionsOf (wide.port) === 0, { what: 'the end of all' });
});

//  The four shapes of slowhttptest, which `make weather` runs itself: each client of an attack sends what it has to, and then as little as it can.
for (const [attack, begin, more, { deaf } = {}] of [
    ['slow headers', HEAD, 'X-a: b\r\n'],
    ['slow bodies', `${HEAD}Content-Length: 4096\r\n\r\n{"a":"`, 'x'],
    ['slow readers', posted ('{"jsonrpc":"2.0","id":1,"method":"tools/list"}').repeat (300), undefined, { deaf: true }],
    ['ranges that overlap', ping (1, { headers: `Range: bytes=${Array.from ({ length: 200 }, (_, i) => `${i}-`).join (',')}\r\n` })],
])
    test (`an attack with ${attack}: others are served, and it leaves nothing behind`, async () => {
        const attacked = await startWith ({ head_ms: 2000, body_ms: 2000, idle_ms: 2000, write_ms: 2000 },
            { args: ['--connections-max', '512'], env: SANITIZER });
        const attackers = Array.from ({ length: 400 }, () => {
            const socket = net.connect ({ port: attacked.port, host: '127.0.0.1' }).on ('error', () => {});
            socket.write (begin);
            return deaf ? socket.pause () : socket.resume ();
        });
        await waitFor (() => connectionsOf (attacked.port) >= 400, { what: 'the attack' });
        await waitFor (async () => {
            for (const socket of more ? attackers : [])
                socket.write (more);
            assert.equal (await pong (attacked), 200);
            assert.ok (rssMb (attacked) < RSS_MB, `${rssMb (attacked)} MB`);
            return connectionsOf (attacked.port) < 10;
        }, { what: 'that the server has got rid of them' });
        for (const socket of attackers)
            socket.destroy ();
        await waitFor (() => connectionsOf (attacked.port) === 0, { what: 'the end of all' });
        assert.equal (await pong (attacked), 200);
    });

//  The tool itself, against the limits that are shipped: a thousand connections, a minute each.
const SLOWHTTPTEST = ['-c', '1000', '-r', '500', '-l', '60', '-p', '3'];
if (process.env.CLOUDWATCH_MCP_WEATHER)
    for (const [attack, flags] of [
        ['-H, slow headers', ['-H', '-i', '5', '-x', '24']],
        ['-B, slow bodies', ['-B', '-i', '5', '-x', '24', '-s', '8192', '-f', 'application/json']],
        ['-R, ranges', ['-R', '-a', '5', '-b', '3000']],
        ['-X, slow readers', ['-X', '-i', '5', '-k', '10', '-w', '1', '-y', '64', '-n', '5', '-z', '8']],
    ])
        test (`slowhttptest ${attack}: the service stays available, and nothing is left behind`, async () => {
            const attacked = await startServer ({ env: SANITIZER });
            const tool = spawn ('slowhttptest', [...flags, ...SLOWHTTPTEST, '-u', attacked.url], { stdio: ['ignore', 'pipe', 'pipe'] });
            let said = '', over = false;
            for (const stream of [tool.stdout, tool.stderr])
                stream.setEncoding ('utf8').on ('data', text => { said += text; });
            tool.on ('error', error => { said = error.message; over = true; }).on ('close', () => { over = true; });
            await waitFor (async () => {
                assert.equal (await pong (attacked), 200);
                return over;
            }, { deadlineMs: 120_000, what: 'the end of the attack' });
            const plain = said.replaceAll (/\x1b\[[\d;]*[A-Za-z]/g, '');
            assert.match (plain, /Exit status: *(No open connections left|Hit test time limit)/);
            const available = [...plain.matchAll (/service available:\s+(YES|NO)/g)].map (([, word]) => word);
            assert.ok (available.length > 0 && available.every (word => word === 'YES'), plain);
            await waitFor (() => connectionsOf (attacked.port) === 0, { deadlineMs: 90_000, what: 'the end of all' });
            assert.ok (rssMb (attacked) < RSS_MB, `${rssMb (attacked)} MB`);
        });

//  --- The end

test ('SIGTERM: a stream gets its progress and its answer, a connection that is idle is closed, and nobody new is let in', async () => {
    const slowSim = await startSim ();
    const ending = await startServer ({ endpoint: slowSim.url });
    await slowSim.setFaults ({ ListMetrics: { latency_ms: 700 } });
    const idle = new Stayer (ending);
    assert.equal (await idle.asked (), 200);
    let heard = '';
    const stream = converse (ending.port, [posted (tool ('list_metrics', {}, { progressToken: 1 }), { headers: EVENTS })],
        { enough: text => { heard = text; return false; } });
    await waitFor (() => heard.includes ('notifications/progress'), { what: 'progress' });
    const soFar = heard.length;
    ending.signal ('SIGTERM');
    await waitFor (() => idle.closed, { what: 'the end of the idle connection' });
    await waitFor (async () => (await converse (ending.port, [ping (1)])).text === '', { what: 'that nobody is let in' });
    const { text, ended } = await stream;
    const [{ headers, body }] = answersOf (text).answers;
    assert.match (headers ['content-type'], /^text\/event-stream/);
    assert.match (text.slice (soFar), /notifications\/progress/, 'progress goes on');
    assert.equal (eventsOf (body).at (-1).result.isError, false);
    assert.equal (ended, 'closed');
    assert.deepEqual (await ending.end (), { code: 0, signal: null });
});

test ('SIGTERM while AWS hangs: the stream ends with an answer when its deadline comes, and not sooner', async () => {
    const slowSim = await startSim ();
    const ending = await startServer ({ endpoint: slowSim.url, args: ['--call-deadline', '3000'] });
    await slowSim.setFaults ({ '*': { hang: true } });
    const stream = converse (ending.port, [posted (tool ('describe_alarms', { limit: 1 }, { progressToken: 1 }), { headers: EVENTS })]);
    await waitFor (async () => (await slowSim.requests ()).length > 0, { what: 'the request at AWS' });
    ending.signal ('SIGTERM');
    const { text } = await stream;
    const [{ body }] = answersOf (text).answers;
    assert.equal (eventsOf (body).at (-1).result.isError, true);
    assert.match (eventsOf (body).at (-1).result.content [0].text, /did not finish in the [\d.]+ s that it had/);
    assert.deepEqual (await ending.end (), { code: 0, signal: null });
});

test ('a second SIGTERM waits for nobody: the stream is cut, and does not look as if it were whole', async () => {
    const slowSim = await startSim ();
    const ending = await startServer ({ endpoint: slowSim.url, atEnd: () => {} });
    await slowSim.setFaults ({ '*': { hang: true } });
    const stream = converse (ending.port, [posted (tool ('describe_alarms', { limit: 1 }, { progressToken: 1 }), { headers: EVENTS })]);
    await waitFor (async () => (await slowSim.requests ()).length > 0, { what: 'the request at AWS' });
    ending.signal ('SIGTERM');
    await ending.event ('draining');
    ending.signal ('SIGTERM');
    const { text } = await stream;
    assert.match (text, /^HTTP\/1\.1 200 /);
    assert.deepEqual (answersOf (text).answers, [], 'no end of the last chunk');
    assert.equal ((await ending.end ()).code, 128 + 15);
});
