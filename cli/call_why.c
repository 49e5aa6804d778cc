#include "call_why.h"

enum { WORTH_PERCENT = 10, SAID_MAX = 2 };

//  Kinds of time. The name: of the step, as the trace has it (its first word).
typedef struct {
    const char *name;
    const char *one;                    //  "48 ms of it (99 %) went into …"
} kind_t;

enum { KIND_AWS, KIND_BACKOFF, KIND_OTHER = 11, KINDS = 12 };
static const kind_t KIND [KINDS] = {
    { NULL,          "AWS" },
    { "backoff",     "waits between attempts" },
    { "throttle",    "the wait for its turn, because this server keeps to AWS's quotas" },
    { "credentials", "the wait for AWS credentials" },
    { "queue",       "the queue: no worker had room" },
    { "shared",      "the wait for another call that asked the same" },
    { "hop",         "messages on their way to the worker, and its mailbox" },
    { "prepare",     "the worker, before its first request" },
    { "answer",      "the worker, writing the result" },
    { "write",       "the client, taking its answer" },
    { "encode",      "the answer's encoding" },
    { NULL,          "this server's own work" },
};

typedef struct {
    int64_t us [KINDS];
    const tree_span_t *slowest;         //  Attempt
    const tree_span_t *failed;          //  The first attempt that was in vain
    const tree_span_t *cancelled;       //  The last attempt that nobody waited for any more
    const tree_span_t *longest;         //  Wait between attempts
    const tree_span_t *after;           //  The attempt that came after it
    int64_t attempts, failures, throttled, waits;
    int64_t requests;                   //  As far as the attempts tell it
    bool    mixed;                      //  Attempts of more than one operation
} sums_t;

static size_t
s_kind (const tree_span_t *span)
{
    slice_t rest = span->name, word = slice_cut (&rest, ' ');
    if (span->kind == TREE_ATTEMPT)
        return KIND_AWS;
    for (size_t i = 0; i < KINDS; i++)
        if (KIND [i].name && slice_is (word, KIND [i].name))
            return i;
    return KIND_OTHER;
}

static void
s_count_attempt (sums_t *sums, const tree_span_t *span)
{
    sums->attempts++;
    sums->requests += span->requests > 0 && span->attempt == 1;
    sums->mixed |= sums->slowest && !slice_eq (sums->slowest->name, span->name);
    if (!sums->slowest || span->duration_us > sums->slowest->duration_us)
        sums->slowest = span;
    if (slice_is (span->status, "CANCELLED"))
        sums->cancelled = span;
    if (slice_is (span->status, "OK") || slice_is (span->status, "CANCELLED"))
        return;
    sums->failures++;
    sums->throttled += slice_is (span->status, "THROTTLED");
    if (!sums->failed)
        sums->failed = span;
}

//  A wait, and the attempt that it was for: the first one behind it that was made again, of the same request where that is told.
static void
s_count_wait (sums_t *sums, const call_tree_t *tree, const tree_span_t *span)
{
    sums->waits++;
    if (sums->longest && sums->longest->duration_us >= span->duration_us)
        return;
    sums->longest = span;
    sums->after = NULL;
    for (const tree_span_t *next = span + 1; next < tree->spans + tree->count && !sums->after; next++)
        if (next->attempt > 1 && (!span->ordinal || (next->ordinal == span->ordinal && slice_eq (next->parent, span->parent))))
            sums->after = next;
}

static sums_t
s_add_up (const call_tree_t *tree)
{
    sums_t sums = { .attempts = 0 };
    int64_t known_us = 0;
    for (const tree_span_t *span = tree->spans; span < tree->spans + tree->count; span++) {
        if (span->kind == TREE_ATTEMPT)
            s_count_attempt (&sums, span);
        if (!span->critical || !span->leaf)
            continue;
        if (s_kind (span) == KIND_BACKOFF)
            s_count_wait (&sums, tree, span);
        sums.us [s_kind (span)] += span->duration_us;
        known_us += span->duration_us;
    }
    if (tree->count && known_us < tree->call.total_us)
        sums.us [KIND_OTHER] += tree->call.total_us - known_us;
    return sums;
}

//  "request 5 of 16, attempt 1 of 2", as far as there were several.
static void
s_append_which (buffer_t *out, const tree_span_t *span)
{
    buffer_printf (out, "request %lld of %lld", (long long) span->request, (long long) span->requests);
    if (span->attempts > 1)
        buffer_printf (out, ", attempt %lld of %lld", (long long) span->attempt, (long long) span->attempts);
}

