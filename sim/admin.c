#include "admin.h"

#include "json.h"

//  A thousand requests with bodies of 4 KB, escaped at worst.
enum { ANSWER_BYTES_MAX = 32 * 1024 * 1024 };

bool
admin_has_path (slice_t path)
{
    return slice_starts (path, "/_sim/");
}

static int
s_complain (buffer_t *body, int status, slice_t sentence)
{
    buffer_clear (body);
    buffer_append_text (body, "{\"error\":");
    json_append_string (body, sentence);
    buffer_append_char (body, '}');
    return status;
}

//  Writes the answer's body and gives its status.
static int
s_answer_faults (slice_t method, slice_t json, faults_t *faults, buffer_t *body)
{
    if (slice_is (method, "GET")) {
        faults_write (faults, body);
        return 200;
    }
    if (slice_is (method, "DELETE")) {
        faults_clear (faults);
        return 204;
    }
    if (!slice_is (method, "PUT"))
        return s_complain (body, 405, SLICE ("/_sim/faults takes GET, PUT and DELETE."));
    buffer_t sentence;
    buffer_init (&sentence, ANSWER_BYTES_MAX);
    int status = faults_set (faults, json, &sentence) == STATUS_OK ? 204 : s_complain (body, 400, buffer_slice (&sentence));
    buffer_deinit (&sentence);
    return status;
}

//  Reads "after=N"; an absent query is N = 0.
static bool
s_read_after (slice_t query, uint64_t *after)
{
    static const char NAME [] = "after=";
    *after = 0;
    if (!query.size)
        return true;
    if (!slice_starts (query, NAME) || query.size == sizeof NAME - 1 || query.size > sizeof NAME - 1 + 18)
        return false;
    for (size_t i = sizeof NAME - 1; i < query.size; i++) {
        if (query.data [i] < '0' || query.data [i] > '9')
            return false;
        *after = *after * 10 + (uint64_t) (query.data [i] - '0');
    }
    return true;
}

static int
s_answer_requests (slice_t method, slice_t query, journal_t *journal, buffer_t *body)
{
    uint64_t after;
    if (slice_is (method, "DELETE")) {
        journal_clear (journal);
        return 204;
    }
    if (!slice_is (method, "GET"))
        return s_complain (body, 405, SLICE ("/_sim/requests takes GET and DELETE."));
    if (!s_read_after (query, &after))
        return s_complain (body, 400, SLICE ("The only parameter of /_sim/requests is after=N, where N is the number of a request."));
    journal_write (journal, after, body);
    return 200;
}

static int
s_answer_knobs (slice_t method, slice_t json, knobs_t *knobs, buffer_t *body)
{
    if (slice_is (method, "GET")) {
        knobs_write (knobs, body);
        return 200;
    }
    if (!slice_is (method, "PUT"))
        return s_complain (body, 405, SLICE ("/_sim/knobs takes GET and PUT."));
    buffer_t sentence;
    buffer_init (&sentence, ANSWER_BYTES_MAX);
    int status = knobs_set (knobs, json, &sentence) == STATUS_OK ? 204 : s_complain (body, 400, buffer_slice (&sentence));
    buffer_deinit (&sentence);
    return status;
}

static int
s_answer_keys (slice_t method, issued_keys_t *issued, buffer_t *body)
{
    if (slice_is (method, "GET")) {
        issued_keys_write (issued, body);
        return 200;
    }
    if (!slice_is (method, "DELETE"))
        return s_complain (body, 405, SLICE ("/_sim/keys takes GET and DELETE."));
    issued_keys_revoke (issued);
    return 204;
}

void
admin_answer (http_exchange_t **exchange_p, const admin_reach_t *reach)
{
    buffer_t body;
    buffer_init (&body, ANSWER_BYTES_MAX);
    slice_t path = http_path (*exchange_p), method = http_method (*exchange_p), sent = http_body (*exchange_p);
    int status;
    if (slice_is (path, "/_sim/faults"))
        status = s_answer_faults (method, sent, reach->faults, &body);
    else
    if (slice_is (path, "/_sim/requests"))
        status = s_answer_requests (method, http_query (*exchange_p), reach->journal, &body);
    else
    if (slice_is (path, "/_sim/knobs"))
        status = s_answer_knobs (method, sent, reach->knobs, &body);
    else
    if (slice_is (path, "/_sim/keys"))
        status = s_answer_keys (method, reach->issued, &body);
    else
        status = s_complain (&body, 404, SLICE ("The simulator has /_sim/faults, /_sim/requests, /_sim/knobs and /_sim/keys."));
    if (buffer_status (&body) != STATUS_OK)
        status = s_complain (&body, 500, SLICE ("The answer does not fit into memory."));
    http_reply (exchange_p, &(http_reply_t) { .status = status, .content_type = status == 204 ? NULL : "application/json" },
                status == 204 ? NULL : &body);
    buffer_deinit (&body);
}
