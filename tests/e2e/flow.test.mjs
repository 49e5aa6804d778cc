//  The page /flow, in a real Chromium: as an operator finds it, uses it, and leaves it open over a restart.
//
//  What it looked like is kept in build/screenshots.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startBrowser } from './chromium.mjs';
import { call, request, startEndpoint, startServer, startSim, waitFor } from './harness.mjs';

const sim = await startSim ();
const browser = await startBrowser ();

const LIVE = 'document.querySelector ("#link").dataset.state === "live"';
const rows = count => `document.querySelectorAll ("#rows tr").length === ${count}`;
const OPEN = 'document.querySelectorAll ("#waterfall li").length > 5';
const SEARCH = { log_groups: ['/aws/lambda/shop-email-render'] };

//  A page that is open and has its figures.
async function flow (server, { hash = '', ...options } = {}) {
    const page = await browser.openPage (options);
    await page.open (`${server.adminUrl}/flow${hash}`);
    await page.shows (LIVE);
    await page.shows ('document.querySelector ("#drawing svg .box")');
    return page;
}

//  A search that took long because its first attempt was throttled; gives the call as the server keeps it.
async function slowSearch (server) {
    await sim.setFaults ({ FilterLogEvents: { throttle_rate: 1, count: 1 } });
    await call (server, 'search_log_events', SEARCH);
    await sim.setFaults ({});
    return (await request (`${server.adminUrl}/trace/calls?tool=search_log_events&limit=1`)).json.calls [0];
}

const nothingWrong = page => assert.deepEqual (page.errors, []);

test ('somebody who opens it cold sees the pipeline and each call as it ends', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const page = await flow (server);
    assert.match (await page.text ('#count'), /No call yet/);
    for (const words of ['Clients', 'Gateway', 'logs queue', 'metrics queue', 'alarms queue', 'logs: 1 worker', 'not asked for'])
        assert.ok ((await page.value ('document.querySelector ("#drawing").textContent')).includes (words), words);
    await page.shoot ('flow-idle');
    await call (server, 'describe_log_groups');
    await page.shows (rows (1));
    for (let i = 0; i < 3; i++)
        await call (server, 'list_metrics', { namespace: 'AWS/SQS', metric_name: `Metric${i}` });
    await page.shows (rows (4));
    assert.equal (await page.text ('#rows tr:first-child a'), 'list_metrics');
    assert.equal (await page.text ('#rows tr:last-child a'), 'describe_log_groups');
    await page.shows ('document.querySelector ("#drawing").textContent.includes ("AWS DescribeLogGroups")');
    await page.shows ('document.querySelectorAll ("#drawing circle").length > 0');
    await page.shows (`new Promise (done => {
        const circle = document.querySelector ('#drawing circle'), at = circle?.getAttribute ('cx');
        requestAnimationFrame (() => requestAnimationFrame (() => done (circle?.isConnected && circle.getAttribute ('cx') !== at)));
    })`);
    await page.shoot ('flow-live');
    nothingWrong (page);
});

