//  What an operator has set in the environment and in AWS's own files holds: endpoints of a profile, and proxies.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import tls from 'node:tls';

import { ACCESS_KEY, SECRET_KEY, call, run, startEndpoint, startServer, startSim } from './harness.mjs';

const SIM = await startSim ();
const KEYS = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY };

//  A home folder with ~/.aws/config.
function homeWith (config) {
    const home = mkdtempSync (path.join (os.tmpdir (), 'cloudwatch-mcp-home-'));
    after (() => rmSync (home, { recursive: true }));
    mkdirSync (path.join (home, '.aws'));
    writeFileSync (path.join (home, '.aws/config'), config);
    return home;
}

//  The simulator behind TLS, for aws.example; and who vouches for it.
async function startTls () {
    const folder = homeWith ('');
    const certificate = path.join (folder, 'certificate.pem'), key = path.join (folder, 'key.pem');
    execFileSync ('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj',
        '/CN=aws.example', '-addext', 'subjectAltName=DNS:aws.example', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    const { hostname, port } = new URL (SIM.url);
    const server = tls.createServer ({ cert: readFileSync (certificate), key: readFileSync (key) }, from => {
        const on = net.connect (port, hostname);
        on.on ('error', () => from.destroy ());
        from.on ('error', () => on.destroy ());
        from.pipe (on).pipe (from);
    });
    server.listen (0, '127.0.0.1');
    await once (server, 'listening');
    after (() => server.close ());
    return { certificate, port: server.address ().port };
}

//  A proxy that remembers what it was asked. It passes requests on to the simulator, whoever they are for; its tunnels all lead to the same port
//  of this machine, or nowhere.
async function startProxy ({ tunnel } = {}) {
    const asked = [];
    const server = http.createServer ((from, to) => {
        const { host, pathname } = new URL (from.url);
        asked.push ({ method: from.method, host, headers: from.headers });
        const { hostname, port } = new URL (SIM.url);
        const on = http.request ({ hostname, port, path: pathname, method: from.method, headers: from.headers }, answer => {
            to.writeHead (answer.statusCode, answer.headers);
            answer.pipe (to);
        });
        from.pipe (on);
    });
    server.on ('connect', (from, socket) => {
        asked.push ({ method: 'CONNECT', host: from.url, headers: from.headers });
        if (!tunnel) {
            socket.end ('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
            return;
        }
        const on = net.connect (tunnel, '127.0.0.1', () => socket.write ('HTTP/1.1 200 Connected\r\n\r\n'));
        on.on ('error', () => socket.destroy ());
        socket.on ('error', () => on.destroy ());
        socket.pipe (on).pipe (socket);
    });
    server.listen (0, '127.0.0.1');
    await once (server, 'listening');
    after (() => { server.closeAllConnections (); server.close (); });
    return { asked, port: server.address ().port };
}

test ('a profile names region and endpoint, and doctor says so', async () => {
    const HOME = homeWith (`[profile dev]\nregion = eu-west-1\nservices = sim\n[services sim]\ncloudwatch =\n  endpoint_url = ${SIM.url}\n` +
        `cloudwatch_logs =\n  endpoint_url = ${SIM.url}\n`);
    const { stdout, code } = await run ('cloudwatch-mcp', ['doctor', '--json'], { ...KEYS, HOME, AWS_PROFILE: 'dev' });
    const check = name => JSON.parse (stdout).checks.find (one => one.check === name).text;
    assert.equal (code, 0, stdout);
    assert.equal (check ('region'), `eu-west-1, from the profile dev in ${HOME}/.aws/config`);
    assert.ok (check ('logs').startsWith (SIM.url), check ('logs'));
});

test ('where nobody has set a region, that of the EC2 instance holds', async () => {
    const asked = [];
    const AWS_EC2_METADATA_SERVICE_ENDPOINT = await startEndpoint ((from, to) => {
        asked.push (`${from.method} ${from.url} ${from.headers ['x-aws-ec2-metadata-token'] ?? ''}`);
        to.end (from.method === 'PUT' ? 'token' : 'ap-southeast-2');
    });
    const env = { AWS_REGION: '', AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT };
    const server = await startServer ({ endpoint: SIM.url, env });
    const { answers } = await server.event ('listening');
    assert.equal (answers, `${SIM.url} (AWS_ENDPOINT_URL), region ap-southeast-2`);
    assert.deepEqual (asked, ['PUT /latest/api/token ', 'GET /latest/meta-data/placement/region token']);
});

test ('a profile that cannot be followed ends the start with 2 and names file and key', async () => {
    const HOME = homeWith ('[default]\nregion = eu-west-1\nmax_attempts = many\n');
    const { code, stderr } = await run ('cloudwatch-mcp', ['serve'], { ...KEYS, HOME });
    assert.equal (code, 2);
    assert.equal (stderr,
        `cloudwatch-mcp: max_attempts of the profile default in ${HOME}/.aws/config must be a whole number from 1 to 100; got "many".\n`);
});

test ('requests go by the proxy, and its password is nowhere to be seen', async () => {
    const proxy = await startProxy ();
    const server = await startServer ({ endpoint: 'http://aws.example:4566', args: ['--insecure-endpoint'],
        env: { http_proxy: `http://user:canary@127.0.0.1:${proxy.port}` } });
    const result = await call (server, 'describe_alarms', { limit: 1 });
    assert.ok (!result.isError, JSON.stringify (result));
    assert.equal (proxy.asked [0].host, 'aws.example:4566');
    assert.equal (proxy.asked [0].headers ['proxy-authorization'], `Basic ${Buffer.from ('user:canary').toString ('base64')}`);
    const { answers } = await server.event ('listening');
    assert.match (answers, new RegExp (`, by the proxy 127\\.0\\.0\\.1:${proxy.port} \\(http_proxy\\)$`));
    assert.doesNotMatch (server.stderr, /canary/);
});

test ('a tunnel leads to AWS, whose name only the proxy knows, and whose certificate AWS_CA_BUNDLE vouches for', async () => {
    const { certificate, port } = await startTls ();
    const proxy = await startProxy ({ tunnel: port });
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, AWS_CA_BUNDLE: certificate };
    const server = await startServer ({ endpoint: 'https://aws.example', env });
    for (let i = 0; i < 2; i++) {
        const result = await call (server, 'describe_alarms', { limit: 1 + i });
        assert.ok (!result.isError, JSON.stringify (result));
    }
    assert.deepEqual (proxy.asked.map (one => [one.method, one.host]), [['CONNECT', 'aws.example:443']], 'one tunnel, used twice');
    assert.equal (proxy.asked [0].headers.authorization, undefined);
});

test ('a proxy that makes no tunnel is named, with its variable, and not AWS', async () => {
    const proxy = await startProxy ();
    const env = { https_proxy: `http://user:canary@127.0.0.1:${proxy.port}`, AWS_MAX_ATTEMPTS: '1' };
    const server = await startServer ({ env });
    const result = await call (server, 'describe_alarms', { limit: 1 });
    assert.equal (result.isError, true);
    assert.match (result.content [0].text, new RegExp (`the proxy 127\\.0\\.0\\.1:${proxy.port} \\(HTTPS_PROXY\\): it does not make a connection ` +
        '\\(HTTP 403\\)'));
    assert.deepEqual (proxy.asked.map (one => [one.method, one.host]), [['CONNECT', 'monitoring.us-east-1.amazonaws.com:443']]);
    assert.doesNotMatch (JSON.stringify (result) + server.stderr, /canary/);
});

test ('this machine and what NO_PROXY lists are asked straight', async () => {
    const proxy = await startProxy ();
    const env = { http_proxy: `http://127.0.0.1:${proxy.port}`, ALL_PROXY: `http://127.0.0.1:${proxy.port}` };
    const near = await startServer ({ endpoint: SIM.url, env });
    assert.ok (!(await call (near, 'describe_alarms', { limit: 1 })).isError);
    const listed = await startServer ({ env: { ...env, no_proxy: '.amazonaws.com' }, args: [] });
    const { answers } = await listed.event ('listening');
    assert.equal (answers, 'AWS, region us-east-1 (AWS_REGION)');
    assert.equal (proxy.asked.length, 0);
});

test ('what is no proxy ends the start with 2, without a word of its password', async () => {
    const { code, stderr } = await run ('cloudwatch-mcp', ['serve'], { ...KEYS, HTTPS_PROXY: 'socks5://user:canary@127.0.0.1:1080' });
    assert.equal (code, 2);
    assert.match (stderr, /^cloudwatch-mcp: HTTPS_PROXY is a proxy that cannot be used here/);
    assert.doesNotMatch (stderr, /canary/);
});
