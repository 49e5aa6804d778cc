//  by_hand - one client's connection, request by request: what is sent is what was written, and each answer is read before the next request

import assert from 'node:assert/strict';
import net from 'node:net';
import { after } from 'node:test';

import { waitFor } from './harness.mjs';
import { answersOf } from './wire.mjs';

export const requestOf = (method, target, headers, body = '') =>
    `${method} ${target} HTTP/1.1\r\n${Object.entries (headers).map (([name, value]) => `${name}: ${value}\r\n`).join ('')}\r\n${body}`;

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
        const isHead = request.startsWith ('HEAD ');
        const { answers: [{ status, headers, body }, ...others], rest } = await waitFor (() => {
            const read = answersOf (this.bytes, () => isHead);
            assert.ok (read.answers.length || !this.closed, `closed before its answer to ${request}: ${this.bytes}`);
            return read.answers.length && read;
        }, { what: `the answer to ${request}`, deadlineMs });
        assert.deepEqual (others, [], `one answer to ${request}`);
        const text = Buffer.from (body, 'latin1').toString ('utf8');
        this.bytes = rest;
        return { status, headers, text, json: text.startsWith ('{') ? JSON.parse (text) : undefined };
    }
}
