//  hostile - conversations that no client would have, and what must hold for each
//
//  A conversation is bytes, the pieces that they are sent in, and what is known of its answers. Three kinds:
//
//    told      one seed, or up to a hundred messages in a pipeline that may end in one: each answer is known beforehand, and there is no other
//    slow      a seed that stops somewhere in the middle: nothing, or one 408
//    changed   seeds with bytes lost, doubled, mixed and put in: whatever they mean now, what comes is HTTP, nothing comes that could not have been
//              asked for, and nothing comes behind an answer that ends the connection
//
//  Everything follows from a number, so that what was found can be had again.

import assert from 'node:assert/strict';

import { SEEDS, endsConnection, fits } from './hostile_seeds.mjs';
import { answersOf, converse, ping } from './wire.mjs';

const PIPELINE_MAX = 100;

//  A repeatable source of numbers (mulberry32): below (n) is 0 … n - 1.
export class Chance {
    constructor (seed) {
        this.state = seed >>> 0;
    }

    below (n) {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let x = this.state;
        x = Math.imul (x ^ (x >>> 15), x | 1);
        x ^= x + Math.imul (x ^ (x >>> 7), x | 61);
        return ((x ^ (x >>> 14)) >>> 0) % n;
    }

    of (list) {
        return list [this.below (list.length)];
    }
}

//  Cut into pieces: whole, byte by byte, at one place, or anywhere.
function cut (chance, bytes) {
    switch (chance.below (4)) {
    case 0: return [bytes];
    case 1: return bytes.length <= 600 ? [...bytes] : [bytes];
    case 2: return split (bytes, 1 + chance.below (bytes.length));
    default: {
        const pieces = [];
        for (let from = 0; from < bytes.length;) {
            const size = 1 + chance.below (200);
            pieces.push (bytes.slice (from, from + size));
            from += size;
        }
        return pieces;
    }
    }
}

export const split = (bytes, at) => [bytes.slice (0, at), bytes.slice (at)].filter (piece => piece);

//  The last request of a conversation: answered, it ends it; and behind a refusal it must not be.
const LAST = ping ('last', { headers: 'Connection: close\r\n' });

//  A seed alone, and what must come.
export const told = (seed, pieces = [seed.bytes]) => ({ what: seed.what, pieces: [...pieces, LAST], expect: [seed] });

function toldPipeline (chance) {
    const good = SEEDS.filter (seed => !endsConnection (seed));
    const expect = Array.from ({ length: 1 + chance.below (PIPELINE_MAX) }, () => chance.of (good));
    if (chance.below (2))
        expect.push (chance.of (SEEDS));
    const bytes = expect.map (seed => seed.bytes).join ('') + LAST;
    return { what: `${expect.length} in a pipeline, up to ${expect.at (-1).what}`, pieces: cut (chance, bytes), expect };
}

function slow (chance) {
    const seed = chance.of (SEEDS);
    return { what: `a part of ${seed.what}`, pieces: cut (chance, seed.bytes.slice (0, 1 + chance.below (seed.bytes.length - 1))) };
}

const PUT_IN = ['\n', '\r', '\r\n', '\r\n\r\n', '\x00', ' ', '\t', ':', ';', ',', '0', 'f', '\xff', '\x0b', '0\r\n\r\n', 'Content-Length: 0\r\n',
    'Content-Length: 40\r\n', 'Transfer-Encoding: chunked\r\n', 'Host: a\r\n', 'Expect: 100-continue\r\n', 'Connection: close\r\n', 'HTTP/1.1\r\n',
    'HTTP/1.0', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'ffffffffffffffff', ping ('putin')];

function changed (chance) {
    let bytes = Array.from ({ length: 1 + chance.below (3) }, () => chance.of (SEEDS).bytes).join ('');
    for (let i = 1 + chance.below (6); i > 0; i--) {
        const at = chance.below (bytes.length + 1), size = 1 + chance.below (chance.below (4) ? 4 : 200);
        const [before, here, after] = [bytes.slice (0, at), bytes.slice (at, at + size), bytes.slice (at + size)];
        switch (chance.below (6)) {
        case 0: bytes = before + after; break;
        case 1: bytes = before + here + here + after; break;
        case 2: bytes = before + chance.of (PUT_IN) + here + after; break;
        case 3: bytes = before + String.fromCharCode (chance.below (256)) + here.slice (1) + after; break;
        case 4: bytes = before + [...here].reverse ().join ('') + after; break;
        default: bytes = before + chance.of (SEEDS).bytes.slice (0, chance.below (400)) + here + after;
        }
    }
    return { what: 'changed seeds', pieces: cut (chance, bytes + LAST) };
}

export function conversation (number) {
    const chance = new Chance (number);
    const make = [toldPipeline, chance => told (chance.of (SEEDS)), changed, changed, changed, changed, changed, slow];
    const made = chance.of (make) (chance);
    return { ...made, number };
}

//  --- What must hold

const count = (text, part) => text.split (part).length - 1;
const isHead = seed => seed?.bytes.startsWith ('HEAD');

//  Each answer is the one that was due, in this order; then the last, unless the connection ended before it.
function checkTold ({ expect }, text, answers, rest) {
    const over = expect.some (endsConnection);
    assert.equal (rest, '', 'there is something behind the answers');
    assert.equal (answers.length, expect.length + (over ? 0 : 1), 'as many answers as requests');
    for (const [i, seed] of expect.entries ())
        assert.ok (fits (seed, answers [i].status, answers [i].closes), `${seed.what}: ${answers [i].status}, and not ${seed.statuses}`);
    if (!over)
        assert.match (answers.at (-1).body, /"id":"last"/);
    assert.ok (!text.includes ('"id":"smuggled"'), 'a body was taken for a request');
}

//  What nobody can tell beforehand has bounds all the same.
function checkChanged (sent, text, answers) {
    assert.ok (answers.length <= count (sent, 'HTTP/') + 1, `${answers.length} answers, and one of them nobody can have asked for`);
    const blankless = sent.replaceAll (/[ \t\r\n]/g, '');
    for (const id of ['1', '"last"', '"putin"', '"smuggled"'])
        assert.ok (count (text, `"id":${id},`) <= count (blankless, `"id":${id}`), `${id} was answered more often than it was asked`);
}

//  Throws when something does not hold that must. The neighbour is another client of the server.
export async function check (port, conversation, neighbour) {
    const { pieces, expect } = conversation;
    const sent = pieces.join ('');
    const { text, ended } = await converse (port, pieces, { between: () => neighbour.read () });
    //  HEAD may have been made of anything, and its answers are none that can be read without knowing
    if (!expect && /HEAD/.test (sent))
        return;
    const { answers: all, rest } = answersOf (text, i => isHead (expect?.[i]));
    const answers = all.filter (({ status }) => status !== 100);
    assert.notEqual (ended, 'nothing', 'the server neither answers nor closes');
    const closing = answers.findIndex (({ closes }) => closes);
    assert.ok (closing < 0 || (closing === answers.length - 1 && rest === ''), 'there is something behind an answer that ends the connection');
    if (expect)
        checkTold (conversation, text, answers, rest);
    else
        checkChanged (sent, text, answers);
}
