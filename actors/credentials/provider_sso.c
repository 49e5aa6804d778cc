/*  A profile whose keys are those of a role in IAM Identity Center, for the person who signed in with "aws sso login".

        token in the cache ──▶ good for 15 min ───────────────────────────────▶ GetRoleCredentials ──▶ keys
                           └─▶ less, and renewable ──▶ CreateToken ──▶ written ──▲
                           └─▶ expired: a sentence that says how to sign in      │
                                                 CreateToken failed, not expired ┘

    The file is read anew before each attempt at CreateToken: the command line, or another server, may have renewed the token meanwhile, and a refresh
    token is good once. Each of the two requests is tried again as the SDKs do (retry.h).

    The access token lies in the token of the keys to be found, until the keys are there: what is in there is wiped however the look ends. */

#include "find.h"

#include "aws_error.h"
#include "json.h"
#include "log.h"
#include "retry.h"
#include "sso_profile.h"
#include "sso_token.h"

#include <errno.h>

enum { CONNECT_MS = 3000, TOTAL_MS = 10000, REQUEST_BYTES_MAX = 128 * 1024, DOCUMENT_BYTES_MAX = 20 * FIND_ANSWER_BYTES_MAX };

//  A token that is good for less than this is renewed (botocore's rule).
static const int64_t RENEW_MS = 15 * 60000;

typedef enum { RENEWING, ASKING } phase_t;

typedef struct {
    sso_profile_t profile;
    char     path [SSO_TOKEN_PATH_SIZE];
    phase_t  phase;
    int      attempt;           //  Of the present request, from 1
    int      paid;
    retry_t  retry;
} sso_t;

static void
s_no_memory (find_t *find)
{
    find_broken (find, true, "There is not enough memory to sign in with the AWS profile \"%s\".", find_profile (find));
}

//  --- Asking for the keys

static void
s_send (find_t *find, aws_service_t service, const transfer_request_t *request, const char *path_and_query)
{
    const sso_t *self = find_state (find);
    endpoint_t endpoint;
    if (!sso_profile_endpoint (find, &self->profile, service, &endpoint))
        return;
    char url [sizeof endpoint.url + SSO_PROFILE_QUERY_SIZE + 32];
    snprintf (url, sizeof url, "%s%s", endpoint.url, path_and_query);
    transfer_request_t whole = *request;
    whole.url = url;
    whole.connect_ms = CONNECT_MS;
    whole.total_ms = TOTAL_MS;
    whole.answer_bytes_max = FIND_ANSWER_BYTES_MAX;
    find_ask (find, &whole);
}

static void
s_ask_for_keys (find_t *find)
{
    sso_t *self = find_state (find);
    buffer_t *token = &find_keys (find)->token;
    char path [SSO_PROFILE_QUERY_SIZE + 32];
    snprintf (path, sizeof path, "/federation/credentials?%s", self->profile.query);
    buffer_t value;
    buffer_init_secret (&value, token->size + 1);
    buffer_append_slice (&value, buffer_slice (token));
    buffer_append_char (&value, 0);
    if (buffer_status (&value) == STATUS_OK)
        s_send (find, AWS_SSO, &(transfer_request_t) { .method = "GET", .fields_count = 1,
                .fields = &(transfer_field_t) { "x-amz-sso_bearer_token", value.data } }, path);
    else
        s_no_memory (find);
    buffer_deinit (&value);
}

//  Goes on with a token that is good.
static void
s_use (find_t *find, slice_t access_token)
{
    sso_t *self = find_state (find);
    self->phase = ASKING;
    self->attempt = 1;
    buffer_clear (&find_keys (find)->token);
    buffer_append_slice (&find_keys (find)->token, access_token);
    s_ask_for_keys (find);
}

//  --- The token

static void
s_ask_for_token (find_t *find, const sso_token_t *token)
{
    buffer_t body;
    buffer_init_secret (&body, REQUEST_BYTES_MAX);
    sso_token_write_request (token, &body);
    if (buffer_status (&body) == STATUS_OK)
        s_send (find, AWS_SSO_OIDC, &(transfer_request_t) { .method = "POST", .fields_count = 1, .body = buffer_slice (&body),
                .fields = &(transfer_field_t) { "Content-Type", "application/json" } }, "/token");
    else
        s_no_memory (find);
    buffer_deinit (&body);
}

//  Reads the token; otherwise the look has ended.
static bool
s_load (find_t *find, sso_token_t *token)
{
    const sso_t *self = find_state (find);
    buffer_t why;
    buffer_init (&why, 1024);
    sso_token_init (token);
    status_t status = sso_token_load (token, self->path, &why);
    if (status == STATUS_NOT_FOUND)
        find_broken (find, false, "The AWS profile \"%s\" signs in through IAM Identity Center, and nobody is signed in: there is no %s. Run: %s",
                     find_profile (find), self->path, self->profile.login);
    else if (status == STATUS_NO_MEMORY)
        s_no_memory (find);
    else if (status != STATUS_OK)
        find_broken (find, false, "The AWS profile \"%s\" signs in through IAM Identity Center, but %s %.*s. Run: %s", find_profile (find),
                     self->path, (int) why.size, why.data ? why.data : "", self->profile.login);
    buffer_deinit (&why);
    return status == STATUS_OK;
}

