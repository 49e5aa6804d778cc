#include "sentence.h"

#include "visible.h"

//  When AWS names no time, it forgives within this.
static const int64_t RETRY_MS = 5000;

//  Who was asked for what, as a policy names it: "logs:DescribeLogGroups in eu-west-1"
static void
s_action (buffer_t *out, const outcome_t *outcome, const char *region)
{
    buffer_printf (out, "%s:%s in %s", aws_service_iam (outcome->service), outcome->api, region);
}

//  A wait of less is not worth a word.
static const int64_t WAITED_MS = 100;

//  "in 2.1 s, 1.9 s of it waiting"
static void
s_took (buffer_t *out, const outcome_t *outcome)
{
    buffer_printf (out, "in %.1f s", (double) outcome->took_ms / 1000.0);
    if (outcome->waited_ms >= WAITED_MS)
        buffer_printf (out, ", %.1f s of it waiting", (double) outcome->waited_ms / 1000.0);
}

//  "(3 attempts in 2.1 s, 1.9 s of it waiting; before: ThrottlingException)" where more than one was made or wanted.
static void
s_attempts (buffer_t *out, const outcome_t *outcome)
{
    if (outcome->attempts < 1 || (outcome->attempts == 1 && !outcome->before))
        return;
    buffer_printf (out, " (%d attempt%s ", outcome->attempts, outcome->attempts > 1 ? "s" : "");
    s_took (out, outcome);
    bool another = outcome->before && !(outcome->reason && strcmp (outcome->before, outcome->reason) == 0);
    if (another) {
        buffer_append_text (out, "; before: ");
        visible_append (out, slice_of (outcome->before));
    }
    buffer_append_char (out, ')');
}

//  AWS's own words, with the full stop that they mostly lack.
static void
s_quote (buffer_t *out, const aws_error_t *error)
{
    slice_t message = slice_trim (slice_of (error->message));
    if (!message.size)
        return;
    buffer_append_text (out, " AWS says: ");
    visible_append (out, message);
    if (!strchr (".!?", message.data [message.size - 1]))
        buffer_append_char (out, '.');
}

static void
s_code (buffer_t *out, const aws_error_t *error)
{
    visible_append (out, slice_of (error->code));
    buffer_append_text (out, ": ");
}

static void
s_denied (buffer_t *out, const outcome_t *outcome, const char *region)
{
    s_code (out, outcome->error);
    buffer_append_text (out, "the role may not call ");
    s_action (out, outcome, region);
    buffer_printf (out, ". Add %s:%s to its policy.", aws_service_iam (outcome->service), outcome->api);
    s_quote (out, outcome->error);
}

static void
s_throttled (buffer_t *out, const outcome_t *outcome, const char *region)
{
    s_code (out, outcome->error);
    s_action (out, outcome, region);
    buffer_append_text (out, " was throttled");
    if (outcome->attempts > 1) {
        buffer_printf (out, " %d times ", outcome->attempts);
        s_took (out, outcome);
    }
    int64_t retry_ms = outcome->retry_ms > 0 ? outcome->retry_ms : RETRY_MS;
    if (outcome->quota_per_s > 0)
        buffer_printf (out, " (the account's quota is %g requests/s and others use it too)", outcome->quota_per_s);
    buffer_printf (out, ". Ask again in about %lld s, or ask for less.", (long long) (retry_ms + 999) / 1000);
}

//  The signature was refused: the keys, or the clock.
static void
s_not_accepted (buffer_t *out, const outcome_t *outcome, const char *region)
{
    bool clock = outcome->error->class == AWS_SKEWED;
    s_code (out, outcome->error);
    buffer_printf (out, "AWS does not accept %s for ", clock ? "the signature" : "these credentials");
    s_action (out, outcome, region);
    buffer_append_text (out, clock ? ". Check the secret key, and this machine's clock."
                                   : ", also after they were read anew. Check that they belong to this account and have not expired.");
    s_quote (out, outcome->error);
}

static void
s_broken (buffer_t *out, const outcome_t *outcome, const char *region)
{
    buffer_printf (out, "%s failed to answer %s in %s: ", aws_service_title (outcome->service), outcome->api, region);
    visible_append (out, slice_of (outcome->error->code));
    s_attempts (out, outcome);
    //  What is broken for good (a redirect, an operation that this endpoint has not) is not mended by asking again
    buffer_append_text (out, outcome->error->class == AWS_TRANSIENT ? ". Ask again in a few seconds." : ".");
    s_quote (out, outcome->error);
}

//  A refusal without a code: AWS names one, so whoever answered is not AWS. Settings by service: endpoint.c.
static bool
s_is_stranger (const aws_error_t *error)
{
    return error->class == AWS_INVALID && strncmp (error->code, "HTTP ", 5) == 0;
}

static void
s_stranger (buffer_t *out, const outcome_t *outcome, const char *region)
{
    s_code (out, outcome->error);
    s_action (out, outcome, region);
    buffer_printf (out, " was refused without a reason, as AWS does not: something else answers there. Look at the endpoint settings "
                   "(AWS_ENDPOINT_URL and %s; in a profile, endpoint_url) and at the proxy (HTTPS_PROXY).",
                   endpoint_variable (outcome->service));
    s_quote (out, outcome->error);
}

