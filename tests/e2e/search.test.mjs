//  Searching logs as a person does: what went wrong, where, and all of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { call, startServer, startSim } from './harness.mjs';

const sim = await startSim ();
const server = await startServer ({ endpoint: sim.url });

async function ask (name, args) {
    const result = await call (server, name, args);
    assert.ok (!result.isError, result.content?.[0]?.text);
    return result.structuredContent;
}

//  The rows of all pages, and how many pages there were.
async function all (args) {
    const rows = [];
    let token, pages = 0;
    do {
        const answer = await ask ('search_log_events', token ? { ...args, next_token: token } : args);
        rows.push (...answer.rows);
        token = answer.next_token;
        assert.ok (!token || token.length <= 128, token);
        assert.ok (++pages < 500, 'paging ends');
    } while (token);
    return { rows, pages };
}

const hour = new Date (Date.now () - 2 * 3600 * 1000).toISOString (), now = new Date (Date.now () - 60 * 1000).toISOString ();
const QUESTION = { prefix: '/ecs/shop/', pattern: 'ERROR', start_time: hour, end_time: now, max_bytes: 1048576 };

test ('every error of many groups comes once, newest first, in pages of any size', async () => {
    const whole = await all ({ ...QUESTION, limit: 10000 }), pages = await all ({ ...QUESTION, limit: 61 });
    assert.ok (whole.rows.length > 200, `${whole.rows.length} errors`);
    assert.ok (pages.pages > 3);
    assert.deepEqual (pages.rows, whole.rows);
    const times = whole.rows.map (row => row [0]);
    assert.deepEqual (times, times.toSorted ().reverse ());
    assert.ok (new Set (whole.rows.map (row => row [1])).size > 1, 'of more than one group');
    assert.ok (whole.rows.every (row => row [3].includes ('ERROR')));
});

test ('oldest first are the same rows', async () => {
    const newest = await all ({ ...QUESTION, limit: 10000 }), oldest = await all ({ ...QUESTION, limit: 300, order: 'oldest' });
    const times = oldest.rows.map (row => row [0]);
    assert.deepEqual (times, times.toSorted ());
    assert.deepEqual (oldest.rows.map (String).sort (), newest.rows.map (String).sort ());
});

test ('a group that does not exist is left out and named, and alone it is an error that helps', async () => {
    const answer = await ask ('search_log_events', { log_groups: ['/ecs/shop/orders', '/ecs/shop/odrers'], limit: 3 });
    assert.equal (answer.rows.length, 3);
    assert.match (answer.note, /Left out: \/ecs\/shop\/odrers: There is no log group/);
    const result = await call (server, 'search_log_events', { log_groups: ['/ecs/shop/odrers'] });
    assert.ok (result.isError);
    assert.match (result.content [0].text, /There is no log group "\/ecs\/shop\/odrers" in .*describe_log_groups with a pattern/);
});

test ('a pattern that is none is answered with the syntax', async () => {
    const result = await call (server, 'search_log_events', { log_groups: ['/ecs/shop/orders'], pattern: '{ $.level = ' });
    assert.ok (result.isError);
    assert.match (result.content [0].text, /A pattern is terms that must all be there/);
});

test ('from a stream that wrote lately to its lines', async () => {
    const { log_streams: streams } = await ask ('filter_log_streams', { log_group: '/ecs/shop/orders', start_time: '-1h', limit: 1 });
    assert.equal (streams.length, 1);
    const { rows } = await ask ('search_log_events', { log_groups: ['/ecs/shop/orders'], streams: [streams [0] [0]], limit: 5 });
    assert.ok (rows.length > 0 && rows.every (row => row [1] === streams [0] [0]));
});
