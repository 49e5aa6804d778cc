//  prometheus - reads a page of metrics as strictly as the formats are written, both of them
//
//  Families: { type, help, unit, samples: [{ name, labels, value, exemplar }] } by their names (a counter's without _total). What is wrong throws.

import assert from 'node:assert/strict';

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*', LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"', NUMBER = '-?\\d+(?:\\.\\d+)?|\\+Inf';
const SAMPLE = new RegExp (`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (${NUMBER})(?: # \\{(${LABEL})\\} (${NUMBER}) (${NUMBER}))?$`);
const SUFFIXES = { counter: ['_total'], gauge: [''], histogram: ['_bucket', '_sum', '_count'] };
const UNITS = ['seconds', 'bytes'];

const numberOf = text => text === '+Inf' ? Infinity : Number (text);

function labelsOf (text) {
    const labels = {};
    for (const [, name, value] of (text ?? '').matchAll (/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
        assert.ok (!(name in labels), `${name} twice`);
        labels[name] = value;
    }
    return labels;
}

function checkHistogram (name, samples) {
    const series = Map.groupBy (samples, ({ labels: { le, ...labels } }) => JSON.stringify (labels));
    for (const [labels, list] of series) {
        const buckets = list.filter (sample => sample.name.endsWith ('_bucket')), [sum, count] = list.slice (-2);
        assert.equal (buckets.at (-1).labels.le, '+Inf', `${name}${labels}`);
        assert.equal (buckets.at (-1).value, count.value, `${name}${labels}: count`);
        assert.ok (sum.name.endsWith ('_sum') && count.name.endsWith ('_count') && sum.value >= 0);
        buckets.reduce ((before, bucket) => {
            assert.ok (bucket.value >= before.value && numberOf (bucket.labels.le) > before.le, `${name}${labels}: buckets rise`);
            return { value: bucket.value, le: numberOf (bucket.labels.le) };
        }, { value: 0, le: -1 });
    }
}

export function readMetrics (text, { openMetrics }) {
    const families = new Map ();
    assert.ok (text.endsWith ('\n'));
    const lines = text.slice (0, -1).split ('\n');
    if (openMetrics)
        assert.equal (lines.pop (), '# EOF');
    let family, known = new Set ();
    for (const line of lines) {
        const about = line.match (new RegExp (`^# (HELP|TYPE|UNIT) (${NAME}) (.+)$`));
        if (about) {
            const [, what, full, rest] = about;
            if (what === 'HELP') {
                assert.ok (!known.has (full), `${full} comes twice`);
                known.add (full);
                family = { name: full, help: rest, samples: [] };
            }
            assert.equal (full, family.name, line);
            family[what.toLowerCase ()] = rest;
            if (what !== 'TYPE')
                continue;
            assert.ok (rest in SUFFIXES, line);
            assert.equal (/_total$/.test (full), rest === 'counter' && !openMetrics, `${full}: only a counter ends in _total`);
            family.base = full.replace (/_total$/, '');
            families.set (family.base, family);
            continue;
        }
        const sample = line.match (SAMPLE);
        assert.ok (sample, `no sample: ${line}`);
        const [, name, labels, value, exemplar, exemplarValue, at] = sample;
        assert.ok (SUFFIXES[family.type].some (suffix => name === family.base + suffix), `${name} under ${family.name}`);
        if (exemplar) {
            assert.ok (openMetrics && name.endsWith ('_bucket') && exemplar.length <= 128, line);
            assert.ok (Number (exemplarValue) <= numberOf (labelsOf (labels).le), line);
        }
        family.samples.push ({ name, labels: labelsOf (labels), value: numberOf (value),
            exemplar: exemplar && { ...labelsOf (exemplar), value: Number (exemplarValue), at: Number (at) } });
        assert.ok (family.type === 'gauge' || Number (value) >= 0, line);
    }
    for (const { base, type, unit, help, samples } of families.values ()) {
        const named = UNITS.find (one => base.endsWith (`_${one}`));
        assert.ok (help && !/_(ms|us|milliseconds|kb|mb)\b/.test (base), base);
        if (openMetrics)
            assert.equal (unit, named, `${base}: unit`);
        const seen = samples.map (({ name, labels }) => name + JSON.stringify (labels));
        assert.equal (new Set (seen).size, seen.length, `${base}: a sample comes twice`);
        if (type === 'histogram')
            checkHistogram (base, samples);
    }
    return families;
}