test ('a slow call is explained: a click, and a sentence names the attempt', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const page = await flow (server);
    const slow = await slowSearch (server);
    await page.shows (rows (1));
    await page.click ('#rows a');
    await page.shows (OPEN);
    assert.match (await page.text ('#story'), /^\d+ of \d+ ms: pausing after FilterLogEvents attempt 1 of 2 \(ThrottlingException, 400\)/);
    assert.match (await page.text ('#also'), /AWS FilterLogEvents, attempt 1 of 2 failed after .* ms: ThrottlingException, 400\./);
    const titles = await page.value ('[...document.querySelectorAll ("#waterfall .title")].map (one => one.textContent)');
    assert.deepEqual (titles.filter (title => title.startsWith ('AWS')),
        ['AWS FilterLogEvents, attempt 1 of 2', 'AWS FilterLogEvents, attempt 2 of 2']);
    assert.ok (await page.value ('document.querySelector (".heavy .step.wait") !== null'), 'the pause is hatched, and stands out');
    assert.ok (await page.value ('document.querySelectorAll (".track .path").length > 0'), 'the critical path is marked');

    //  The whole of the call's time is somebody's: the path's pieces fill the axis.
    const filled = await page.value ('[...document.querySelectorAll (".track .path")].reduce ((sum, one) => sum + parseFloat (one.style.width), 0)');
    assert.ok (filled > 99 && filled < 101, `${filled} %`);

    //  Attributes of a step, by key
    await page.value ('document.querySelector ("#waterfall li.failed button").focus ()');
    await page.press ('Enter');
    await page.shows ('document.querySelector ("#waterfall li.failed dl")');
    assert.match (await page.text ('#waterfall li.failed dl'), /aws\.request_id\s+[0-9a-f-]{36}/);
    await page.shoot ('flow-call');

    //  The sentence leads to its step, Escape back to the row
    await page.click ('#story a');
    assert.match (await page.value ('document.activeElement.getAttribute ("aria-label")'), /^backoff: .* waiting, on the critical path/);
    assert.equal (await page.value ('location.hash'), `#call=${slow.number}:${slow.trace_id}`);
    await page.press ('Escape');
    await page.shows ('document.querySelector ("#call").hidden && document.activeElement.closest ("#rows")');
    assert.equal (await page.value ('location.hash'), '');
    nothingWrong (page);
});

test ('its address is a permalink of the filters and of the open call', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const slow = await slowSearch (server);
    await call (server, 'describe_alarms');
    const fails = await call (server, 'search_log_events', { log_groups: ['/no/such/group'] });
    assert.ok (fails.isError);
    const page = await flow (server);
    await page.shows (rows (3));

    const choose = (name, value) => page.value (`(() => {
        const field = document.querySelector ('[name=${name}]');
        field.value = ${JSON.stringify (value)};
        field.dispatchEvent (new Event ('input', { bubbles: true }));
    }) ()`);
    await choose ('tool', 'describe_alarms');
    await page.shows (rows (1));
    assert.equal (await page.text ('#rows a'), 'describe_alarms');
    await choose ('tool', '');
    await choose ('status', 'error');
    await page.shows (rows (1));
    assert.equal (await page.value ('location.hash'), '#status=error');
    await choose ('status', '');
    await page.value ('document.querySelector ("[name=trace]").focus ()');
    await page.type (slow.trace_id.slice (0, 10));
    await page.shows (rows (1));
    assert.equal (await page.value ('location.hash'), `#trace=${slow.trace_id.slice (0, 10)}`);
    await choose ('slow_ms', String (Math.ceil (slow.total_us / 1000) + 1));
    await page.shows (rows (0));
    assert.match (await page.text ('#count'), /None of 3 calls passes these filters/);
    await page.click ('button[type=reset]');
    await page.shows (rows (3));
    assert.equal (await page.value ('location.hash'), '');

    for (const name of [`${slow.number}:${slow.trace_id}`, slow.trace_id, slow.number]) {
        await page.open (`${server.adminUrl}/flow#tool=search_log_events&call=${name}`);
        await page.shows (OPEN);
        await page.shows (rows (2));
        assert.match (await page.text ('#identity'), new RegExp (slow.trace_id));
        assert.equal (await page.value ('document.querySelector ("[name=tool]").value'), 'search_log_events');
        assert.equal (await page.value ('document.activeElement.id'), 'call-title');
    }
    await page.open (`${server.adminUrl}/flow#call=7777:${'0'.repeat (32)}`);
    await page.shows ('document.querySelector ("#story").textContent.includes ("not among the last 2,000")');
    assert.deepEqual (page.errors.filter (error => !/404/.test (error)), []);
});

test ('while it is paused nothing moves, and what came meanwhile is counted', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const page = await flow (server);
    await call (server, 'describe_alarms');
    await page.shows (rows (1));
    await page.click ('#pause');
    assert.equal (await page.value ('document.querySelector ("#pause").getAttribute ("aria-pressed")'), 'true');
    await call (server, 'describe_alarms', { limit: 2 });
    await page.shows ('document.querySelector ("#count").textContent.includes ("Paused: 1 new call")');
    assert.ok (await page.value (rows (1)));
    await page.click ('#pause');
    await page.shows (rows (2));
    nothingWrong (page);
});

