#include "envelope.h"

#include "message.h"
#include "reader.h"

static void
s_print_text (buffer_t *out, const char *text)
{
    for (; *text; text++)
        if (*text > ' ' && *text < 0x7f && *text != '\\')
            buffer_append_char (out, *text);
        else
            buffer_printf (out, "\\x%02x", (uint8_t) *text);
}

//  Numbers that have a name in a table are printed by it; NULL for all others.
static const char *
s_number_name (slice_t field, uint64_t number)
{
    if (slice_is (field, "service") && number < SERVICES_END)
        return service_name ((service_t) number);
    if (slice_is (field, "status") && !slice_is (slice_of (status_name ((status_t) number)), "UNKNOWN"))
        return status_name ((status_t) number);
    return NULL;
}

static void
s_print_number (buffer_t *out, const char *field, uint64_t number)
{
    const char *name = s_number_name (slice_of (field), number);
    if (name)
        buffer_printf (out, " %s=%s", field, name);
    else
        buffer_printf (out, " %s=%llu", field, (unsigned long long) number);
}

//  The kind begins the line; the version is the same in all messages that a log will ever hold.
static bool
s_is_in_line (slice_t field, const envelope_t *envelope)
{
    return !slice_is (field, "version") && !(slice_is (field, "kind") && envelope_kind_known (envelope->kind));
}

