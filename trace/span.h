/*  span - one step of a call: what was done, by whom, when, and how it ended

    A plain bounded value. Names and keys are those of OpenTelemetry's semantic conventions, where these have a word for it, and "cloudwatch_mcp.…"
    where they have none. What a call asked and what it was answered is in no span.

    Times are offsets from the moment at which the call began on the side that made the span (the gateway, or a worker), in microseconds: clocks of
    two pods are never compared. The gateway moves a worker's spans to where they belong (proto/spans.h).

    A step that did not do its work itself links to the one that did: a call that shared another one's answer, a request that joined another one's.

    Thread: any; a plain value. Sources: OpenTelemetry semantic conventions 1.44 (rpc, messaging, http, cloud, aws) and its MCP conventions. */

#ifndef SPAN_H
#define SPAN_H

#include "slice.h"
#include "status.h"

enum {
    SPAN_TRACE_BYTES = 16,
    SPAN_ID_BYTES = 8,
    SPAN_NAME_MAX = 71,                 //  "CloudWatchLogs.DescribeQueryDefinitions" has 40
    SPAN_ATTRIBUTES_MAX = 16,
    SPAN_TEXT_BYTES_MAX = 320,          //  Of all its texts together
};

//        code  KIND                    the codes are those of OTLP
#define SPAN_KINDS(X) X (1, INTERNAL) X (2, SERVER) X (3, CLIENT) X (4, PRODUCER) X (5, CONSUMER)

typedef enum {
#define X(code, KIND) SPAN_##KIND = code,
    SPAN_KINDS (X)
#undef X
} span_kind_t;

//  The codes cross the wire: rows are only ever appended, and a peer passes over codes that it does not know.
//        code  KEY               type    name                                  of what, and in which unit
#define SPAN_KEYS(X)                                                                                                                       \
        X (1,  MCP_METHOD,        TEXT,   "mcp.method.name",                    "tools/call")                                              \
        X (2,  TOOL,              TEXT,   "gen_ai.tool.name",                   "tools/call")                                              \
        X (3,  OPERATION,         TEXT,   "gen_ai.operation.name",              "tools/call: execute_tool")                                \
        X (4,  JSONRPC_ID,        TEXT,   "jsonrpc.request.id",                 "tools/call; cut to 40 bytes")                             \
        X (5,  MCP_VERSION,       TEXT,   "mcp.protocol.version",               "tools/call")                                              \
        X (6,  TRANSPORT,         TEXT,   "network.transport",                  "tools/call: tcp or pipe")                                 \
        X (7,  ERROR_TYPE,        TEXT,   "error.type",                         "any that failed; tool_error for a tool's")                \
        X (8,  MESSAGING_SYSTEM,  TEXT,   "messaging.system",                   "send, process: zeromq")                                   \
        X (9,  MESSAGING_TYPE,    TEXT,   "messaging.operation.type",           "send, process")                                           \
        X (10, DESTINATION,       TEXT,   "messaging.destination.name",         "send, process: cw.logs")                                  \
        X (11, MESSAGE_ID,        TEXT,   "messaging.message.id",               "send, process: the call's id on the wire, in hex")        \
        X (12, BODY_BYTES,        NUMBER, "messaging.message.body.size",        "process, encode: of the answer")                          \
        X (13, RPC_SYSTEM,        TEXT,   "rpc.system.name",                    "an attempt: aws-api")                                     \
        X (14, RPC_METHOD,        TEXT,   "rpc.method",                         "an attempt: CloudWatchLogs/FilterLogEvents")              \
        X (15, REGION,            TEXT,   "cloud.region",                       "an attempt, process")                                     \
        X (16, AWS_REQUEST_ID,    TEXT,   "aws.request_id",                     "an attempt that AWS answered")                            \
        X (17, RESEND_COUNT,      NUMBER, "http.request.resend_count",          "an attempt that is not the first")                        \
        X (18, HTTP_STATUS,       NUMBER, "http.response.status_code",          "an attempt that was answered")                            \
        X (20, DNS_US,            NUMBER, "cloudwatch_mcp.dns_us",              "an attempt: curl's time for the name")                    \
        X (21, CONNECT_US,        NUMBER, "cloudwatch_mcp.connect_us",          "an attempt: for TCP")                                     \
        X (22, TLS_US,            NUMBER, "cloudwatch_mcp.tls_us",              "an attempt: for TLS")                                     \
        X (23, FIRST_BYTE_US,     NUMBER, "cloudwatch_mcp.first_byte_us",       "an attempt: from the request to AWS's first byte")        \
        X (24, REUSED,            NUMBER, "cloudwatch_mcp.connection_reused",   "an attempt: 1 on a connection that was there")            \
        X (25, QUEUE_US,          NUMBER, "cloudwatch_mcp.queue_us",            "process: from the mailbox to the first AWS request")      \
        X (26, SERVICE_US,        NUMBER, "cloudwatch_mcp.service_us",          "process: from there to the answer")                       \
        X (27, WORKER,            TEXT,   "cloudwatch_mcp.worker",              "send, process: the worker's incarnation, in hex")         \
        X (28, HOP,               NUMBER, "cloudwatch_mcp.hop",                 "send, process: 2 after a worker was lost")                \
        X (29, BUDGET_MS,         NUMBER, "cloudwatch_mcp.budget_ms",           "send: the time that was left for the worker")             \
        X (30, SHARED,            NUMBER, "cloudwatch_mcp.shared",              "1: another one asked; the link says which")               \
        X (31, CACHED,            NUMBER, "cloudwatch_mcp.cached",              "1: AWS was not asked now")                                \
        X (32, AGE_MS,            NUMBER, "cloudwatch_mcp.age_ms",              "of a cached answer")                                      \
        X (33, ACCOUNT,           TEXT,   "cloudwatch_mcp.account",             "process: its name in the configuration")                  \
        X (35, HOST,              TEXT,   "host.name",                          "process: the pod")                                        \
        X (36, REQUEST,           NUMBER, "cloudwatch_mcp.request",             "an attempt, a wait before it: which of the call's, from 1")