//  ": FilterLogEvents, 4 requests, the slowest of which took 3.2 s (#2)".
static void
s_append_aws (buffer_t *out, const sums_t *sums)
{
    if (!sums->slowest)
        return;
    buffer_append_text (out, ": ");
    if (sums->attempts == 1) {
        buffer_append_slice (out, sums->slowest->name);
        buffer_append_text (out, ", one request");
        return;
    }
    if (!sums->mixed) {
        buffer_append_slice (out, sums->slowest->name);
        buffer_append_text (out, ", ");
    }
    if (sums->requests > 1 && sums->attempts > sums->requests)
        buffer_printf (out, "%lld requests in %lld attempts, the slowest of which ", (long long) sums->requests, (long long) sums->attempts);
    else
        buffer_printf (out, "%lld requests, the slowest of which ", (long long) sums->attempts);
    if (sums->mixed) {
        buffer_append_text (out, "(");
        buffer_append_slice (out, sums->slowest->name);
        buffer_append_text (out, ") ");
    }
    buffer_append_text (out, "took ");
    call_line_append_us (out, sums->slowest->duration_us, 0);
    if (sums->slowest->requests > 1) {
        buffer_append_text (out, " (");
        s_append_which (out, sums->slowest);
        buffer_append_char (out, ')');
    } else if (sums->slowest->attempt > 1 || sums->failures)
        buffer_printf (out, " (attempt #%lld)", (long long) sums->slowest->attempt);
}

//  ", the longest of them 1.94 s, before attempt #3 of DescribeLogGroups".
static void
s_append_waits (buffer_t *out, const sums_t *sums)
{
    if (sums->waits > 1) {
        buffer_append_text (out, ", the longest of them ");
        call_line_append_us (out, sums->longest->duration_us, 0);
    }
    if (sums->after && sums->after->requests > 1) {
        buffer_append_text (out, ", before ");
        buffer_append_slice (out, sums->after->name);
        buffer_append_char (out, ' ');
        s_append_which (out, sums->after);
    } else if (sums->after) {
        buffer_printf (out, ", before attempt #%lld of ", (long long) sums->after->attempt);
        buffer_append_slice (out, sums->after->name);
    }
}

//  "AWS throttled DescribeLogGroups once (ThrottlingException)".
static void
s_append_failures (buffer_t *out, const sums_t *sums)
{
    buffer_append_text (out, sums->throttled == sums->failures ? "AWS throttled " : "");
    buffer_append_slice (out, sums->failed->name);
    buffer_append_text (out, sums->throttled == sums->failures ? " " : " failed ");
    if (sums->failures <= 2)
        buffer_append_text (out, sums->failures == 1 ? "once" : "twice");
    else
        buffer_printf (out, "%lld times", (long long) sums->failures);
    slice_t why = json_text (sums->failed->attributes, "error.type");
    if (!why.size)
        why = sums->failed->status;
    buffer_append_text (out, sums->failures == 1 || sums->throttled == sums->failures ? " (" : " (first ");
    buffer_append_slice (out, why);
    buffer_append_char (out, ')');
}

//  The largest kind that was not said yet. KINDS: none is worth it.
static size_t
s_next (const sums_t *sums, const bool *said, int64_t total_us)
{
    size_t next = KINDS;
    for (size_t i = 0; i < KINDS; i++)
        if (!said [i] && sums->us [i] > 0 && sums->us [i] * 100 >= total_us * WORTH_PERCENT && (next == KINDS || sums->us [i] > sums->us [next]))
            next = i;
    return next;
}

//  "search_log_events took 2.1 s and ended with THROTTLED", "describe_alarms was cancelled after 6 s, while asking AWS: DescribeAlarms".
static void
s_append_end (buffer_t *out, const call_line_t *call, const sums_t *sums)
{
    bool cancelled = slice_is (call->status, "CANCELLED");
    buffer_append_slice (out, call->tool);
    buffer_append_text (out, cancelled ? " was cancelled after " : " took ");
    call_line_append_us (out, call->total_us, 0);
    if (cancelled && sums->cancelled) {
        buffer_append_text (out, ", while asking AWS: ");
        buffer_append_slice (out, sums->cancelled->name);
        if (sums->attempts > 1)
            buffer_printf (out, ", attempt #%lld", (long long) sums->cancelled->attempt);
    } else if (!cancelled && !slice_is (call->status, "OK")) {
        buffer_append_text (out, " and ended with ");
        buffer_append_slice (out, call->status);
    }
    buffer_append_char (out, '.');
}

void
call_why_append (buffer_t *out, const call_tree_t *tree)
{
    const call_line_t *call = &tree->call;
    sums_t sums = s_add_up (tree);
    bool said [KINDS] = { false };
    s_append_end (out, call, &sums);
    said [KIND_AWS] = slice_is (call->status, "CANCELLED") && sums.cancelled && sums.attempts == 1;
    for (int i = 0; i < SAID_MAX; i++) {
        size_t kind = s_next (&sums, said, call->total_us);
        if (kind == KINDS)
            break;
        said [kind] = true;
        buffer_append_char (out, ' ');
        call_line_append_us (out, sums.us [kind], 0);
        int64_t percent = call->total_us > 0 ? sums.us [kind] * 100 / call->total_us : 0;
        buffer_printf (out, "%s (%lld %%) went into %s", i == 0 ? " of it" : "", (long long) (percent > 100 ? 100 : percent), KIND [kind].one);
        if (kind == KIND_AWS)
            s_append_aws (out, &sums);
        else if (kind == KIND_BACKOFF)
            s_append_waits (out, &sums);
        buffer_append_char (out, '.');
    }
    if (sums.failed) {
        buffer_append_char (out, ' ');
        s_append_failures (out, &sums);
        buffer_append_char (out, '.');
    }
}