#define PRINT_NUMBER(field)                                                     \
    if (envelope->field && s_is_in_line (SLICE (#field), envelope))             \
        s_print_number (out, #field, envelope->field);
#define PRINT_TEXT(field)                                                       \
    if (envelope->field [0]) {                                                  \
        buffer_append_text (out, " " #field "=");                               \
        s_print_text (out, envelope->field);                                    \
    }
#define PRINT_BYTES(field)                                                      \
    if (envelope->has_##field) {                                                \
        buffer_append_text (out, " " #field "=");                               \
        for (size_t i = 0; i < sizeof envelope->field; i++)                     \
            buffer_printf (out, "%02x", envelope->field [i]);                   \
    }

void
envelope_print (const envelope_t *envelope, buffer_t *out)
{
    buffer_append_text (out, envelope_kind_name (envelope->kind));
#define X(field, type, detail, need, since, meaning) PRINT_##type (field)
    ENVELOPE_FIELDS (X)
#undef X
}

//  --- docs/PROTOCOL.md, one function per section. Prose stands here only where no table says it.

static void
s_print_message (buffer_t *out)
{
    buffer_printf (out,
        "# The message protocol\n\n"
        "This is version %d of what the gateway and its workers say to each other, over `inproc://` in one process and over `tcp://` between\n"
        "pods. The file is printed from the tables in `proto/envelope.h` and `runtime/status.h`; change those, and a test says how to print it\n"
        "anew.\n\n",
        ENVELOPE_VERSION);
    buffer_append_text (out,
        "## A message\n\n"
        "A message is three ZeroMQ frames:\n\n"
        "| frame | encoding | what it is |\n"
        "|---|---|---|\n"
        "| envelope | a msgpack array, one element per row of the [fields](#fields), in that order | all that is needed to route, expire, trace and "
        "repeat the message |\n"
        "| body | a msgpack map, see [bodies](#bodies), or empty | opaque on the way: nobody between the two ends parses or copies it |\n"
        "| spans | opaque here, or empty | finished spans, on their way to the gateway's trace |\n\n"
        "The gateway binds a ROUTER, and each worker connects a DEALER for each service that it offers. A message that is not three frames, or\n"
        "whose envelope cannot be read, is dropped and counted; the messages behind it are not affected.\n\n");
}

static void
s_print_grammars (buffer_t *out)
{
    buffer_append_text (out,
        "## Conversations\n\n"
        "There is one conversation per peer, and within it one per call (in the notation of RFC 5234):\n\n"
        "```\n"
        "peer      = READY *( CREDIT / HEARTBEAT / call ) [ DRAIN *( HEARTBEAT / call ) ] [ BYE ]\n"
        "call      = ( REQUEST / CALL ) *PROGRESS [ CANCEL *PROGRESS ] ( RESULT / FAULT )\n"
        "```\n\n"
        "- A worker announces in READY how many calls it takes at once, its credit, and the gateway never has more with it.\n"
        "- Both sides send HEARTBEAT. Silence ends a conversation too. To a peer that it does not know the gateway says WHO, and the worker READY "
        "again.\n"
        "- The messages of several calls stand between each other; `id` says to which one a message belongs. Behind DRAIN only calls that had begun "
        "go on.\n"
        "- CANCEL never ends a call: a RESULT that crossed it does, or FAULT (CANCELLED). Either returns the credit.\n"
        "- What answers a CALL goes the other way, from the gateway to the worker. Cancelling a call cancels the CALLs that were made for it.\n"
        "- Time crosses only as a budget that is left, in ms: clocks of two pods are never compared.\n\n");
}

static void
s_print_kinds (buffer_t *out)
{
    buffer_append_text (out, "## Kinds\n\n| code | kind | who says it | meaning |\n|---:|---|---|---|\n");
#define X(code, KIND, way, meaning) buffer_printf (out, "| %d | %s | %s | %s |\n", code, #KIND, way, meaning);
    ENVELOPE_KINDS (X)
#undef X
    buffer_append_text (out, "\n");
}

#define PRINT_TYPE_NUMBER(type) buffer_printf (out, "int ≥ 0, %zu bits", 8 * sizeof (type));
#define PRINT_TYPE_TEXT(max)    buffer_printf (out, "str, ≤ %d bytes", max);
#define PRINT_TYPE_BYTES(max)   buffer_printf (out, "bin, %d bytes", max);

static void
s_print_fields (buffer_t *out)
{
    int number = 0;
    const char *REQUIRED = "required", *OPTIONAL = "optional";
    buffer_append_text (out, "## Fields\n\n| number | field | type | need | since | meaning |\n|---:|---|---|---|---:|---|\n");
#define X(field, type, detail, need, since, meaning)                        \
    buffer_printf (out, "| %d | %s | ", number++, #field);                  \
    PRINT_TYPE_##type (detail)                                              \
    buffer_printf (out, " | %s | %d | %s |\n", need, since, meaning);
    ENVELOPE_FIELDS (X)
#undef X
    buffer_append_text (out,
        "\nAn optional field that is nil, or behind the end of the array, reads as 0, as empty, or as absent. A text holds no zero byte. `service`\n"
        "is one of these:\n\n"
        "| code | name | answers |\n|---:|---|---|\n");
#define X(code, NAME, name, title) buffer_printf (out, "| %d | %s | %s |\n", code, name, title);
    SERVICE_TABLE (X)
#undef X
}

static void
s_print_flags (buffer_t *out)
{
    buffer_append_text (out, "\n## Flags\n\n| bit | flag | meaning |\n|---:|---|---|\n");
#define X(bit, FLAG, meaning) buffer_printf (out, "| %d | %s | %s |\n", bit, #FLAG, meaning);
    ENVELOPE_FLAGS (X)
#undef X
    buffer_append_text (out,
        "\n**Credentials never cross tcp.** They travel between threads of one process only, as SECRET; a mailbox refuses to send a SECRET message\n"
        "through any other endpoint than an `inproc://` one. Each pod obtains its own.\n\n");
}

static void
s_print_bodies (buffer_t *out)
{
    buffer_append_text (out,
        "## Bodies\n\n"
        "| of | shape | remarks |\n"
        "|---|---|---|\n"
        "| READY | `{\"tools\": {name: version, …}}` | a call goes only to a worker that named the tool in the contract's very version |\n"
        "| REQUEST, CALL | `{name: value, …}` | the arguments, checked against the tool's contract and complete with its defaults; beside them, when "
        "a client comes again with what it was asked, its answers as the map `$responses`, and `$state`, the state that the worker gave |\n"
        "| PROGRESS | `{\"done\": number, \"total\": number, \"text\": str}` | `done` rises with each message of a call; `total` 0: not known; "
        "both are finite; `text` may be nil |\n"
        "| RESULT | `{\"json\": bin, \"cut\": bool}` | `json` is one JSON object: the structuredContent as the actor wrote it; of a tool without an "
        "outputSchema, `content` and perhaps `_meta`; with the flag ASKS, `requests` and perhaps `state`. `cut`: more exists than is in it |\n"
        "| FAULT | `{\"text\": str, \"retry_ms\": int}` | `text` is a sentence for the caller, or nil; "
        "`retry_ms`: when asking again can help, -1: not said |\n\n"
        "All other kinds have an empty body. Members may stand in any order, and unknown ones are passed over.\n\n");
}

static void
s_print_statuses (buffer_t *out)
{
    buffer_append_text (out,
        "## Statuses\n\n"
        "`status` of a FAULT. *Again* says whether the same call may succeed a little later. A number that is not in the table, from a newer peer,\n"
        "reads as a failure that asking again does not help.\n\n"
        "| code | status | again | meaning |\n|---:|---|---|---|\n");
#define X(code, name, retryable, sentence) buffer_printf (out, "| %d | %s | %s | %s |\n", code, #name, (retryable) ? "yes" : "no", sentence);
    STATUS_TABLE (X)
#undef X
}

static void
s_print_limits (buffer_t *out)
{
    buffer_append_text (out, "\n## Limits\n\n| of | at most |\n|---|---:|\n");
    buffer_printf (out, "| envelope | %d KB |\n", ENVELOPE_BYTES_MAX / 1024);
    buffer_printf (out, "| body | %d KB |\n", MESSAGE_BODY_BYTES_MAX / 1024);
    buffer_printf (out, "| spans | %d KB |\n", MESSAGE_SPANS_BYTES_MAX / 1024);
    buffer_printf (out, "| the whole message, and each frame on tcp | %d MB |\n", MESSAGE_BYTES_MAX / 1024 / 1024);
    buffer_printf (out, "| nesting of arrays and maps | %d |\n", READER_DEPTH_MAX);
    buffer_append_text (out,
        "\nWhat is larger is malformed. A count or a length that the bytes behind it cannot hold is malformed too, before anything is allocated\n"
        "for it.\n\n");
}

static void
s_print_versions (buffer_t *out)
{
    buffer_append_text (out,
        "## Versions\n\n"
        "Two neighbouring versions understand each other, so that gateway and workers need not be replaced at one moment:\n\n"
        "- Rows of the fields are only ever appended, and a code of a kind, a service, a flag or a status is never used again.\n"
        "- A missing tail of the envelope reads as the default; an extra tail is passed over.\n"
        "- An unknown kind is answered with FAULT (UNSUPPORTED).\n"
        "- A required field that is missing, or any field of a wrong type or beyond its limit, makes the message malformed. New fields are optional\n"
        "  for that reason.\n"
        "- Shapes of bodies grow by members, which older peers pass over. A tool whose arguments change their meaning gets a new version in its\n"
        "  contract, and is only given to workers that named that version.\n");
}

void
envelope_print_protocol (buffer_t *out)
{
    s_print_message (out);
    s_print_grammars (out);
    s_print_kinds (out);
    s_print_fields (out);
    s_print_flags (out);
    s_print_bodies (out);
    s_print_statuses (out);
    s_print_limits (out);
    s_print_versions (out);
}
