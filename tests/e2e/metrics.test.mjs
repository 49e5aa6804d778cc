//  The catalogue on the command line: no server, no AWS, no credentials.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Program, waitFor } from './harness.mjs';

async function metrics (...args) {
    const program = new Program ('cloudwatch-mcp', ['metrics', ...args], {});
    program.mayFail = true;
    await waitFor (() => program.ended);
    return { code: program.ended.code, stdout: program.stdout, stderr: program.stderr };
}

test ('a question in a person\'s words finds the metric, as text and as JSON', async () => {
    const text = await metrics ('search', 'lambda', 'throttled');
    assert.equal (text.code, 0, text.stderr);
    assert.match (text.stdout, /^AWS\/Lambda Throttles {2}Count, Sum\n {4}\S/);
    assert.doesNotMatch (text.stdout, /\x1b/);
    const json = JSON.parse ((await metrics ('search', 'disk full rds', '--json')).stdout);
    assert.equal (`${json [0].namespace} ${json [0].name}`, 'AWS/RDS FreeStorageSpace');
    assert.equal (json [0].unit, 'Bytes');
    assert.ok (json [0].statistic && json [0].tells);
    assert.ok (json [0].beside.some (({ namespace, name }) => namespace === 'AWS/RDS' && name), 'what to look at beside it');
});

test ('a metric is shown whatever its capitals, and a slip is answered with what is near', async () => {
    const shown = await metrics ('show', 'aws/lambda', 'ERRORS');
    assert.equal (shown.code, 0, shown.stderr);
    assert.match (shown.stdout, /^AWS\/Lambda Errors\n/);
    const missed = await metrics ('show', 'AWS/Lambda', 'Erors');
    assert.equal (missed.code, 2);
    assert.match (missed.stderr, /did you mean Errors\?/);
    assert.match ((await metrics ('show', 'AWS/Lamda')).stderr, /did you mean AWS\/Lambda\?/);
    assert.match ((await metrics ('serch', 'x')).stderr, /did you mean search\?/);
});

test ('the dump has every metric of every namespace, as the statistics count them', async () => {
    const all = JSON.parse ((await metrics ('dump', '--json')).stdout);
    assert.match (all.find (({ namespace, name }) => namespace === 'AWS/DMS' && name === 'CDCIncomingChanges').notes [0], /Percent/);
    const spaces = JSON.parse ((await metrics ('namespaces', '--json')).stdout);
    const { stdout } = await metrics ('stats');
    assert.equal (spaces.reduce ((sum, { metrics: count }) => sum + count, 0), all.length);
    assert.match (stdout, new RegExp (`^metrics +${all.length}\\nnamespaces +${spaces.length}\\n`));
    assert.equal (new Set (all.map (({ namespace, name }) => `${namespace} ${name}`)).size, all.length);
    assert.ok (all.every (({ unit, statistic, tells }) => unit && statistic && tells));
});

test ('what is like nothing is said to be so', async () => {
    const nothing = await metrics ('search', 'xqzjwvkq');
    assert.equal (nothing.code, 1);
    assert.match (nothing.stderr, /Nothing in the catalogue is like that/);
    assert.equal ((await metrics ()).code, 2);
});

test ('nothing that was typed is passed over in silence', async () => {
    for (const [words, sentence] of [
        [['search', 'lambda', '--josn'], /"--josn" is no flag of metrics/],
        [['search', '--limit', 'many', 'lambda'], /--limit "many" is not a number of metrics/],
        [['search', 'lambda', '--limit'], /--limit "" is not a number/],
        [['search', ...'x'.repeat (64)], /more than 64 words/],
        [['search', 'x'.repeat (600)], /longer than 512 bytes/],
        [['search'], /search wants a question/],
        [['show', 'AWS/Lambda', '--limit=3'], /--limit is for search: "show"/],
        [['stats', 'all'], /"all" does/],
    ]) {
        const { code, stdout, stderr } = await metrics (...words);
        assert.equal (code, 2, words.join (' '));
        assert.equal (stdout, '');
        assert.match (stderr, sentence);
    }
    assert.equal (JSON.parse ((await metrics ('search', 'errors', '--limit', '23', '--json')).stdout).length, 23);
    const many = 'what is it that does this and why does it do so and how many of them lambda throttled'.split (' ');
    assert.match ((await metrics ('search', ...many)).stdout, /^AWS\/Lambda Throttles/m);
});
