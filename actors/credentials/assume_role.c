#include "assume_role.h"

#include "aws_wire.h"
#include "find.h"
#include "form.h"
#include "retry.h"
#include "sigv4.h"
#include "sts_answer.h"

#include <stdio.h>
#include <stdlib.h>

enum { CONNECT_MS = 3000, ATTEMPT_MS = 10000, ATTEMPT_MS_MIN = 50, BODY_BYTES_MAX = 8192, TOKEN_BYTES_MAX = 16384 + 1 };

//  From four minutes of skew on AWS's clock is believed more than ours (it takes five).
static const int64_t SKEW_MS = 240000;

static const char CONTENT_TYPE [] = "application/x-www-form-urlencoded";

typedef struct {
    const find_role_t *role;
    endpoint_t  endpoint;
    slice_t     body;                   //  The same for all attempts: no secret
    retry_t     retry;
    int         attempts;
    int         paid;
    int64_t     skew_ms;                //  AWS's clock minus ours, as far as it matters
} assume_t;

static void
s_no_memory (find_t *find)
{
    find_broken (find, true, "There is not enough memory to ask for a role.");
}

//  The parameters, in the arena; false without room.
static bool
s_write_body (find_t *find, assume_t *self)
{
    const find_role_t *role = self->role;
    char name [48], duration [16];
    snprintf (name, sizeof name, "cloudwatch-mcp-%lld", (long long) (find_wall_ms (find) / 1000));
    snprintf (duration, sizeof duration, "%d", role->duration_s);
    buffer_t body;
    buffer_init (&body, BODY_BYTES_MAX);
    form_append (&body, "Action", SLICE ("AssumeRole"));
    form_append (&body, "Version", SLICE ("2011-06-15"));
    form_append (&body, "RoleArn", role->arn);
    form_append (&body, "RoleSessionName", role->session_name.size ? role->session_name : slice_of (name));
    form_append (&body, "ExternalId", role->external_id);
    form_append (&body, "DurationSeconds", role->duration_s ? slice_of (duration) : SLICE_ABSENT);
    char *copy = buffer_status (&body) == STATUS_OK ? arena_copy (find_arena (find), buffer_slice (&body)) : NULL;
    self->body = slice_of (copy);
    buffer_deinit (&body);
    return copy != NULL;
}

//  Signs with the keys that were found, and asks.
static void
s_ask (find_t *find)
{
    assume_t *self = find_state (find);
    const found_keys_t *found = find_keys (find);
    sigv4_keys_t keys = { buffer_slice (&found->key_id), buffer_slice (&found->secret), buffer_slice (&found->token) };
    sigv4_field_t fields [] = { { "host", slice_of (self->endpoint.host) }, { "content-type", slice_of (CONTENT_TYPE) } };
    sigv4_request_t request = {
        .method = "POST", .path = slice_of (self->endpoint.path), .fields = fields, .fields_count = 2, .body = self->body,
        .region = self->endpoint.region, .service = self->endpoint.service, .wall_ms = find_wall_ms (find) + self->skew_ms,
    };
    sigv4_signature_t signature = { .date = "" };
    sigv4_t *signer = sigv4_new ();
    status_t status = signer ? sigv4_sign (signer, &keys, &request, &signature) : STATUS_NO_MEMORY;
    sigv4_destroy (&signer);
    if (status != STATUS_OK) {
        find_broken (find, status == STATUS_NO_MEMORY, "The request for the role %.*s could not be signed: %s.", (int) self->role->arn.size,
                     self->role->arn.data, status_sentence (status));
        return;
    }
    buffer_t token;
    buffer_init_secret (&token, TOKEN_BYTES_MAX);
    buffer_append_slice (&token, keys.token);
    buffer_append_char (&token, 0);
    buffer_append_char (&signature.authorization, 0);
    const char *url = arena_printf (find_arena (find), "%s/", self->endpoint.url);
    if (!url || buffer_status (&token) != STATUS_OK || buffer_status (&signature.authorization) != STATUS_OK)
        s_no_memory (find);
    else {
        transfer_field_t sent [] = {
            { "Content-Type", CONTENT_TYPE }, { "X-Amz-Date", signature.date }, { "Authorization", signature.authorization.data },
            { "X-Amz-Security-Token", token.data },
        };
        self->attempts++;
        find_ask (find, &(transfer_request_t) {
            .method = "POST", .url = url, .fields = sent, .fields_count = keys.token.size ? 4 : 3, .body = self->body,
            .connect_ms = CONNECT_MS, .total_ms = ATTEMPT_MS, .answer_bytes_max = FIND_ANSWER_BYTES_MAX });
    }
    buffer_deinit (&token);
    sigv4_signature_deinit (&signature);
}

