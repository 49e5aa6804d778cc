//  wire - HTTP byte for byte: sends exactly these bytes, in these pieces, and reads what comes back as strictly as a proxy would
//
//  Nothing here knows MCP. Text is Latin-1, so that a character is a byte.

import fs from 'node:fs';
import net from 'node:net';

const DEADLINE_MS = 60_000;
const LISTENS = '0A';
const QUESTION = 'OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n';

//  Another client of the same server. A server that serves its clients in turn has read all that others sent before this one asked two questions by
//  the time that it has answered them (the first may be answered in the turn in which the others are read). So it is known that two pieces were two.
export class Neighbour {
    constructor (port) {
        this.port = port;
        this.waiting = [];
        this.asking = [];
    }

    //  Ends when the server has read what was sent so far; or when there is none any more, which others will notice.
    read () {
        return new Promise (resolve => {
            this.waiting.push (resolve);
            this.ask ();
        });
    }

    ask () {
        if (this.asking.length > 0 || this.waiting.length === 0)
            return;
        [this.asking, this.waiting] = [this.waiting, []];
        this.answers = 0;
        this.socket ??= this.connect ();
        this.socket.write (QUESTION);
    }

    connect () {
        const socket = net.connect ({ port: this.port, host: '127.0.0.1', noDelay: true });
        let text = '';
        socket.setEncoding ('latin1').on ('data', data => {
            text += data;
            if (!text.endsWith ('\r\n\r\n'))
                return;
            text = '';
            if (++this.answers < 2) {
                socket.write (QUESTION);
                return;
            }
            this.asking.splice (0).forEach (resolve => resolve ());
            this.ask ();
        });
        return socket.on ('error', () => {}).on ('close', failed => {
            this.socket = undefined;
            if (failed)
                [...this.asking.splice (0), ...this.waiting.splice (0)].forEach (resolve => resolve ());
            else                        //  It was idle, and closed just as we asked
                this.waiting.push (...this.asking.splice (0));
            this.ask ();
        });
    }

    leave () {
        this.socket?.destroy ();
    }
}

//  Sends the pieces on one connection until enough (text) says so or the server has closed. Gives the text that came and how it ended: "closed",
//  "reset", "enough", or "nothing" when the server was silent for too long.
//  halfClose: shuts our side behind the last piece. between: what to wait for between two pieces; without it they may well arrive as one.
export function converse (port, pieces, { host = '127.0.0.1', enough, halfClose = false, between } = {}) {
    return new Promise (resolve => {
        let text = '', ended = 'closed', over = false;
        const socket = net.connect ({ port, host, noDelay: true, allowHalfOpen: halfClose });
        const leave = how => { ended = how; socket.destroy (); };
        socket.setEncoding ('latin1').on ('data', data => {
            text += data;
            if (enough?.(text))
                leave ('enough');
        });
        socket.on ('end', () => socket.destroy ()).on ('error', () => { ended = 'reset'; });
        socket.on ('close', () => { over = true; resolve ({ text, ended }); });
        socket.setTimeout (DEADLINE_MS, () => leave ('nothing'));
        socket.on ('connect', async () => {
            for (const [i, piece] of pieces.entries ()) {
                if (over)
                    return;
                if (i > 0)
                    await between?.();
                socket.write (piece, 'latin1');
            }
            if (halfClose)
                socket.end ();
        });
    });
}

//  The answers that a text is made of: { status, headers (names in small letters), body, closes }, and what stands behind the last whole one. Throws
//  a sentence when it is no HTTP. An answer to HEAD has no body, so which are must be known: isHead (index).
export function answersOf (text, isHead = () => false) {
    const answers = [];
    let rest = text;
    for (;;) {
        const end = rest.indexOf ('\r\n\r\n');
        if (end < 0)
            return { answers, rest };
        const [line, ...fields] = rest.slice (0, end).split ('\r\n');
        const [, status] = line.match (/^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]+$/) ?? fail (`no status line: ${JSON.stringify (line)}`);
        const headers = {};
        for (const field of fields) {
            const [, name, value] = field.match (/^([A-Za-z-]+): ([\x20-\x7e]*)$/) ?? fail (`no header: ${JSON.stringify (field)}`);
            if (name.toLowerCase () in headers)
                fail (`${name} is said twice`);
            headers [name.toLowerCase ()] = value;
        }
        const answer = { status: Number (status), headers, body: '', closes: headers.connection === 'close' };
        rest = rest.slice (end + 4);
        if (answer.status >= 200 && answer.status !== 204 && !isHead (answers.filter (one => one.status >= 200).length)) {
            const body = bodyOf (headers, rest);
            if (!body)
                return { answers, rest: text.slice (text.length - rest.length - end - 4) };
            answer.body = body.text;
            rest = rest.slice (body.size);
        }
        answers.push (answer);
    }
}

function fail (sentence) {
    throw new Error (sentence);
}

//  The body at the beginning of the text, and how many bytes of the text it takes; undefined while it is not whole.
function bodyOf (headers, text) {
    const length = headers ['content-length'];
    if ((length === undefined) === (headers ['transfer-encoding'] === undefined))
        fail ('an answer says its length once, or comes in chunks');
    if (length !== undefined)
        return text.length >= Number (length) ? { text: text.slice (0, Number (length)), size: Number (length) } : undefined;
    let size = 0, whole = '';
    for (;;) {
        const end = text.indexOf ('\r\n', size);
        if (end < 0)
            return undefined;
        const [digits] = text.slice (size, end).match (/^[0-9a-f]+$/) ?? fail (`no size of a chunk: ${JSON.stringify (text.slice (size, end))}`);
        const bytes = parseInt (digits, 16);
        if (text.length < end + 2 + bytes + 2)
            return undefined;
        if (text.slice (end + 2 + bytes, end + 4 + bytes) !== '\r\n')
            fail ('a chunk does not end where it says');
        whole += text.slice (end + 2, end + 2 + bytes);
        size = end + 4 + bytes;
        if (bytes === 0)
            return { text: whole, size };
    }
}

//  A request, with the headers that a message to MCP needs, unless others are given; and the one that costs least.
export function posted (body, { path = '/mcp', version = '1.1', headers = '' } = {}) {
    const all = `Host: localhost\r\nContent-Type: application/json\r\n${headers}Content-Length: ${body.length}\r\n`;
    return `POST ${path} HTTP/${version}\r\n${all}\r\n${body}`;
}

export const ping = (id, options) => posted (JSON.stringify ({ jsonrpc: '2.0', id, method: 'ping' }), options);

//  The kernel's lines of what the server on this port has accepted and not closed; from: only those of the client at that port of its own.
function acceptedBy (port, from) {
    const lines = ['tcp', 'tcp6'].flatMap (file => fs.readFileSync (`/proc/net/${file}`, 'utf8').trim ().split ('\n').slice (1));
    const portOf = address => parseInt (address.split (':') [1], 16);
    return lines.map (line => line.trim ().split (/\s+/)).filter (line => {
        //  sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode; without an inode nobody has it (proc(5))
        const [, local, remote, state, , , , , , inode] = line;
        return portOf (local) === port && (!from || portOf (remote) === from) && state !== LISTENS && inode !== '0';
    });
}

//  How many connections that are.
export const connectionsOf = (port, from) => acceptedBy (port, from).length;

//  How many bytes were sent to the server on this port that it has not read.
export const unreadOf = port => acceptedBy (port).reduce ((sum, line) => sum + parseInt (line [4].split (':') [1], 16), 0);