test ('rows stay put under the pointer, and the focus stays on its row', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const page = await flow (server);
    await call (server, 'describe_alarms');
    await page.shows (rows (1));
    await page.click ('#rows a');
    await page.shows (OPEN);
    await page.press ('Escape');
    await page.shows ('document.activeElement.closest ("#rows tr")?.dataset.number === "1"');
    await page.point ('#rows a');
    await call (server, 'describe_alarms', { limit: 2 });
    await page.shows ('document.querySelector ("#count").textContent.includes ("Held under the pointer: 1 new call")');
    assert.ok (await page.value (rows (1)));
    await page.moveAway ();
    await page.shows (rows (2));
    assert.equal (await page.value ('document.activeElement.closest ("#rows tr").dataset.number'), '1');
    nothingWrong (page);
});

test ('it says that the server is away, and goes on when there is a new one', async () => {
    const stops = [];
    const begin = args => startServer ({ endpoint: sim.url, args, atEnd: stop => stops.push (stop) });
    const first = await begin ([]);
    const page = await flow (first);
    await call (first, 'describe_alarms');
    await page.shows (rows (1));
    await page.click ('#rows a');
    await page.shows (OPEN);
    await page.moveAway ();
    await stops [0] ();
    await page.shows ('document.querySelector ("#link").dataset.state === "lost"');
    assert.match (await page.text ('#link'), /^Disconnected/);
    assert.ok (await page.value (rows (1)), 'what was there stays');
    await page.shoot ('flow-lost');
    const second = await begin (['--admin-port', new URL (first.adminUrl).port]);
    assert.equal (second.adminUrl, first.adminUrl);
    await page.shows (LIVE);
    await page.shows ('document.querySelector ("#story").textContent.includes ("started again")');
    await page.shows (rows (0));
    await call (second, 'describe_log_groups');
    await page.shows (rows (1));
    assert.equal (page.loads, 2, 'nobody loaded it again');
    assert.deepEqual (page.errors.filter (error => !/ERR_|404/.test (error)), []);
    await stops [1] ();
});

