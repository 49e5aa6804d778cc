/*  envelope - the vocabulary of the messages between gateway and workers

    A message is three frames: [envelope, at most 1 KB][body, opaque on the way][spans]. The envelope is all that is needed to route, expire,
    trace and repeat a message, so nobody on the way parses or copies a body.

    One conversation per peer (a worker that serves one service), and one per call within it:

        peer      = READY *( CREDIT / HEARTBEAT / call ) [ DRAIN *( HEARTBEAT / call ) ] [ BYE ]
                    ; both sides send HEARTBEAT. Silence ends it too. To a peer that it does not know the gateway says WHO, and the worker
                    ; READY again. The messages of several calls stand between each other; behind DRAIN only calls that had begun go on.
        call      = ( REQUEST / CALL ) *PROGRESS [ CANCEL *PROGRESS ] ( RESULT / FAULT )
                    ; CANCEL never ends a call: a RESULT that crossed it does, or FAULT (CANCELLED). Either returns the credit.
                    ; What answers a CALL goes the other way, from the gateway to the worker.

    A worker announces in READY how many calls it takes at once (its credit) and the gateway never has more with it. Time crosses only as
    a budget that is left, in ms: clocks of two pods are never compared.

    On the wire the envelope is a msgpack array with one element per row of ENVELOPE_FIELDS, in that order. Rows are only ever appended. A missing
    tail and nil read as the default, an extra tail is ignored, an unknown kind is answered with FAULT (UNSUPPORTED): so neighbouring versions
    understand each other. A REQUIRED field that is missing or of the wrong type makes the message malformed.

    Thread: any; an envelope_t is a plain value. */

#ifndef ENVELOPE_H
#define ENVELOPE_H

#include "buffer.h"
#include "service.h"

enum {
    ENVELOPE_VERSION = 1,
    ENVELOPE_BYTES_MAX = 1024,
    ENVELOPE_TOOL_MAX = 47,             //  Longest name of a tool; clients want at most 40
    ENVELOPE_ACCOUNT_MAX = 64,
    ENVELOPE_REGION_MAX = 32,
    ENVELOPE_TRACE_BYTES = 25,          //  W3C trace context: trace id 16, span id 8, flags 1
};

//        code  KIND         from → to           meaning
#define ENVELOPE_KINDS(X)                                                                                                            \
        X (1,   READY,       "worker → gateway", "I serve this service and take `credit` calls at once. Body: tools, a map of name to version") \
        X (2,   CREDIT,      "worker → gateway", "From now on I take `credit` calls at once")                                        \
        X (3,   HEARTBEAT,   "both ways",        "I am alive")                                                                       \
        X (4,   DRAIN,       "worker → gateway", "Send me nothing new; what I have I finish")                                        \
        X (5,   BYE,         "both ways",        "I am leaving now")                                                                 \
        X (6,   WHO,         "gateway → worker", "I do not know you: say READY")                                                     \
        X (7,   REQUEST,     "gateway → worker", "Do this within budget_ms. Body: arguments, a map, checked and complete")            \
        X (8,   CALL,        "worker → gateway", "Let another worker do this for me. Body: arguments")                               \
        X (9,   PROGRESS,    "worker → gateway", "So far. Body: done, total, text")                                                  \
        X (10,  CANCEL,      "gateway → worker", "Nobody waits for this call any more")                                              \
        X (11,  RESULT,      "worker → gateway", "Here is the answer. Body: json, the answer as written; cut")                       \
        X (12,  FAULT,       "worker → gateway", "There is no answer, for the reason in `status`. Body: text, a sentence; retry_ms")

typedef enum {
#define X(code, KIND, way, meaning) KIND_##KIND = code,
    ENVELOPE_KINDS (X)
#undef X
} envelope_kind_t;

