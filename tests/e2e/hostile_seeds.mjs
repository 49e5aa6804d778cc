//  hostile_seeds - what a client may send, and what more than one HTTP implementation has fallen for
//
//  Each row: what it is, the statuses that must come and in which order, and the bytes. A "!" behind a status: with this answer the connection ends,
//  and whatever was sent behind it is never taken for a request. What the fuzzer of hostile.test.mjs finds comes to stand here.
//
//  Sources: RFC 9112 (messages, 6.3 their length, 11 their attacks), the published families of request smuggling (CL.TE, TE.CL, TE.TE, CL.0,
//  chunk extensions, bare line ends), and the limits that the tests' server is started with.

import { ping, posted } from './wire.mjs';

//  What the server of the tests is told, so that what is too long need not be long.
export const LIMITS = { head_bytes_max: 4096, head_lines_max: 16, body_bytes_max: 16384 };

const HEAD = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const BODY = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const LENGTH = `Content-Length: ${BODY.length}\r\n`;
const CODED = 'Transfer-Encoding: chunked\r\n';
const chunk = (text, extension = '') => `${text.length.toString (16)}${extension}\r\n${text}\r\n`;
const CHUNKS = `${chunk (BODY.slice (0, 7))}${chunk (BODY.slice (7))}0\r\n\r\n`;
const with_ = (field, body = BODY, length = LENGTH) => `${HEAD}${field}\r\n${length}\r\n${body}`;
const chunked = chunks => `${HEAD}${CODED}\r\n${chunks}`;

