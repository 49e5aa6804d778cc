//  What users are told to paste: the examples of docs/clients.md and the README, and the banner. What starts cloudwatch-mcp is started, and what
//  has a URL is asked for, by that URL's name.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { parse as parseYaml } from 'yaml';

import { ACCESS_KEY, environment, JSON_HEADERS, pathOf, Program, request, SECRET_KEY, startServer, startSim, TOOLS } from './harness.mjs';

const ROOT = path.resolve (path.dirname (fileURLToPath (import.meta.url)), '../..');
const sim = await startSim ();

const read = file => readFileSync (path.join (ROOT, file), 'utf8');
const TEXTS = {
    'docs/clients.md': read ('docs/clients.md'),
    'README.md': read ('README.md').split ('\n## Connecting a client\n') [1].split ('\n## ') [0],
};

//  The blocks of one language, each with its file.
const all = language => Object.entries (TEXTS).flatMap (([file, text]) =>
    [...text.matchAll (new RegExp (`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map (([, block]) => [file, block]));

//  The servers of a configuration, and nothing but what the client knows beside them.
const serversOf = ({ mcpServers, servers, mcpSettings, ...others }) => {
    assert.deepEqual (others, {});
    const found = mcpServers ?? servers;
    assert.deepEqual (Object.keys (found), ['cloudwatch']);
    return { server: found.cloudwatch, allowed: mcpSettings?.allowedAddresses };
};

async function listsTools (command, args, env) {
    assert.equal (command, 'cloudwatch-mcp');
    const client = new Client ({ name: 'e2e', version: '1' }, { capabilities: {} });
    await client.connect (new StdioClientTransport ({ command: pathOf (command), args, stderr: 'ignore', env: environment ({ ...env,
        AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_ENDPOINT_URL: sim.url }) }));
    assert.deepEqual ((await client.listTools ()).tools.map (tool => tool.name), TOOLS);
    const { isError, content } = await client.callTool ({ name: 'describe_alarms', arguments: { limit: 1 } });
    assert.ok (!isError, content [0].text);
    await client.close ();
}

//  A server started as the docs say for this name, but on a port of its own; asked by the name, path and port that the docs say.
async function answersTo (url) {
    const { host, hostname, pathname } = new URL (url);
    assert.equal (new URL (url).port, '3334');
    const server = await startServer ({ env: hostname === '127.0.0.1' ? {} : BEYOND });
    const { status, json } = await request (`http://127.0.0.1:${server.port}${pathname}`, { method: 'POST', headers: { ...JSON_HEADERS, host },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' });
    assert.equal (status, 200);
    assert.equal (json.result.tools.length, TOOLS.length);
}

//  VARIABLE=value … cloudwatch-mcp serve
const [serving] = all ('sh').flatMap (([, block]) => block.match (/^[A-Z_]+=.* cloudwatch-mcp serve$/gm) ?? []);
const BEYOND = Object.fromEntries (serving.split (' ').filter (word => word.includes ('=')).map (word => word.split ('=')));

//  Of TOML what the examples have: one table, and values that are JSON but for the = in objects.
function parseToml (text) {
    const [, server] = text.match (/^\[mcp_servers\.(\w+)\]\n/);
    const members = [...text.matchAll (/^(\w+) = (.*)$/gm)].map (([, name, value]) => [name, JSON.parse (value.replaceAll ('" = "', '": "'))]);
    assert.equal (text.trim ().split ('\n').length, 1 + members.length);
    return { mcpServers: { [server]: Object.fromEntries (members) } };
}

const PARSERS = { json: JSON.parse, yaml: parseYaml, toml: parseToml };
const texts = Object.keys (PARSERS).flatMap (language => all (language).map (example => [language, ...example]));
test ('there are examples for everybody', () => {
    assert.ok (texts.length >= 15, `${texts.length} examples`);
    assert.deepEqual (Object.keys (BEYOND), ['CLOUDWATCH_MCP_SERVER_HOST', 'CLOUDWATCH_MCP_ALLOWED_HOSTS']);
});

for (const [language, file, block] of texts)
    test (`${file}: ${block.replaceAll (/\s+/g, ' ')}`, async () => {
        const { server, allowed } = serversOf (PARSERS [language] (block));
        if (server.command === 'npx') {
            assert.deepEqual (server.args.slice (0, 2), ['-y', 'mcp-remote']);
            await answersTo (server.args [2]);
        } else if (server.command) {
            await listsTools (server.command, server.args, server.env);
        } else {
            const { url, httpUrl } = server;
            await answersTo (url ?? httpUrl);
            if (allowed)
                assert.deepEqual (allowed, [new URL (url).host]);
            assert.equal (server.type === 'streamable-http', language === 'yaml');
        }
    });

const words = all ('sh').flatMap (([file, block]) => block.split ('\n').filter (line => line.startsWith ('claude ')).map (line => [file, line]));
test ('Claude Code is told both ways', () => assert.ok (words.some (([, line]) => line.includes (' -- ')) && words.length >= 2));

for (const [file, line] of words)
    test (`${file}: ${line}`, async () => {
        const [told, command] = line.split (' -- ');
        const { groups } = told.match (/^claude mcp add (?:--transport http cloudwatch (?<url>\S+)|cloudwatch --env (?<env>\S+=\S+))$/);
        if (groups.url)
            await answersTo (groups.url);
        else
            await listsTools (command.split (' ') [0], command.split (' ').slice (1), Object.fromEntries ([groups.env.split ('=')]));
    });

//  --- The banner

test ('what the banner says to paste is right, and starts or finds the server', async () => {
    const demo = new Program ('cloudwatch-mcp', ['demo', '--port', '0', '--admin-port', '0'], {});
    after (() => demo.stop ());
    const { port } = await demo.event ('listening');
    await demo.printed (() => demo.stdout.includes ('Stop: Ctrl-C'), 'its last line');
    const json = demo.stdout.split ('\n').filter (line => line.includes ('{"')).map (line => JSON.parse (line.slice (line.indexOf ('{'))));
    const servers = json.map (one => serversOf (one).server);
    const [started, ...found] = [...servers.filter (one => one.command), ...servers.filter (one => one.url)];
    assert.equal (started.command, pathOf ('cloudwatch-mcp'));
    await listsTools ('cloudwatch-mcp', started.args, {});
    assert.deepEqual (found.map (one => one.url), Array (2).fill (`http://127.0.0.1:${port}/mcp`));
    const lines = demo.stdout.split ('\n'), at = lines.findIndex (line => line.includes ('LibreChat'));
    const yaml = parseYaml (`${lines [at].replace ('LibreChat', '').trim ()}\n${lines [at + 1].trim ()}\n`);
    assert.deepEqual (serversOf (yaml), { server: { type: 'streamable-http', url: `http://127.0.0.1:${port}/mcp` }, allowed: [`127.0.0.1:${port}`] });
    assert.match (demo.stdout, new RegExp (`claude mcp add --transport http cloudwatch http://127\\.0\\.0\\.1:${port}/mcp\n`));
    const { status } = await request (`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers: JSON_HEADERS,
        body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' });
    assert.equal (status, 200);
});
