//  chromium - a real browser, driven over its DevTools protocol: what a person would do, and what a person would see
//
//  Debian's package (scripts/setup test). Each page is in a context of its own, and keeps what its console said. Clicks and keys are the browser's
//  own input events; they go where a mouse would hit.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

import { waitFor } from './harness.mjs';

const SHOTS = path.resolve (path.dirname (fileURLToPath (import.meta.url)), '../../build/screenshots');
const PROGRAM = process.env.CHROMIUM ?? 'chromium';

//  Without a sandbox, which a container's root cannot have; nothing but our own pages is opened.
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--metrics-recording-only', '--hide-scrollbars', '--remote-debugging-port=0'];

export async function startBrowser () {
    const profile = mkdtempSync (path.join (tmpdir (), 'cloudwatch-mcp-chromium-'));
    const child = spawn (PROGRAM, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '', ended = null;
    child.stderr.setEncoding ('utf8').on ('data', text => { said += text; });
    child.on ('error', error => { ended = error; });
    child.on ('close', code => { ended ??= code ?? 'a signal'; });
    const kill = () => child.kill ('SIGKILL');
    process.on ('exit', kill);
    after (async () => {
        child.kill ('SIGTERM');
        await waitFor (() => ended !== null, { what: 'the end of the browser' }).finally (kill);
        rmSync (profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    });
    const [, url] = await waitFor (() => {
        assert.equal (ended, null, `${PROGRAM} ended; scripts/setup test installs it. It said: ${said.slice (-2000)}`);
        return said.match (/DevTools listening on (ws:\/\/\S+)/);
    }, { what: 'the browser' });
    const socket = new WebSocket (url), waiting = new Map (), pages = new Map ();
    await new Promise ((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
    let last = 0;
    socket.onmessage = ({ data }) => {
        const message = JSON.parse (data), waiter = waiting.get (message.id);
        if (!message.id)
            return pages.get (message.sessionId)?.heard (message.method, message.params);
        waiting.delete (message.id);
        return message.error ? waiter.reject (new Error (`${waiter.method}: ${message.error.message}`)) : waiter.resolve (message.result);
    };
    const send = (method, params = {}, sessionId) => new Promise ((resolve, reject) => {
        waiting.set (++last, { resolve, reject, method });
        socket.send (JSON.stringify ({ id: last, method, params, sessionId }));
    });
    const openPage = async options => {
        const { browserContextId } = await send ('Target.createBrowserContext');
        const { targetId } = await send ('Target.createTarget', { url: 'about:blank', browserContextId });
        const { sessionId } = await send ('Target.attachToTarget', { targetId, flatten: true });
        const page = new Page ((method, params) => send (method, params, sessionId));
        pages.set (sessionId, page);
        await page.begin (options);
        return page;
    };
    return { openPage };
}

//  The keys that these tests press.
const KEYS = { Enter: 13, Escape: 27, Tab: 9, ' ': 32 };

class Page {
    constructor (send) {
        this.send = send;
        this.errors = [];               //  Of the console, uncaught, and of the policy
        this.requested = [];
        this.loads = 0;
    }

    heard (method, params) {
        if (method === 'Runtime.exceptionThrown')
            this.errors.push (params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
        else if (method === 'Runtime.consoleAPICalled' && ['error', 'warning', 'assert'].includes (params.type))
            this.errors.push (params.args.map (arg => arg.value ?? arg.description).join (' '));
        else if (method === 'Log.entryAdded' && params.entry.level !== 'verbose' && params.entry.level !== 'info')
            this.errors.push (`${params.entry.text} ${params.entry.url ?? ''}`);
        else if (method === 'Network.requestWillBeSent')
            this.requested.push (params.request.url);
        else if (method === 'Page.loadEventFired')
            this.loads++;
    }

    async begin ({ width = 1280, height = 900, scheme = 'light', motion = 'no-preference' } = {}) {
        for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'Accessibility'])
            await this.send (`${domain}.enable`);
        await this.send ('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
        await this.send ('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme },
            { name: 'prefers-reduced-motion', value: motion }] });
    }

    //  Afresh, also when only what is behind # differs.
    async open (address) {
        for (const url of ['about:blank', address]) {
            const before = this.loads;
            const { errorText } = await this.send ('Page.navigate', { url });
            assert.equal (errorText, undefined, `${url}: ${errorText}`);
            await waitFor (() => this.loads > before, { what: `the load of ${url}` });
        }
    }

    //  What an expression of the page's gives.
    async value (expression) {
        const { result, exceptionDetails } = await this.send ('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
        assert.equal (exceptionDetails, undefined, `${expression}: ${exceptionDetails?.exception?.description}`);
        return result.value;
    }

    //  Waits until an expression of the page's is true, and gives what it is.
    shows (expression) {
        return waitFor (() => this.value (expression), { what: expression }).catch (async error => {
            error.message += `\n${this.errors.join ('\n')}\nIt shows: ${(await this.value ('document.body.innerText')).slice (0, 3000)}`;
            throw error;
        });
    }

    //  The text of the first element that a selector finds; "" without one.
    text (selector) {
        return this.value (`document.querySelector (${JSON.stringify (selector)})?.innerText ?? ''`);
    }

    async point (selector) {
        const at = await this.value (`(() => {
            const element = document.querySelector (${JSON.stringify (selector)});
            if (!element) return null;
            element.scrollIntoView ({ block: 'center' });
            const box = element.getBoundingClientRect ();
            return { x: box.x + Math.min (box.width / 2, 200), y: box.y + box.height / 2 };
        }) ()`);
        assert.ok (at, `nothing on the page is ${selector}`);
        await this.send ('Input.dispatchMouseEvent', { type: 'mouseMoved', ...at });
        return at;
    }

    async click (selector) {
        const at = await this.point (selector);
        for (const type of ['mousePressed', 'mouseReleased'])
            await this.send ('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 });
    }

    async moveAway () {
        await this.send ('Input.dispatchMouseEvent', { type: 'mouseMoved', x: 1, y: 1 });
    }

    async press (key) {
        const text = key === 'Enter' ? '\r' : key === ' ' ? ' ' : undefined;
        const which = { key, code: key, windowsVirtualKeyCode: KEYS [key] };
        await this.send ('Input.dispatchKeyEvent', { type: text ? 'keyDown' : 'rawKeyDown', ...which, text });
        await this.send ('Input.dispatchKeyEvent', { type: 'keyUp', ...which });
    }

    async type (text) {
        await this.send ('Input.insertText', { text });
    }

    //  What a screen reader is told: [{ role, name }]
    async told () {
        const { nodes } = await this.send ('Accessibility.getFullAXTree');
        return nodes.filter (node => !node.ignored).map (node => ({ role: node.role?.value, name: node.name?.value ?? '' }));
    }

    //  The whole page, as build/screenshots/NAME.png.
    async shoot (name) {
        await this.value ('scrollTo (0, 0)');
        const { cssContentSize: { width, height } } = await this.send ('Page.getLayoutMetrics');
        const clip = { x: 0, y: 0, width, height: Math.min (height, 3000), scale: 1 };
        const { data } = await this.send ('Page.captureScreenshot', { captureBeyondViewport: true, clip });
        mkdirSync (SHOTS, { recursive: true });
        writeFileSync (path.join (SHOTS, `${name}.png`), Buffer.from (data, 'base64'));
    }
}
