//  What no client would send, and worse: the seeds of hostile_seeds.mjs, cut at every byte, in pipelines, and changed by chance. The server answers
//  each request once and in order, nothing that was none, and lives; under the sanitizers, which have their own say when it ends.
//
//  CLOUDWATCH_MCP_WEATHER: so many seconds; `make weather` sets it to FUZZ_SECONDS (600).

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, test } from 'node:test';

import { Chance, check, conversation, split, told } from './hostile.mjs';
import { LIMITS, SEEDS } from './hostile_seeds.mjs';
import { folderOf, post, startServer, waitFor } from './harness.mjs';
import { Neighbour } from './wire.mjs';

const SECONDS = Number (process.env.CLOUDWATCH_MCP_WEATHER ?? 8);
const UNTIL = Date.now () + SECONDS * 1000;
const AT_ONCE = 64;

//  Slow is soon: what waits for more than it gets is told so. Told conversations have as long as they need.
const CONFIG = JSON.stringify ({ ...LIMITS, head_ms: 10_000, body_ms: 10_000 });
const IMPATIENT = JSON.stringify ({ ...LIMITS, head_ms: 500, body_ms: 500, idle_ms: 1000 });

//  A quarantine of freed memory would look like growth.
const SANITIZER = { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1` };
const RSS_MB = 128;                 //  Of a build under AddressSanitizer, which begins with 45

const folder = folderOf ({ 'patient.json': CONFIG, 'impatient.json': IMPATIENT });
const patient = await startServer ({ args: ['--config', `${folder}/patient.json`], env: SANITIZER });
const impatient = await startServer ({ args: ['--config', `${folder}/impatient.json`], env: SANITIZER });

const descriptors = server => fs.readdirSync (`/proc/${server.child.pid}/fd`).length;
const megabytes = server => Number (fs.readFileSync (`/proc/${server.child.pid}/status`, 'utf8').match (/VmRSS:\s+(\d+)/) [1]) / 1024;
const neighbours = new Map ([patient, impatient].map (server => [server, new Neighbour (server.port)]));
after (() => neighbours.forEach (neighbour => neighbour.leave ()));
const open = new Map ([patient, impatient].map (server => [server, descriptors (server)]));

//  Takes conversations until there are none, many at once. The first that fails ends it, and says how to have it again.
async function run (conversations) {
    let done = 0;
    const one = async () => {
        for (const each of conversations) {
            const server = each.expect ? patient : impatient;
            await check (server.port, each, neighbours.get (server)).catch (error => {
                const found = `${each.what} (${each.number ?? 'a seed'}), ${JSON.stringify (each.pieces.join (''))}`;
                throw new Error (`${found}: ${error.message}\n${server.said ()}`);
            });
            done++;
        }
    };
    await Promise.all (Array.from ({ length: AT_ONCE }, one));
    return done;
}

//  It lives, keeps nothing, and answers.
async function stillWell () {
    for (const server of [patient, impatient]) {
        assert.equal ((await post (server, { jsonrpc: '2.0', id: 1, method: 'ping' })).status, 200);
        await waitFor (() => descriptors (server) <= open.get (server) + 1, { what: `no descriptors but those of the beginning, and a neighbour's` });
        assert.ok (megabytes (server) < RSS_MB, `${megabytes (server)} MB`);
    }
}

test ('each seed is answered as it must be, in one piece and byte by byte', async () => {
    await run ([...SEEDS.map (seed => told (seed)), ...SEEDS.map (seed => told (seed, [...seed.bytes]))].values ());
    await stillWell ();
});

//  As many of the places as there is time for, in any order: in the long run all of them.
test ('cut at any byte, a seed is answered as in one piece', async () => {
    const chance = new Chance (Date.now ());
    const places = SEEDS.flatMap (seed => Array.from ({ length: seed.bytes.length - 1 }, (_, at) => ({ seed, at: at + 1 })));
    const until = Date.now () + SECONDS * 1000 / 4;
    function *cuts () {
        while (places.length > 0 && Date.now () < until) {
            const last = places.length - 1, any = chance.below (places.length);
            [places [any], places [last]] = [places [last], places [any]];
            const { seed, at } = places.pop ();
            yield { ...told (seed, split (seed.bytes, at)), number: `cut at ${at}` };
        }
    }
    assert.ok (await run (cuts ()) > 0);
    await stillWell ();
});

test ('pipelines, parts, and what chance makes of them: nothing is answered twice, or unasked, and nothing is left behind', async t => {
    const first = Date.now ();
    function *many () {
        for (let number = first; Date.now () < UNTIL; number++)
            yield conversation (number);
    }
    t.diagnostic (`${await run (many ())} conversations from number ${first} on`);
    await stillWell ();
    t.diagnostic (`${megabytes (patient).toFixed (0)} and ${megabytes (impatient).toFixed (0)} MB at the end`);
});
