//  A hundred thousand matching events in forty groups, some of them hundreds in one millisecond: every one comes exactly once, in order, whatever
//  happens in between.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { call, startServer, startSim } from './harness.mjs';

const GROUPS = 40, EVENTS = 100_000;

const sim = await startSim ({ args: ['--log-groups', String (GROUPS), '--log-events', String (EVENTS)] });
const server = await startServer ({ endpoint: sim.url, args: ['--quota-per-s', '1000'] });

//  Two hours, so that all of it is inside; said as times, so that both orders search the same.
const minute = ago => new Date (Math.floor (Date.now () / 60000 - ago) * 60000).toISOString ();
const SEARCH = { prefix: 'test-', pattern: 'bulk', start_time: minute (120), end_time: minute (0), limit: 10_000, max_bytes: 1_048_576 };

//  All pages. An answer that broke off, or a page that failed in passing, is asked again from where it stopped.
async function everything (args, { meanwhile = async () => {} } = {}) {
    const rows = [];
    let token, pages = 0, failed = 0;
    do {
        await meanwhile (pages);
        const result = await call (server, 'search_log_events', token ? { ...args, next_token: token } : args);
        assert.ok (pages + failed < 500, 'it ends');
        if (result.isError) {
            failed++;
            assert.match (result.content [0].text, /throttled|again/i, result.content [0].text);
            continue;
        }
        const { columns, rows: page, next_token: next } = result.structuredContent;
        assert.deepEqual (columns, ['time', 'group', 'stream', 'message']);
        assert.ok (!token || (next?.length ?? 0) <= 4096);
        rows.push (...page);
        token = next;
        pages++;
    } while (token || pages === 0);
    return { rows, pages, failed };
}

const identity = ([, group, , message]) => `${group} ${message.match (/ n=(\d+)/) [1]}`;

function expectEverything (rows, newest) {
    assert.equal (rows.length, EVENTS);
    assert.equal (new Set (rows.map (identity)).size, EVENTS, 'no event twice');
    assert.equal (new Set (rows.map (row => row [1])).size, GROUPS);
    for (let i = 1; i < rows.length; i++)
        assert.ok (newest ? rows [i - 1] [0] >= rows [i] [0] : rows [i - 1] [0] <= rows [i] [0], `row ${i}: ${rows [i - 1] [0]}, ${rows [i] [0]}`);
    const inOneMillisecond = rows.reduce ((most, row, i) => {
        most.run = i && rows [i - 1] [0] === row [0] ? most.run + 1 : 1;
        most.longest = Math.max (most.longest, most.run);
        return most;
    }, { run: 0, longest: 0 });
    assert.ok (inOneMillisecond.longest >= 200, `${inOneMillisecond.longest} in one millisecond`);
}

for (const order of ['newest', 'oldest'])
    test (`all events, ${order} first`, async () => {
        const { rows, pages } = await everything ({ ...SEARCH, order });
        assert.ok (pages >= EVENTS / SEARCH.limit);
        expectEverything (rows, order === 'newest');
    });

test ('all events, while a third of the requests is throttled and some fail', async () => {
    const faults = [
        { FilterLogEvents: { throttle_rate: 0.3 } },
        { FilterLogEvents: { error_rate: 0.2, error_status: 500 } },
        {},
    ];
    const { rows } = await everything ({ ...SEARCH, order: 'newest' }, { meanwhile: page => sim.setFaults (faults [page % faults.length]) });
    await sim.setFaults ({});
    expectEverything (rows, true);
});

test ('a first page of fifty does not read everything', async () => {
    const before = (await sim.requests ()).at (-1)?.seq ?? 0;
    const { structuredContent } = await call (server, 'search_log_events', { ...SEARCH, limit: 50 });
    assert.equal (structuredContent.rows.length, 50);
    assert.ok (structuredContent.next_token.length <= 128, `${structuredContent.next_token.length} bytes`);
    assert.match (structuredContent.note, /50 of at least/);
    const asked = (await sim.requests ()).filter (request => request.seq > before && request.operation === 'FilterLogEvents');
    assert.ok (asked.length >= GROUPS && asked.length <= 2 * GROUPS, `${asked.length} requests`);
});