//        field          type                         need      since  meaning
#define ENVELOPE_FIELDS(X)                                                                                                           \
        X (version,      NUMBER, uint8_t,             REQUIRED, 1, "of this table: ENVELOPE_VERSION")                                \
        X (kind,         NUMBER, uint8_t,             REQUIRED, 1, "what is said")                                                   \
        X (id,           NUMBER, uint64_t,            OPTIONAL, 1, "the call, as the gateway numbers it; 0 when it is about the peer") \
        X (incarnation,  NUMBER, uint64_t,            REQUIRED, 1, "who says it: random, made anew at each start")                   \
        X (service,      NUMBER, uint8_t,             OPTIONAL, 1, "the service that the peer or the call belongs to")               \
        X (tool,         TEXT,   ENVELOPE_TOOL_MAX,   OPTIONAL, 1, "the operation's name")                                           \
        X (budget_ms,    NUMBER, uint32_t,            OPTIONAL, 1, "time that is left for the call")                                 \
        X (attempt,      NUMBER, uint8_t,             OPTIONAL, 1, "1, or 2 after a worker was lost")                                \
        X (traceparent,  BYTES,  ENVELOPE_TRACE_BYTES, OPTIONAL, 1, "trace id, span id of the sender, flags; absent without a trace") \
        X (account,      TEXT,   ENVELOPE_ACCOUNT_MAX, OPTIONAL, 1, "the account's name in the configuration; empty: the own one")   \
        X (region,       TEXT,   ENVELOPE_REGION_MAX, OPTIONAL, 1, "the AWS region; empty: the worker's own")                        \
        X (flags,        NUMBER, uint32_t,            OPTIONAL, 1, "bits: see ENVELOPE_FLAGS")                                       \
        X (status,       NUMBER, uint16_t,            OPTIONAL, 1, "of a FAULT: why (the status table)")                             \
        X (credit,       NUMBER, uint32_t,            OPTIONAL, 1, "of READY and CREDIT: calls at once")                             \
        X (queue_us,     NUMBER, uint32_t,            OPTIONAL, 1, "timing: from the worker's mailbox to its first AWS request")     \
        X (aws_us,       NUMBER, uint32_t,            OPTIONAL, 1, "timing: AWS requests, all attempts added up")                    \
        X (waited_us,    NUMBER, uint32_t,            OPTIONAL, 1, "timing: waits for keys, for turns and between attempts, added up") \
        X (busy_us,      NUMBER, uint32_t,            OPTIONAL, 1, "timing: from the worker's mailbox to its answer")                \
        X (requests,     NUMBER, uint32_t,            OPTIONAL, 1, "AWS requests made, attempts included")                           \
        X (joined,       NUMBER, uint32_t,            OPTIONAL, 1, "AWS requests of other calls whose answers it shared")            \
        X (cached,       NUMBER, uint32_t,            OPTIONAL, 1, "AWS answers that had been kept from calls before")               \
        X (cached_age_ms, NUMBER, uint32_t,           OPTIONAL, 1, "age of the oldest of these")

//        bit  FLAG    meaning
#define ENVELOPE_FLAGS(X)                                                                                                            \
        X (1,  SECRET,  "The body holds secrets: wiped with the message, and never sent over tcp")                                   \
        X (2,  SLOW,    "The call polls or fans out: it may use at most half of a worker's credit")                                  \
        X (4,  HURRIED, "Of a RESULT: cut because the call's time was nearly over; with more of it there may be more")               \
        X (8,  ASKS,    "Of a RESULT: `json` says what the client must be asked first")                                              \
        X (16, UNTOLD,  "Of a REQUEST: nobody looks at the spans, so none need be sent")

enum {
#define X(bit, FLAG, meaning) ENVELOPE_FLAG_##FLAG = bit,
    ENVELOPE_FLAGS (X)
#undef X
};

#define ENVELOPE_MEMBER_NUMBER(field, type) type field;
#define ENVELOPE_MEMBER_TEXT(field, max)    char field [(max) + 1];
#define ENVELOPE_MEMBER_BYTES(field, max)   uint8_t field [max]; bool has_##field;

//  Texts end with a zero byte; empty means absent.
typedef struct {
#define X(field, type, detail, need, since, meaning) ENVELOPE_MEMBER_##type (field, detail)
    ENVELOPE_FIELDS (X)
#undef X
} envelope_t;

//  A new envelope of this version; everything else is zero.
envelope_t envelope_of (envelope_kind_t kind);

//  Copies a text into a field of the envelope. TOO_LARGE if it does not fit: the field stays empty.
#define ENVELOPE_SET(envelope, field, slice) envelope_set_text ((envelope)->field, sizeof (envelope)->field, (slice))
MUST_CHECK status_t envelope_set_text (char *field, size_t size, slice_t text);

//  Appends the frame to out; ask buffer_status.
void envelope_encode (const envelope_t *envelope, buffer_t *out);

//  MALFORMED: not an envelope, a required field missing, a wrong type, too large. Unknown kinds are well-formed: envelope_kind_known tells.
MUST_CHECK status_t envelope_decode (slice_t frame, envelope_t *envelope);
bool envelope_kind_known (uint8_t kind);

const char *envelope_kind_name (uint8_t kind);

//  One line for logs and tests: "REQUEST id=7 service=logs tool=describe_log_groups budget_ms=55000". Only what differs from the default; a
//  peer's text cannot break the line: bytes that are not printable ASCII, blanks and backslashes stand as \x0a.
void envelope_print (const envelope_t *envelope, buffer_t *out);

//  docs/PROTOCOL.md, from the tables above, that of the statuses, and the limits.
void envelope_print_protocol (buffer_t *out);

#endif
