/*  Gives STS the token that somebody else vouches for a pod or a job with, and gets a role's keys for it: AssumeRoleWithWebIdentity, which is not
    signed, because the token says who asks.

        ask ──▶ answer ──▶ keys, or a sentence
         ▲         │
         └─ pause ◀┘  throttled or in trouble, as retry.h says; IDPCommunicationError is such a trouble

    The variables go before the profile's keys, unless the profile was asked for by flag or another profile leads to it. The token's file is read anew
    for each request: in EKS it is renewed every hour. */

#include "find.h"

#include "aws_wire.h"
#include "form.h"
#include "retry.h"
#include "sts_answer.h"
#include "token_file.h"
#include "visible.h"

#include <stdlib.h>

static const char TOKEN_FILE [] = "AWS_WEB_IDENTITY_TOKEN_FILE", ROLE [] = "AWS_ROLE_ARN", SESSION_NAME [] = "AWS_ROLE_SESSION_NAME";

enum { CONNECT_MS = 3000, ATTEMPT_MS = 10000, ATTEMPT_MS_MIN = 50, BODY_BYTES_MAX = 3 * TOKEN_FILE_BYTES_MAX + 8192, WORDS_BYTES_MAX = 512 };

//  From four minutes of skew on AWS's clock is believed more than ours (assume_role.c does, too).
static const int64_t SKEW_MS = 240000;

//  So much of a token's beginning is enough to know it by.
enum { TELLING_BYTES = 16 };

typedef struct {
    const char *from;                   //  What names the file: the variable, or the profile
    const char *path;
    const char *role;
    const char *session_name;
    endpoint_t  endpoint;
    retry_t     retry;
    int         attempts;
    int         paid;
} web_identity_t;

//  What is said of a code of STS's behind its own words.
static const struct {
    const char *code;
    const char *hint;
} HINTS [] = {
    { "InvalidIdentityToken", "IAM must have an identity provider for the token's issuer (the cluster's OIDC provider), with the token's audience, "
      "which is mostly sts.amazonaws.com." },
    { "ExpiredTokenException", "The file is read anew each time, so whoever renews it does not: the kubelet, for a pod's token." },
    { "AccessDenied", "Look at the role's trust policy: its conditions on the token's sub and aud must fit, and the service account's annotation "
      "eks.amazonaws.com/role-arn must name this role." },
    { "IDPRejectedClaim", "The identity provider no longer takes the token." },
    { "ValidationError", "Look at the role's ARN and at the session's name." },
    { "RegionDisabledException", "STS is turned off in this region for the account: choose another region, or turn it on." },
};

static const char *
s_hint (slice_t code)
{
    for (size_t i = 0; i < sizeof HINTS / sizeof HINTS [0]; i++)
        if (slice_is (code, HINTS [i].code))
            return HINTS [i].hint;
    return "";
}

//  --- What is configured

static const char *
s_copied (find_t *find, slice_t text)
{
    return text.size ? arena_copy (find_arena (find), text) : NULL;
}

//  From the variables, when they count.
static bool
s_from_variables (find_t *find, web_identity_t *self)
{
    const char *path = find_variable (find, TOKEN_FILE);
    if (!path || find_followed (find) || find_profile_by_flag (find))
        return false;
    *self = (web_identity_t) {
        .from = TOKEN_FILE, .path = path, .role = find_variable (find, ROLE), .session_name = find_variable (find, SESSION_NAME) };
    return true;
}

static bool
s_from_profile (find_t *find, web_identity_t *self)
{
    const profile_files_t *files = find_files (find);
    const char *profile = find_profile (find);
    slice_t path = profile_files_value (files, profile, "web_identity_token_file");
    if (!path.size)
        return false;
    *self = (web_identity_t) {
        .from = arena_printf (find_arena (find), "web_identity_token_file of the AWS profile \"%s\"", profile), .path = s_copied (find, path),
        .role = s_copied (find, profile_files_value (files, profile, "role_arn")),
        .session_name = s_copied (find, profile_files_value (files, profile, "role_session_name")),
    };
    return true;
}

