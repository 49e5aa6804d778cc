//  by_hand - HTTP for tests that mind each byte: what is sent is what was written, and the answers are read off one connection in their order

import assert from 'node:assert/strict';
import net from 'node:net';
import { after } from 'node:test';

import { waitFor } from './harness.mjs';

export const requestOf = (method, target, headers, body = '') =>
    `${method} ${target} HTTP/1.1\r\n${Object.entries (headers).map (([name, value]) => `${name}: ${value}\r\n`).join ('')}\r\n${body}`;

//  The first whole answer in the bytes, and what is behind it. Null: there is more to come.
function answerIn (bytes, method) {
    const end = bytes.indexOf ('\r\n\r\n');
    if (end < 0)
        return null;
    const [first, ...lines] = bytes.slice (0, end).split ('\r\n');
    const headers = Object.fromEntries (lines.map (line => [line.split (':') [0].toLowerCase (), line.slice (line.indexOf (':') + 1).trim ()]));
    const status = Number (first.match (/^HTTP\/1\.1 (\d{3}) /) [1]);
    let body = '', rest = bytes.slice (end + 4);
    if (headers ['transfer-encoding'] === 'chunked')
        for (let size = -1; size !== 0;) {
            const [, hex] = rest.match (/^([0-9a-f]+)\r\n/i) ?? [];
            size = parseInt (hex, 16);
            if (!hex || rest.length < hex.length + 2 + size + 2)
                return null;
            body += rest.substr (hex.length + 2, size);
            rest = rest.slice (hex.length + 2 + size + 2);
        }
    else if (method !== 'HEAD') {
        const size = Number (headers ['content-length']);
        if (rest.length < size)
            return null;
        [body, rest] = [rest.slice (0, size), rest.slice (size)];
    }
    const text = Buffer.from (body, 'latin1').toString ('utf8');
    return { answer: { status, headers, text, json: text.startsWith ('{') ? JSON.parse (text) : undefined }, rest };
}

export class Wire {
    constructor ({ port }) {
        this.port = port;
        this.bytes = '';                //  That came, and have not been read
        this.closed = false;
        this.socket = net.connect (port, '127.0.0.1').setEncoding ('latin1');
        this.socket.on ('data', data => { this.bytes += data; }).on ('error', () => {}).on ('close', () => { this.closed = true; });
        after (() => this.socket.destroy ());
    }

    //  Sends a request, and reads its answer.
    async ask (request, deadlineMs) {
        this.socket.write (request);
        const [line] = request.split ('\r\n');
        const { answer, rest } = await waitFor (() => {
            const found = answerIn (this.bytes, line.split (' ') [0]);
            assert.ok (found || !this.closed, `closed before its answer to ${request}: ${this.bytes}`);
            return found;
        }, { what: `the answer to ${request}`, deadlineMs });
        this.bytes = rest;
        return answer;
    }
}