//  AWS said something, of whatever class.
static void
s_said (buffer_t *out, const outcome_t *outcome, const char *region)
{
    switch (outcome->error->class) {
    case AWS_DENIED:
        s_denied (out, outcome, region);
        break;
    case AWS_THROTTLED:
        s_throttled (out, outcome, region);
        break;
    case AWS_EXPIRED:
    case AWS_SKEWED:
        s_not_accepted (out, outcome, region);
        break;
    case AWS_TRANSIENT:
    case AWS_BROKEN:
        s_broken (out, outcome, region);
        break;
    case AWS_INVALID:
    case AWS_NO_ERROR:
        if (s_is_stranger (outcome->error)) {
            s_stranger (out, outcome, region);
            break;
        }
        s_code (out, outcome->error);
        s_action (out, outcome, region);
        buffer_append_text (out, " was refused.");
        s_quote (out, outcome->error);
        break;
    }
}

//  It would have had to wait for longer than there was time, or there was no place for it.
static void
s_busy (buffer_t *out, const outcome_t *outcome, const char *region)
{
    s_action (out, outcome, region);
    buffer_printf (out, " was not asked%s: %s", outcome->attempts > 0 ? " again" : "", outcome->reason ? outcome->reason : "the quota is used up");
    s_attempts (out, outcome);
    buffer_append_char (out, '.');
    if (outcome->retry_ms > 0)
        buffer_printf (out, " Its turn would come in %.1f s: ask again then, or ask for less.", (double) outcome->retry_ms / 1000.0);
    else
        buffer_append_text (out, " Ask again in a few seconds.");
}

static void
s_late (buffer_t *out, const outcome_t *outcome, const char *region)
{
    if (outcome->attempts > 0 && !outcome->unasked) {
        buffer_printf (out, "%s in %s did not answer %s in time", aws_service_title (outcome->service), region, outcome->api);
    } else {
        s_action (out, outcome, region);
        buffer_printf (out, " was not asked%s in time", outcome->attempts > 0 ? " again" : "");
    }
    buffer_printf (out, ": %s", outcome->reason ? outcome->reason : "no answer");
    s_attempts (out, outcome);
    buffer_append_text (out, ". Ask for less, or again later.");
}

//  Nothing came of it before AWS could say a word.
static void
s_not_reached (buffer_t *out, const outcome_t *outcome, const char *region)
{
    bool network = outcome->status == STATUS_UNREACHABLE || outcome->status == STATUS_MALFORMED || outcome->status == STATUS_REFUSED;
    const char *reason = outcome->reason ? outcome->reason : status_sentence (outcome->status);
    if (network)
        buffer_printf (out, "%s in %s could not be reached for %s: %s", aws_service_title (outcome->service), region, outcome->api, reason);
    else
        buffer_printf (out, "%s in %s was not asked for %s: %s", aws_service_title (outcome->service), region, outcome->api, reason);
    s_attempts (out, outcome);
    buffer_append_text (out, network ? ". Check the region's name, the network and the endpoint settings (AWS_ENDPOINT_URL)." : ".");
}

//  "800 ms", "42 s", "5 min"
static void
s_span (buffer_t *out, int64_t ms)
{
    if (ms < 1000)
        buffer_printf (out, "%lld ms", (long long) ms);
    else if (ms < 120000)
        buffer_printf (out, "%lld s", (long long) (ms + 500) / 1000);
    else
        buffer_printf (out, "%lld min", (long long) (ms + 30000) / 60000);
}

//  Others have tried in vain, and nobody tries now.
static void
s_barred (buffer_t *out, const outcome_t *outcome, const char *region)
{
    buffer_printf (out, "%s in %s has not been reachable for ", aws_service_title (outcome->service), region);
    s_span (out, outcome->dead_ms);
    buffer_append_text (out, " (");
    visible_append (out, slice_of (outcome->reason));
    buffer_printf (out, "), so %s was not asked%s. It is tried again ", outcome->api, outcome->attempts > 0 ? " once more" : "");
    if (outcome->retry_ms > 0) {
        buffer_append_text (out, "in ");
        s_span (out, outcome->retry_ms);
    } else {
        buffer_append_text (out, "at this moment");
    }
    buffer_append_text (out, ": ask again then. If it lasts, check the region's name, the network and the endpoint settings (AWS_ENDPOINT_URL).");
}

void
sentence_of_outcome (buffer_t *out, const outcome_t *outcome, const char *region)
{
    const aws_error_t *error = outcome->error;
    if (error && error->code [0])
        s_said (out, outcome, region);
    else if (error && error->message [0])       //  The credentials actor's own sentence
        visible_append (out, slice_of (error->message));
    else if (outcome->barred)
        s_barred (out, outcome, region);
    else if (outcome->status == STATUS_BUSY)
        s_busy (out, outcome, region);
    else if (outcome->status == STATUS_DEADLINE)
        s_late (out, outcome, region);
    else if (outcome->status == STATUS_TOO_LARGE)
        buffer_printf (out, "%s in %s sent more than fits in one answer to %s. Ask for less.", aws_service_title (outcome->service), region,
                       outcome->api);
    else
        s_not_reached (out, outcome, region);
}

void
sentence_begin (buffer_t *note)
{
    if (note->size)
        buffer_append_char (note, ' ');
}

void
sentence_of_age (buffer_t *note, int64_t age_ms)
{
    if (age_ms < 1000)
        return;
    sentence_begin (note);
    buffer_printf (note, "This list is %lld s old.", (long long) age_ms / 1000);
}