//  Everything that a request needs beside the token; false: the look has ended.
static bool
s_complete (find_t *find, web_identity_t *self)
{
    const char *reason = NULL, *region = find_region (find);
    if (!self->session_name)
        self->session_name = arena_printf (find_arena (find), "cloudwatch-mcp-%lld", (long long) (find_wall_ms (find) / 1000));
    if (!self->from || !self->path || !self->session_name) {
        find_broken (find, true, "There is not enough memory for a request.");
        return false;
    }
    if (!self->role) {
        if (self->from == TOKEN_FILE)
            find_broken (find, false, "%s is set, but %s is not. Set both: in EKS the service account's annotation eks.amazonaws.com/role-arn does.",
                         TOKEN_FILE, ROLE);
        else
            find_broken (find, false, "The AWS profile \"%s\" has web_identity_token_file, but no role_arn.", find_profile (find));
        return false;
    }
    if (!region) {
        find_broken (find, false, "The role %s is asked for at the STS of a region, and none is known: set AWS_REGION.", self->role);
        return false;
    }
    if (endpoint_find (find_endpoints (find), AWS_STS, slice_of (region), &self->endpoint, &reason) != STATUS_OK) {
        find_broken (find, false, "The STS for the role %s cannot be asked. %s", self->role, reason);
        return false;
    }
    retry_init (&self->retry, find_attempts_max (find), find_random (find));
    return true;
}

//  --- The request

//  Reads the token; false: the look has ended.
static bool
s_read_token (find_t *find, buffer_t *token)
{
    const web_identity_t *self = find_state (find);
    const char *why = NULL;
    status_t status = token_file_read (self->path, token, &why);
    if (status == STATUS_OK)
        return true;
    if (status == STATUS_NO_MEMORY)
        find_broken (find, true, "There is not enough memory for the token in %s.", self->path);
    else
        find_broken (find, false, "%s names %s, which %s. In EKS this file is mounted into the pod: see that it is there and that this process "
                     "may read it.", self->from, self->path, why);
    return false;
}

static void
s_ask (find_t *find)
{
    web_identity_t *self = find_state (find);
    static const transfer_field_t FIELDS [] = { { "Content-Type", "application/x-www-form-urlencoded" } };
    buffer_t token, body;
    buffer_init_secret (&token, TOKEN_FILE_BYTES_MAX);
    buffer_init_secret (&body, BODY_BYTES_MAX);
    bool read = s_read_token (find, &token);
    if (read) {
        form_append (&body, "Action", SLICE ("AssumeRoleWithWebIdentity"));
        form_append (&body, "Version", SLICE ("2011-06-15"));
        form_append (&body, "RoleArn", slice_of (self->role));
        form_append (&body, "RoleSessionName", slice_of (self->session_name));
        form_append (&body, "WebIdentityToken", buffer_slice (&token));
    }
    const char *url = arena_printf (find_arena (find), "%s/", self->endpoint.url);
    if (read && (buffer_status (&body) != STATUS_OK || !url))
        find_broken (find, true, "There is not enough memory for a request, or the role's ARN is longer than any is.");
    else if (read) {
        self->attempts++;
        find_ask (find, &(transfer_request_t) {
            .method = "POST", .url = url, .fields = FIELDS, .fields_count = 1, .body = buffer_slice (&body),
            .connect_ms = CONNECT_MS, .total_ms = ATTEMPT_MS, .answer_bytes_max = FIND_ANSWER_BYTES_MAX });
    }
    buffer_deinit (&body);
    buffer_deinit (&token);
}

static void
s_not_here (find_t *find)
{
    const char *profile = find_profile (find);
    if (find_variable (find, TOKEN_FILE))
        find_not_here (find, "a profile goes before %s, and \"%s\" has no web_identity_token_file", TOKEN_FILE, profile);
    else if (profile_files_has (find_files (find), profile))
        find_not_here (find, "%s is not set, and the profile \"%s\" has no web_identity_token_file", TOKEN_FILE, profile);
    else
        find_not_here (find, "%s is not set", TOKEN_FILE);
}

static void
s_begin (find_t *find)
{
    web_identity_t *self = arena_alloc (find_arena (find), sizeof *self);
    if (!self)
        find_broken (find, true, "There is not enough memory for a request.");
    else if (!s_from_variables (find, self) && !s_from_profile (find, self))
        s_not_here (find);
    else if (s_complete (find, self)) {
        find_set_state (find, self);
        s_ask (find);
    }
}

//  --- The answer