static void
s_begin (find_t *find)
{
    assume_t *self = arena_alloc (find_arena (find), sizeof *self);
    if (!self) {
        s_no_memory (find);
        return;
    }
    const find_role_t *role = self->role = find_role (find);
    slice_t region = role->region.size ? role->region : slice_of (find_region (find));
    const char *reason = NULL;
    find_set_state (find, self);
    retry_init (&self->retry, find_attempts_max (find), find_random (find));
    if (!region.size)
        find_broken (find, false, "The role %.*s is asked for at the STS of a region, and none is known: set AWS_REGION.", (int) role->arn.size,
                     role->arn.data);
    else if (endpoint_find (find_endpoints (find), AWS_STS, region, &self->endpoint, &reason) != STATUS_OK)
        find_broken (find, false, "The STS for the role %.*s cannot be asked. %s", (int) role->arn.size, role->arn.data, reason);
    else if (!s_write_body (find, self))
        find_broken (find, false, "The role %.*s cannot be asked for: its name and parameters are longer than any are.", (int) role->arn.size,
                     role->arn.data);
    else
        s_ask (find);
}

//  AWS's clock against ours. True when it taught us something: the next signature will carry another time.
static bool
s_learn_skew (find_t *find, assume_t *self, const transfer_answer_t *http)
{
    int64_t date_ms;
    if (http->status != STATUS_OK || !aws_wire_date (transfer_answer_header (http, "Date"), &date_ms))
        return false;
    int64_t skew_ms = date_ms - find_wall_ms (find);
    if (llabs (skew_ms) < SKEW_MS)
        skew_ms = 0;
    bool learnt = llabs (skew_ms - self->skew_ms) >= SKEW_MS;
    self->skew_ms = skew_ms;
    return learnt;
}

//  Asks again after a while, or ends with what STS said.
static void
s_failed (find_t *find, assume_t *self, const transfer_answer_t *http, const aws_error_t *error)
{
    bool skewed = s_learn_skew (find, self, http) && (error->class == AWS_SKEWED || error->class == AWS_EXPIRED);
    bool passing = skewed || error->class == AWS_TRANSIENT || error->class == AWS_THROTTLED || error->class == AWS_BROKEN;
    retry_failure_t failure = {
        .attempt = self->attempts, .class = passing && error->class != AWS_THROTTLED ? AWS_TRANSIENT : error->class,
        .asked_ms = retry_after_parse (transfer_answer_header (http, "x-amz-retry-after")), .budget_ms = FIND_MS, .attempt_ms = ATTEMPT_MS_MIN,
    };
    int64_t wait_ms;
    if (retry_failed (&self->retry, &failure, &wait_ms, &self->paid) == RETRY_LATER) {
        find_wait (find, wait_ms);
        return;
    }
    const find_role_t *role = self->role;
    size_t size = strlen (error->message);
    bool ended = size && error->message [size - 1] == '.';      //  Mostly an ARN is its last word, which people copy
    if (http->status != STATUS_OK)
        find_broken (find, true, "STS at %s could not be asked for the role %.*s: %s.", self->endpoint.host, (int) role->arn.size, role->arn.data,
                     http->reason);
    else
        find_broken (find, passing, "STS at %s did not give the keys of the role %.*s: %s%s%s%s%s", self->endpoint.host, (int) role->arn.size,
                     role->arn.data, error->code, size ? ": " : "", error->message, ended ? "" : ".",
                     error->class == AWS_DENIED ? " Look at the role's trust policy, and at whether these credentials may sts:AssumeRole." : "");
}

static void
s_went_on (find_t *find, const find_answer_t *answer)
{
    assume_t *self = find_state (find);
    const transfer_answer_t *http = answer->http;
    if (!http) {
        s_ask (find);
        return;
    }
    found_keys_t keys;
    aws_error_t error = { .class = AWS_TRANSIENT };         //  Of a network that failed
    found_keys_init (&keys);
    status_t status = http->status == STATUS_OK ? sts_answer_read (http->http_status, http->body, &keys, &error) : http->status;
    if (status == STATUS_NO_MEMORY)
        s_no_memory (find);
    else if (status != STATUS_OK)
        s_failed (find, self, http, &error);
    else {
        found_keys_t *found = find_keys (find);
        found_keys_deinit (found);
        *found = keys;
        found_keys_init (&keys);
        found->expires_ms -= self->skew_ms;     //  By our clock
        find_has (find, "%.*s, at %s", (int) self->role->arn.size, self->role->arn.data, self->endpoint.host);
    }
    found_keys_deinit (&keys);
}

const provider_t ASSUME_ROLE = { .name = "role", .looked_at = NULL, .begin = s_begin, .went_on = s_went_on };