static void
s_expired (find_t *find)
{
    const sso_t *self = find_state (find);
    find_broken (find, false, "The sign-in of the AWS profile \"%s\" through IAM Identity Center has expired. Run: %s", find_profile (find),
                 self->profile.login);
}

//  Looks at the token that is in the cache now, and goes on with what it needs.
static void
s_look_at_token (find_t *find)
{
    sso_token_t token;
    if (s_load (find, &token)) {
        int64_t now_ms = find_wall_ms (find);
        if (token.expires_ms - now_ms < RENEW_MS && sso_token_renewable (&token, now_ms))
            s_ask_for_token (find, &token);
        else if (token.expires_ms > now_ms)
            s_use (find, buffer_slice (&token.access_token));
        else
            s_expired (find);
    }
    sso_token_deinit (&token);
}

//  --- Answers

//  What went wrong with a request; AWS_NO_ERROR: nothing. error.code names it.
static void
s_read_error (const transfer_answer_t *http, aws_error_t *error)
{
    *error = (aws_error_t) { .class = AWS_NO_ERROR };
    if (http->status != STATUS_OK) {
        error->class = status_retryable (http->status) ? AWS_TRANSIENT : AWS_BROKEN;
        snprintf (error->code, sizeof error->code, "%s", http->reason ? http->reason : status_sentence (http->status));
    }
    else if (http->http_status != 200)
        aws_error_read (http->http_status, transfer_answer_header (http, "x-amzn-errortype"), SLICE_ABSENT, http->body, error);
}

//  Is the same request made once more, after a pause?
static bool
s_again (find_t *find, const transfer_answer_t *http, const aws_error_t *error)
{
    sso_t *self = find_state (find);
    retry_failure_t failure = {
        .attempt = self->attempt, .class = error->class, .asked_ms = retry_after_parse (transfer_answer_header (http, "x-amz-retry-after")),
        .budget_ms = FIND_MS, .attempt_ms = 1,
    };
    int64_t wait_ms;
    if (retry_failed (&self->retry, &failure, &wait_ms, &self->paid) != RETRY_LATER)
        return false;
    self->attempt++;
    find_wait (find, wait_ms);
    return true;
}

//  The new token: into the file for all, and into memory for us whatever becomes of the file.
static void
s_take_token (find_t *find, const transfer_answer_t *http)
{
    const sso_t *self = find_state (find);
    sso_token_t token;
    if (s_load (find, &token)) {
        status_t status = sso_token_take (&token, http->body, find_wall_ms (find));
        if (status == STATUS_OK) {
            if (sso_token_save (&token, self->path) != STATUS_OK)
                log_warning ("renewed sign-in not written", log_text ("file", self->path), log_text ("why", strerror (errno)));
            s_use (find, buffer_slice (&token.access_token));
        }
        else if (status == STATUS_NO_MEMORY)
            s_no_memory (find);
        else
            find_broken (find, true, "IAM Identity Center answered the renewal of the sign-in of the AWS profile \"%s\" with what is no token. "
                         "If it does so again, run: %s", find_profile (find), self->profile.login);
    }
    sso_token_deinit (&token);
}

//  The token that is there will do while it is good.
static void
s_not_renewed (find_t *find, const transfer_answer_t *http, const aws_error_t *error)
{
    const sso_t *self = find_state (find);
    sso_token_t token;
    if (s_load (find, &token)) {
        log_warning ("sign-in not renewed", log_text ("profile", find_profile (find)), log_text ("why", error->code));
        bool passing = error->class == AWS_TRANSIENT || error->class == AWS_THROTTLED || http->status != STATUS_OK;
        if (token.expires_ms > find_wall_ms (find))
            s_use (find, buffer_slice (&token.access_token));
        else if (passing)
            find_broken (find, true, "The sign-in of the AWS profile \"%s\" has expired, and IAM Identity Center in %s could not renew it: %s. "
                         "If it stays so, run: %s", find_profile (find), self->profile.region, error->code, self->profile.login);
        else
            s_expired (find);
    }
    sso_token_deinit (&token);
}

static void
s_renewed (find_t *find, const transfer_answer_t *http)
{
    aws_error_t error;
    s_read_error (http, &error);
    if (error.class == AWS_NO_ERROR)
        s_take_token (find, http);
    else if (!s_again (find, http, &error))
        s_not_renewed (find, http, &error);
}