//  Do STS's words repeat the token? They are left out then. The file may hold another by now, so a part that all of an issuer's have counts too.
static bool
s_repeats_token (const web_identity_t *self, slice_t words)
{
    const char *why;
    buffer_t token;
    buffer_init_secret (&token, TOKEN_FILE_BYTES_MAX);
    bool repeats = token_file_read (self->path, &token, &why) != STATUS_OK || !token.size;
    size_t size = token.size < TELLING_BYTES ? token.size : TELLING_BYTES;
    repeats = repeats || (words.size && memmem (words.data, words.size, token.data, size));
    buffer_deinit (&token);
    return repeats;
}

//  "CODE: MESSAGE." and what to do.
static void
s_append_words (const web_identity_t *self, const aws_error_t *error, buffer_t *out)
{
    slice_t message = slice_of (error->message);
    visible_append_cut (out, slice_of (error->code), WORDS_BYTES_MAX);
    if (message.size && !s_repeats_token (self, message)) {
        buffer_append_text (out, ": ");
        visible_append_cut (out, message, WORDS_BYTES_MAX);
    }
    if (out->size && out->data [out->size - 1] != '.')
        buffer_append_char (out, '.');
    const char *hint = s_hint (slice_of (error->code));
    buffer_printf (out, "%s%s", hint [0] ? " " : "", hint);
}

static bool
s_passing (const aws_error_t *error)
{
    return error->class == AWS_TRANSIENT || error->class == AWS_THROTTLED || error->class == AWS_EXPIRED;
}

static void
s_failed (find_t *find, const transfer_answer_t *http, const aws_error_t *error)
{
    const web_identity_t *self = find_state (find);
    buffer_t words;
    buffer_init (&words, 8 * WORDS_BYTES_MAX);
    if (http->status == STATUS_OK)
        s_append_words (self, error, &words);
    else
        buffer_printf (&words, "%s.", http->reason);
    find_broken (find, s_passing (error), "The token in %s (%s) did not give the keys of the role %s. STS at %s, asked %d time%s, %s %.*s",
                 self->path, self->from, self->role, self->endpoint.url, self->attempts, self->attempts == 1 ? "" : "s",
                 http->status == STATUS_OK ? "says" : "could not be reached:", (int) words.size, words.size ? words.data : "");
    buffer_deinit (&words);
}

//  What STS says, or that it said nothing.
static status_t
s_read (find_t *find, const transfer_answer_t *http, aws_error_t *error)
{
    if (http->status == STATUS_OK)
        return sts_answer_read (http->http_status, http->body, find_keys (find), error);
    bool passing = http->status == STATUS_MALFORMED || status_retryable (http->status);
    *error = (aws_error_t) { .class = passing ? AWS_TRANSIENT : AWS_BROKEN };
    return http->status;
}

//  The keys' end is by AWS's clock, and no signature has told us yet how far that is from ours.
static void
s_set_end (find_t *find, const transfer_answer_t *http)
{
    int64_t date_ms;
    if (!aws_wire_date (transfer_answer_header (http, "Date"), &date_ms))
        return;
    int64_t skew_ms = date_ms - find_wall_ms (find);
    if (llabs (skew_ms) >= SKEW_MS)
        find_keys (find)->expires_ms -= skew_ms;
}

static void
s_went_on (find_t *find, const find_answer_t *answer)
{
    web_identity_t *self = find_state (find);
    const transfer_answer_t *http = answer->http;
    aws_error_t error;
    int64_t wait_ms;
    if (!http) {
        s_ask (find);                   //  The pause is over
        return;
    }
    if (s_read (find, http, &error) == STATUS_OK) {
        retry_succeeded (&self->retry, self->paid);
        s_set_end (find, http);
        find_has (find, "the role %s, with the token in %s", self->role, self->path);
        return;
    }
    retry_failure_t failure = {
        .attempt = self->attempts, .class = error.class, .budget_ms = FIND_MS, .attempt_ms = ATTEMPT_MS_MIN,
        .asked_ms = http->status == STATUS_OK ? retry_after_parse (transfer_answer_header (http, "x-amz-retry-after")) : -1,
    };
    if (retry_failed (&self->retry, &failure, &wait_ms, &self->paid) == RETRY_LATER)
        find_wait (find, wait_ms);
    else
        s_failed (find, http, &error);
}

const provider_t PROVIDER_WEB_IDENTITY = {
    .name = "web identity",
    .looked_at = "AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN",
    .begin = s_begin,
    .went_on = s_went_on,
    .of_profile = true,
};
