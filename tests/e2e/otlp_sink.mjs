//  otlp_sink - a collector: takes what is exported, and says of each request whether it has the shape that OTLP's JSON has
//
//  Written from opentelemetry-proto (trace.proto, common.proto, resource.proto): a member that these do not have is an error, as is a number where
//  they have 64 bits, an id that is not hex of its length, a time that is not after its span's begin.

import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { after } from 'node:test';

const isText = value => assert.equal (typeof value, 'string');
const isHex = size => value => assert.match (value, new RegExp (`^[0-9a-f]{${2 * size}}$`));
const isInt64 = value => assert.match (value, /^-?\d{1,19}$/);
const isUint32 = value => assert.ok (Number.isInteger (value) && value >= 0 && value < 2 ** 32);
const isOneOf = (...values) => value => assert.ok (values.includes (value), value);
const isBool = value => assert.equal (typeof value, 'boolean');
const isListOf = shape => value => { assert.ok (Array.isArray (value)); value.forEach (one => has (one, shape)); };

//  needed: members that end in "!"
function has (value, shape) {
    if (typeof shape === 'function')
        return shape (value);
    const known = Object.fromEntries (Object.entries (shape).map (([name, one]) => [name.replace ('!', ''), one]));
    for (const [name, one] of Object.entries (value)) {
        assert.ok (name in known, `OTLP has no member ${name} here`);
        has (one, known[name]);
    }
    for (const name of Object.keys (shape))
        assert.ok (!name.endsWith ('!') || name.slice (0, -1) in value, `${name} is missing`);
}

const VALUE = value => {
    assert.equal (Object.keys (value).length, 1);
    has (value, { stringValue: isText, boolValue: isBool, intValue: isInt64, doubleValue: one => assert.equal (typeof one, 'number') });
};
const ATTRIBUTES = list => {
    isListOf ({ 'key!': isText, 'value!': VALUE }) (list);
    assert.equal (new Set (list.map (one => one.key)).size, list.length, 'a key comes twice');
};
const LINK = { 'traceId!': isHex (16), 'spanId!': isHex (8), traceState: isText, attributes: ATTRIBUTES, flags: isUint32,
    droppedAttributesCount: isUint32 };
const EVENT = { 'timeUnixNano!': isInt64, 'name!': isText, attributes: ATTRIBUTES, droppedAttributesCount: isUint32 };
const SPAN = { 'traceId!': isHex (16), 'spanId!': isHex (8), traceState: isText, parentSpanId: isHex (8), flags: isUint32, 'name!': isText,
    'kind!': isOneOf (1, 2, 3, 4, 5), 'startTimeUnixNano!': isInt64, 'endTimeUnixNano!': isInt64, attributes: ATTRIBUTES,
    droppedAttributesCount: isUint32, events: isListOf (EVENT), droppedEventsCount: isUint32, links: isListOf (LINK), droppedLinksCount: isUint32,
    status: { message: isText, code: isOneOf (0, 1, 2) } };
const SCOPE_SPANS = { 'scope!': { 'name!': isText, version: isText, attributes: ATTRIBUTES }, 'spans!': isListOf (SPAN), schemaUrl: isText };
const REQUEST = { 'resourceSpans!': isListOf ({ 'resource!': { 'attributes!': ATTRIBUTES, droppedAttributesCount: isUint32 },
    'scopeSpans!': isListOf (SCOPE_SPANS), schemaUrl: isText }) };

export const attributesOf = list => Object.fromEntries (list.map (({ key, value }) => [key, value.stringValue ?? Number (value.intValue)]));

//  tls: { key, cert } of one that speaks HTTPS.
//  answer: (how many requests came) => { status, headers, body }, or null for none ever. Requests that are no OTLP are in wrong.
export async function startSink ({ answer = () => ({ status: 200 }), tls, atEnd = after } = {}) {
    const sink = { requests: [], spans: [], resources: [], wrong: [], answer };
    const take = async (request, reply) => {
        let text = '';
        for await (const piece of request.setEncoding ('utf8'))
            text += piece;
        sink.requests.push ({ url: request.url, method: request.method, headers: request.headers, text });
        const said = sink.answer (sink.requests.length);
        if (!said)
            return;
        if (said.status < 300)
            try {
                const json = JSON.parse (text);
                has (json, REQUEST);
                for (const one of json.resourceSpans) {
                    sink.resources.push (attributesOf (one.resource.attributes));
                    sink.spans.push (...one.scopeSpans.flatMap (scope => scope.spans));
                }
            } catch (error) {
                sink.wrong.push (`${error.message}\n${text.slice (0, 4000)}`);
            }
        reply.writeHead (said.status, { 'Content-Type': 'application/json', ...said.headers }).end (said.body ?? '{}');
    };
    const server = tls ? https.createServer (tls, take) : http.createServer (take);
    await new Promise (resolve => server.listen (0, '127.0.0.1', resolve));
    sink.url = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address ().port}`;
    sink.stop = () => new Promise (resolve => { server.close (resolve); server.closeAllConnections (); });
    atEnd (() => sink.stop ());
    return sink;
}