static void
s_refused (find_t *find, const transfer_answer_t *http, const aws_error_t *error)
{
    const sso_t *self = find_state (find);
    const sso_profile_t *profile = &self->profile;
    const char *name = find_profile (find);
    int http_status = http->status == STATUS_OK ? http->http_status : 0;
    if (http_status == 401)
        find_broken (find, false, "IAM Identity Center does not take the sign-in of the AWS profile \"%s\" any more. Run: %s", name, profile->login);
    else if (http_status == 403)
        find_broken (find, false, "IAM Identity Center refuses the AWS profile \"%s\" the role %s of the account %s (%s): it is not assigned to "
                     "whoever signed in. Look at sso_role_name and sso_account_id.", name, profile->role, profile->account, error->code);
    else if (http_status == 404)
        find_broken (find, false, "IAM Identity Center in %s knows no role %s of the account %s (%s). Look at sso_role_name, sso_account_id and "
                     "sso_region of the AWS profile \"%s\".", profile->region, profile->role, profile->account, error->code, name);
    else if (error->class == AWS_TRANSIENT || error->class == AWS_THROTTLED)
        find_broken (find, true, "IAM Identity Center in %s did not give the AWS profile \"%s\" its keys, asked %d times: %s.", profile->region, name,
                     self->attempt, error->code);
    else
        find_broken (find, false, "IAM Identity Center in %s did not give the AWS profile \"%s\" its keys: %s.", profile->region, name, error->code);
}

//  The keys of an answer, in the place of the token that asked for them. MALFORMED: they are none.
static status_t
s_take_keys (found_keys_t *keys, slice_t answer)
{
    buffer_t memory;
    yyjson_doc *doc;
    buffer_init_secret (&memory, DOCUMENT_BYTES_MAX);
    status_t status = json_read_secret (answer, JSON_DEPTH_MAX, &memory, &doc);
    const yyjson_val *root = status == STATUS_OK ? yyjson_doc_get_root (doc) : NULL;
    const yyjson_val *found = yyjson_obj_get ((yyjson_val *) root, "roleCredentials");
    slice_t key_id = json_text (found, "accessKeyId"), secret = json_text (found, "secretAccessKey"), token = json_text (found, "sessionToken");
    int64_t expires_ms = json_int (found, "expiration", 0);
    if (key_id.size && secret.size && token.size && expires_ms > 0) {
        buffer_clear (&keys->token);
        buffer_append_slice (&keys->key_id, key_id);
        buffer_append_slice (&keys->secret, secret);
        buffer_append_slice (&keys->token, token);
        keys->expires_ms = expires_ms;
    }
    else if (status != STATUS_NO_MEMORY)
        status = STATUS_MALFORMED;
    buffer_deinit (&memory);
    return status;
}

static void
s_answered (find_t *find, const transfer_answer_t *http)
{
    const sso_t *self = find_state (find);
    aws_error_t error;
    s_read_error (http, &error);
    if (error.class != AWS_NO_ERROR) {
        if (!s_again (find, http, &error))
            s_refused (find, http, &error);
        return;
    }
    status_t status = s_take_keys (find_keys (find), http->body);
    if (status == STATUS_OK)
        find_has (find, "the profile \"%s\": role %s in the account %s", find_profile (find), self->profile.role,
                  self->profile.account);
    else if (status == STATUS_NO_MEMORY)
        s_no_memory (find);
    else
        find_broken (find, true, "IAM Identity Center answered the AWS profile \"%s\" with something that is no set of keys.", find_profile (find));
}

static void
s_went_on (find_t *find, const find_answer_t *answer)
{
    const sso_t *self = find_state (find);
    if (answer->http && self->phase == RENEWING)
        s_renewed (find, answer->http);
    else if (answer->http)
        s_answered (find, answer->http);
    else if (self->phase == RENEWING)
        s_look_at_token (find);
    else
        s_ask_for_keys (find);
}

static void
s_begin (find_t *find)
{
    sso_t *self = arena_alloc (find_arena (find), sizeof *self);
    if (!self) {
        s_no_memory (find);
        return;
    }
    if (!sso_profile_read (find, &self->profile))
        return;
    retry_init (&self->retry, find_attempts_max (find), find_random (find));
    self->phase = RENEWING;
    self->attempt = 1;
    find_set_state (find, self);
    const char *home = find_variable (find, "HOME");
    status_t status = home ? sso_token_path (home, self->profile.cache_name, self->path, sizeof self->path) : STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        s_look_at_token (find);
    else
        find_broken (find, false, "The AWS profile \"%s\" signs in through IAM Identity Center, but the cache of its sign-in cannot be found: %s.",
                     find_profile (find), !home ? "HOME is not set" : status == STATUS_INTERNAL ? "there is no SHA-1" : "HOME is too long");
}

//  It looks at a profile, which others say already.
const provider_t PROVIDER_SSO = {
    .name = "IAM Identity Center", .looked_at = "the profile's sso_session or sso_start_url",
    .begin = s_begin, .went_on = s_went_on, .of_profile = true,
};