test ('what AWS says is text on it, and nothing else', async () => {
    const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const endpoint = await startEndpoint ((asked, answer) => {
        answer.writeHead (400, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': hostile });
        answer.end (JSON.stringify ({ __type: hostile, message: hostile }));
    });
    const server = await startServer ({ endpoint });
    await call (server, 'describe_log_groups');
    const page = await flow (server);
    await page.shows (rows (1));
    await page.click ('#rows a');
    await page.shows (OPEN);
    for (const at of [1, 2, 3, 4, 5, 6, 7, 8, 9])
        await page.value (`document.querySelector ('#waterfall li:nth-child(${at}) button')?.click ()`);
    await page.value (`location.hash = 'tool=${encodeURIComponent (hostile)}&status=${encodeURIComponent (hostile)}'`);
    await page.shows ('document.querySelector ("#call").hidden');
    assert.equal (await page.value ('document.querySelectorAll ("img, main script, iframe").length'), 0);
    nothingWrong (page);

    //  And if a hole were found: the policy lets nothing through it.
    const policy = (await request (`${server.adminUrl}/flow`)).headers ['content-security-policy'];
    assert.match (policy, /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';/);
    await page.value (`(() => {
        for (const attempt of [() => { document.body.innerHTML = '<b>x</b>'; },
            () => document.body.append (Object.assign (document.createElement ('script'), { textContent: 'window.holed = 1' })),
            () => document.body.append (Object.assign (document.createElement ('img'), { src: 'https://example.com/x' }))])
            try { attempt (); } catch { window.refused = (window.refused ?? 0) + 1; }
    }) ()`);
    assert.equal (await page.value ('window.refused'), 2);
    await waitFor (() => page.errors.some (error => error.includes ('img-src')), { what: 'the refusal of a strange picture' });
});

test ('it asks for nothing of anybody else', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const page = await flow (server);
    assert.deepEqual (page.requested.filter (url => !url.startsWith (server.adminUrl) && url !== 'about:blank'), []);
    for (const name of ['flow', 'flow/flow.css', 'flow/flow.js', 'flow/icon.svg']) {
        const { status, headers } = await request (`${server.adminUrl}/${name}`);
        assert.equal (status, 200, name);
        assert.equal (headers ['x-content-type-options'], 'nosniff');
        assert.match (headers ['content-security-policy'], /default-src 'none'/);
    }
    assert.equal ((await request (`${server.adminUrl}/flow`, { headers: { host: 'evil.example.com' } })).status, 421);
});

test ('a screen reader finds its way: landmarks, headings, heads of columns, and a name for all that can be used', async () => {
    const server = await startServer ({ endpoint: sim.url });
    await slowSearch (server);
    const page = await flow (server, { hash: '#call=1' });
    await page.shows (OPEN);
    const told = await page.told (), of = role => told.filter (one => one.role === role).map (one => one.name);
    for (const role of ['banner', 'main', 'search', 'table'])
        assert.ok (of (role).length >= 1, role);
    assert.equal (of ('region').filter (name => /^(Now|Recent calls|search_log_events, .*)$/.test (name)).length, 3);
    assert.ok (of ('columnheader').length >= 7);
    for (const role of ['button', 'link', 'textbox', 'combobox', 'image', 'img', 'DisclosureTriangle'])
        for (const name of of (role))
            assert.match (name, /\S/, `a ${role} without a name`);
    const drawings = [...of ('image'), ...of ('img')];
    assert.ok (drawings.some (name => /^The pipeline: .* calls, \d+ in flight/.test (name)), 'the drawing says what it shows');
    assert.ok (of ('button').some (name => /^AWS FilterLogEvents, attempt 1 of 2: .*ThrottlingException, 400/.test (name)));

    //  And the keyboard gets everywhere
    const seen = new Set ();
    await page.value ('document.activeElement.blur ()');
    for (let i = 0; i < 60; i++) {
        await page.press ('Tab');
        seen.add (await page.value ('document.activeElement.id || document.activeElement.name || document.activeElement.tagName'));
    }
    for (const id of ['pause', 'close', 'tool', 'status', 'slow_ms', 'trace', 'SUMMARY', 'A'])
        assert.ok (seen.has (id), `${id} is reached with Tab: ${[...seen]}`);
});

for (const scheme of ['light', 'dark'])
    for (const width of [360, 768, 1280])
        test (`it fits ${width} px, ${scheme}`, async () => {
            const server = await startServer ({ endpoint: sim.url });
            await slowSearch (server);
            const page = await flow (server, { width, height: 800, scheme, hash: '#call=1' });
            await page.shows (OPEN);
            await page.shows (rows (1));
            await page.value ('document.querySelectorAll ("#waterfall button").forEach (one => one.click ())');
            await page.value ('document.querySelector ("summary").click ()');
            await page.shows ('document.querySelectorAll ("#tables table").length === 3');
            assert.ok (await page.value ('document.documentElement.scrollWidth <= innerWidth'), 'nothing to scroll sideways');
            const [red, green, blue] = (await page.value ('getComputedStyle (document.body).backgroundColor')).match (/\d+/g).map (Number);
            assert.equal (red + green + blue < 384, scheme === 'dark');
            await page.shoot (`flow-${width}-${scheme}`);
            nothingWrong (page);
        });

test ('nothing moves for somebody who wants it still', async () => {
    const server = await startServer ({ endpoint: sim.url });
    const page = await flow (server, { motion: 'reduce' });
    for (let i = 0; i < 5; i++)
        await call (server, 'describe_alarms', { limit: i + 1 });
    await page.shows ('document.querySelector ("#drawing").textContent.includes ("AWS DescribeAlarms")');
    assert.equal (await page.value ('document.querySelectorAll ("#drawing circle").length'), 0);
    assert.ok (!(await page.text ('#scale')).includes ('dot'));
});

test ('with --trace off it says so', async () => {
    const server = await startServer ({ endpoint: sim.url, args: ['--trace', 'off'] });
    const page = await browser.openPage ();
    await page.open (`${server.adminUrl}/flow`);
    await page.shows ('document.querySelector ("#count").textContent.includes ("--trace off")');
    nothingWrong (page);
});