const GOOD = [
    ['a message with its length', '200', with_ ('X: 1')],
    ['a message in chunks', '200', chunked (CHUNKS)],
    ['a message in chunks of one byte', '200', chunked (`${[...BODY.replace (':1', ':9')].map (byte => chunk (byte)).join ('')}0\r\n\r\n`)],
    ['chunks with extensions', '200', chunked (`${chunk (BODY, ';a=b;c="d e";f')}0;g=h\r\n\r\n`)],
    ['chunks with zeros before their size', '200', chunked (`00000${chunk (BODY)}000\r\n\r\n`)],
    ['chunks with trailers, which are dropped', '200', chunked (`${chunk (BODY)}0\r\nX: 1\r\nHost: evil.example.com\r\n\r\n`)],
    ['a coding in other letters', '200', `${HEAD}transfer-ENCODING: Chunked\r\n\r\n${CHUNKS}`],
    ['a length with blanks around it', '200', `${HEAD}Content-Length:   ${BODY.length}  \r\n\r\n${BODY}`],
    ['a length with zeros before it', '200', `${HEAD}Content-Length: 000${BODY.length}\r\n\r\n${BODY}`],
    ['an empty line before a request', '200', `\r\n${with_ ('X: 1')}`],
    ['a header without a value', '200', with_ ('X:')],
    ['a header with bytes beyond ASCII', '200', with_ ('X: \xe4\xff')],
    ['a request in absolute form', '200', posted (BODY, { path: 'http://localhost/mcp' })],
    ['a request with a query', '200', posted (BODY, { path: '/mcp?a=b' })],
    ['an offer to upgrade, declined', '200', with_ ('Connection: Upgrade\r\nUpgrade: h2c')],
    ['a client that wants to close', '200!', with_ ('Connection: close')],
    ['HTTP/1.0', '200!', posted (BODY, { version: '1.0' })],
    ['HTTP/1.0 that wants to stay', '200', posted (BODY, { version: '1.0', headers: 'Connection: keep-alive\r\n' })],
    ['a notification', '202', posted ('{"jsonrpc":"2.0","method":"notifications/initialized"}')],
    ['a body that is a request itself', '400', posted (ping ('smuggled'))],
    ['no body, with its length', '400', posted ('')],
    ['no body, and no length', '411', `${HEAD}\r\n`],
    ['GET', '405', 'GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['GET with a body, which is none of another request', '405', posted (ping ('smuggled')).replace ('POST', 'GET')],
    ['HEAD', '405', 'HEAD /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['DELETE', '405', 'DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['OPTIONS', '204', 'OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['OPTIONS *', '404', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['another path', '404', posted (BODY, { path: '/mcp/../mcp' })],
    ['another type', '415', with_ ('X: 1').replace ('application/json', 'text/plain')],
    ['another Host', '421', with_ ('X: 1').replace ('localhost', 'evil.example.com')],
    ['a Host that is empty', '421', with_ ('X: 1').replace ('localhost', '')],
];

const LENGTHS = [
    ['two lengths, the same', '400!', with_ (LENGTH.trim ())],
    ['two lengths, not the same', '400!', with_ ('Content-Length: 5')],
    ['two lengths in one header', '400!', `${HEAD}Content-Length: ${BODY.length}, ${BODY.length}\r\n\r\n${BODY}`],
    ['length before coding', '400!', `${HEAD}Content-Length: 4\r\n${CODED}\r\n${CHUNKS}`],
    ['coding before length', '400!', `${HEAD}${CODED}Content-Length: 4\r\n\r\n${CHUNKS}`],
    ['a length of zero before a coding', '400!', `${HEAD}Content-Length: 0\r\n${CODED}\r\n${CHUNKS}`],
    ...['+5', '-1', '0x28', '4_0', '4 0', '40;', '1e1', '\x0b40', '40\x00', '', '99999999999999999999999'].map (length =>
        [`the length ${JSON.stringify (length)}`, '400!', `${HEAD}Content-Length: ${length}\r\n\r\n${BODY}`]),
    ['a length beyond the limit', '413!', `${HEAD}Content-Length: ${LIMITS.body_bytes_max + 1}\r\n\r\n{`],
    ['a length of half of everything', '413!', `${HEAD}Content-Length: 9223372036854775807\r\n\r\n{`],
    ['a length with tabs around it', '400!', `${HEAD}Content-Length:\t${BODY.length}\t\r\n\r\n${BODY}`],
    ['a folded length', '400!', `${HEAD}Content-Length:\r\n ${BODY.length}\r\n\r\n${BODY}`],
    ['a blank before the length\'s colon', '400!', `${HEAD}Content-Length : ${BODY.length}\r\n\r\n${BODY}`],
];

const CODINGS = [
    ['chunked, twice', '501!', `${HEAD}${CODED}${CODED}\r\n${CHUNKS}`],
    ['chunked, chunked', '501!', `${HEAD}Transfer-Encoding: chunked, chunked\r\n\r\n${CHUNKS}`],
    ['identity, chunked', '501!', `${HEAD}Transfer-Encoding: identity, chunked\r\n\r\n${CHUNKS}`],
    ['gzip, chunked', '501!', `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n${CHUNKS}`],
    ['chunked, identity', '501!', `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n${CHUNKS}`],
    ...['xchunked', 'chunkedx', 'identity', 'gzip', '"chunked"', 'chunked;q=1', 'x'].map (coding =>
        [`the coding ${coding}`, '501!', `${HEAD}Transfer-Encoding: ${coding}\r\n\r\n${CHUNKS}`]),
    ...['\x0bchunked', 'chunked\x00', '\x00chunked', 'chunked\x7f', ''].map (coding =>
        [`the coding ${JSON.stringify (coding)}`, '400! 501!', `${HEAD}Transfer-Encoding: ${coding}\r\n\r\n${CHUNKS}`]),
    ['a blank before the coding\'s colon', '400!', `${HEAD}Transfer-Encoding : chunked\r\n\r\n${CHUNKS}`],
    ['a blank before the coding', '400!', `${HEAD} Transfer-Encoding: chunked\r\n\r\n${CHUNKS}`],
    ['a folded coding', '400!', `${HEAD}Transfer-Encoding:\r\n chunked\r\n\r\n${CHUNKS}`],
    ['a coding behind a bare line feed', '400!', `${HEAD}X: 1\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`],
    ['a coding behind a bare carriage return', '400!', `${HEAD}X: 1\rTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`],
    ['a coding in HTTP/1.0', '400!', `${HEAD.replace ('1.1', '1.0')}${CODED}\r\n${CHUNKS}`],
    ['a coding and a length in HTTP/1.0', '400!', `${HEAD.replace ('1.1', '1.0')}${CODED}${LENGTH}\r\n${CHUNKS}`],
];

const CHUNK = [
    ...['g', '0x28', '-1', '+28', ' 28', '28 ', '2 8', '', ';a', '28\x00', '28\x0b'].map (size =>
        [`a chunk of the size ${JSON.stringify (size)}`, '400!', chunked (`${size}\r\n${BODY}\r\n0\r\n\r\n`)]),
    ['a chunk beyond the limit', '413!', chunked (`${(LIMITS.body_bytes_max + 1).toString (16)}\r\n{`)],
    ['a chunk that together with the others is', '413!', chunked (`${chunk ('x'.repeat (99))}${LIMITS.body_bytes_max.toString (16)}\r\n{`)],
    ['a chunk of everything', '413!', chunked ('ffffffffffffffff\r\n{')],
    ['a chunk of more than everything', '400!', chunked ('10000000000000028\r\n{')],
    ['a chunk longer than its size', '400!', chunked (`${(BODY.length - 1).toString (16)}\r\n${BODY}\r\n0\r\n\r\n`)],
    ['a bare line feed behind a chunk\'s size', '400!', chunked (`${BODY.length.toString (16)}\n${BODY}\r\n0\r\n\r\n`)],
    ['a bare line feed behind a chunk', '400!', chunked (`${BODY.length.toString (16)}\r\n${BODY}\n0\r\n\r\n`)],
    ['a bare carriage return behind a chunk\'s size', '400!', chunked (`${BODY.length.toString (16)}\r${BODY}\r\n0\r\n\r\n`)],
    ['a bare line feed in an extension', '400!', chunked (`${BODY.length.toString (16)};a\nb\r\n${BODY}\r\n0\r\n\r\n`)],
    ['a bare carriage return in an extension', '400!', chunked (`${BODY.length.toString (16)};a\rb\r\n${BODY}\r\n0\r\n\r\n`)],
    ['a NUL in an extension', '400!', chunked (`${BODY.length.toString (16)};a\x00\r\n${BODY}\r\n0\r\n\r\n`)],
    ['extensions beyond the limit', '431!', chunked (`1;${'a'.repeat (LIMITS.head_bytes_max + 1)}\r\n{\r\n0\r\n\r\n`)],
    ['trailers beyond the limit', '431!', chunked (`${chunk (BODY)}0\r\nX: ${'a'.repeat (LIMITS.head_bytes_max + 1)}\r\n\r\n`)],
    ['a trailer that is a length', '400!', chunked (`${chunk (BODY)}0\r\nContent-Length: 5\r\n\r\n`)],
    ['a trailer that is a coding', '501!', chunked (`${chunk (BODY)}0\r\nTransfer-Encoding: chunked\r\n\r\n`)],
    ['a trailer with a blank before its colon', '400!', chunked (`${chunk (BODY)}0\r\nX : 1\r\n\r\n`)],
    ['a trailer behind a bare line feed', '400!', chunked (`${chunk (BODY)}0\r\nX: 1\nY: 2\r\n\r\n`)],
    ['an end with a bare line feed', '400!', chunked (`${chunk (BODY)}0\r\n\n`)],
];

const LINES = [
    ['not HTTP at all', '400!', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['TLS', '400!', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['HTTP/0.9', '505!', 'GET /mcp\r\n\r\n'],
    ['HTTP/2.0', '505!', with_ ('X: 1').replace ('1.1', '2.0')],
    ['the preface of HTTP/2', '505!', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/1.2', '505!', with_ ('X: 1').replace ('1.1', '1.2')],
    ['HTTP/1.10', '400!', with_ ('X: 1').replace ('1.1', '1.10')],
    ['http/1.1', '400!', with_ ('X: 1').replace ('HTTP', 'http')],
    ['a method in small letters', '400!', with_ ('X: 1').replace ('POST', 'post')],
    ['a method that nobody knows', '400!', with_ ('X: 1').replace ('POST', 'FROB')],
    ['CONNECT', '400!', 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n'],
    ['two blanks in the request line', '400!', with_ ('X: 1').replace (' HTTP', '  HTTP')],
    ['two blanks behind the method', '400!', with_ ('X: 1').replace ('POST ', 'POST  ')],
    ['a tab in the request line', '400!', with_ ('X: 1').replace (' HTTP', '\tHTTP')],
    ['a blank behind the version', '400!', with_ ('X: 1').replace ('1.1', '1.1 ')],
    ['a target with a NUL', '400!', with_ ('X: 1').replace ('/mcp', '/mcp\x00')],
    ['a target with a fragment', '400!', with_ ('X: 1').replace ('/mcp', '/mcp#a')],
    ['a target that is no path', '400!', with_ ('X: 1').replace ('/mcp', 'mcp')],
    ['a target on another host', '400!', with_ ('X: 1').replace ('/mcp', 'http://evil.example.com/mcp')],
    ['a request line beyond the limit', '414!', `GET /${'a'.repeat (LIMITS.head_bytes_max)} HTTP/1.1\r\n\r\n`],
    ['no Host', '400!', with_ ('X: 1').replace ('Host: localhost\r\n', '')],
    ['two Hosts', '400!', with_ ('Host: localhost')],
    ['an expectation that nobody meets', '417!', with_ ('Expect: tea')],
    ['bare line feeds only', '400!', with_ ('X: 1').replaceAll ('\r\n', '\n')],
    ['a bare line feed at the head\'s end', '400!', `${HEAD}${LENGTH}\n${BODY}`],
    ['a bare carriage return at the head\'s end', '400!', `${HEAD}${LENGTH}\r${BODY}`],
    ['a blank before the first header', '400!', with_ ('X: 1').replace ('Host', ' Host')],
    ['a header that is folded', '400!', with_ ('X: 1\r\n 2')],
    ['a header without a colon', '400!', with_ ('X')],
    ['a header without a name', '400!', with_ (': 1')],
    ['a header with a NUL in its name', '400!', with_ ('X\x00: 1')],
    ['a header with a NUL in its value', '400!', with_ ('X: \x001')],
    ['a header with a byte beyond ASCII in its name', '400!', with_ ('X\xe4: 1')],
    ['headers beyond the limit', '431!', with_ (`X: ${'a'.repeat (LIMITS.head_bytes_max)}`)],
    ['more headers than the limit', '431!', with_ (Array.from ({ length: LIMITS.head_lines_max }, (_, i) => `X-${i}: 1`).join ('\r\n'))],
];

export const SEEDS = [...GOOD, ...LENGTHS, ...CODINGS, ...CHUNK, ...LINES].map (([what, statuses, bytes]) => ({ what, statuses, bytes }));

//  Of these any one may come: implementations differ in what they notice first.
const ALTERNATIVES = ' ';

//  Does an answer with this status, which ends the connection or does not, fit?
export const fits = (seed, status, closes) => seed.statuses.split (ALTERNATIVES).includes (`${status}${closes ? '!' : ''}`);

export const endsConnection = seed => seed.statuses.endsWith ('!');