typedef enum {
#define X(code, KEY, type, name, meaning) SPAN_KEY_##KEY = code,
    SPAN_KEYS (X)
#undef X
    SPAN_KEY_END
} span_key_t;

typedef struct {
    uint8_t  key;                       //  A span_key_t
    uint16_t at, size;                  //  A TEXT: where in the span's texts
    int64_t  number;                    //  A NUMBER
} span_attribute_t;

typedef struct {
    uint8_t  id [SPAN_ID_BYTES];
    uint8_t  parent [SPAN_ID_BYTES];    //  Zeros: none
    bool     linked;
    uint8_t  link_trace [SPAN_TRACE_BYTES];
    uint8_t  link [SPAN_ID_BYTES];      //  In that trace
    uint8_t  kind;                      //  A span_kind_t
    bool     cut;                       //  Not all that was said of it found room
    status_t status;                    //  CANCELLED: it was given up before its end
    int64_t  start_us;
    int64_t  duration_us;
    char     name [SPAN_NAME_MAX + 1];
    int      count;                     //  Attributes
    int      text_size;
    span_attribute_t attributes [SPAN_ATTRIBUTES_MAX];
    char     text [SPAN_TEXT_BYTES_MAX];
} span_t;

//  A span without attributes. A name that is too long is cut.
void        span_init (span_t *self, span_kind_t kind, const uint8_t *id, const uint8_t *parent, slice_t name);

//  Ids follow from a seed: random enough to be met once, cheap, and the same again in a test. Never zeros.
void        span_next_id (uint64_t *seed, uint8_t *id);

void        span_set_times (span_t *self, int64_t start_us, int64_t end_us);
void        span_set_link (span_t *self, const uint8_t *trace, const uint8_t *id);

//  An absent or empty text is not set. What finds no room is left out, and cut says so.
void        span_set_text (span_t *self, span_key_t key, slice_t text);
void        span_set_number (span_t *self, span_key_t key, int64_t number);

//  Absent, or or_else, when it has none.
slice_t     span_text (const span_t *self, span_key_t key);
int64_t     span_number (const span_t *self, span_key_t key, int64_t or_else);

//  "cloud.region"; and is it a text? NULL for a code that nobody knows.
const char *span_key_name (int key);
bool        span_key_is_text (int key);

//  "CLIENT"; "INTERNAL" for a code that nobody knows.
const char *span_kind_name (int kind);

static inline bool
span_id_is_set (const uint8_t *id)
{
    static const uint8_t NONE [SPAN_ID_BYTES] = { 0 };
    return memcmp (id, NONE, SPAN_ID_BYTES) != 0;
}

#endif
