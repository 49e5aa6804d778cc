/*  Asks the agent of ECS or of EKS Pod Identity, or whoever the container's variables name: one GET, up to three times with a pause between.

        ask ──▶ answer ──▶ keys, or a sentence
         ▲         │
         └─ pause ◀┘  nobody answered, or with HTTP 429 or 5xx

    The authorization is read anew for each request, because its file is renewed. The path of ECS's URL is itself a secret (who knows it gets the
    keys), and so may others' be: sentences name the variable and the host. */

#include "find.h"

#include "container_url.h"
#include "keys_json.h"
#include "token_file.h"

#include <assert.h>

static const char RELATIVE [] = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", FULL [] = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
static const char TOKEN_FILE [] = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", TOKEN [] = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

//  As botocore has them.
enum { ATTEMPTS_MAX = 3, ATTEMPT_MS = 2000, PAUSE_MS = 1000 };

enum { WORDS_BYTES_MAX = 4096 };

typedef struct {
    const char *variable;               //  The one that says where to ask
    const char *url;
    int         shown;                  //  So much of the URL may be told: scheme, host and port
    int         attempts;
} container_t;

//  What is sent as Authorization, empty for none, into the buffer that will hold the token of the keys. False: the look has ended.
static bool
s_authorization (find_t *find, buffer_t *authorization)
{
    const char *path = find_variable (find, TOKEN_FILE), *value = find_variable (find, TOKEN), *why = NULL;
    status_t status = STATUS_OK;
    buffer_clear (authorization);
    if (path)
        status = token_file_read (path, authorization, &why);
    else if (value) {
        buffer_append_text (authorization, value);
        status = token_check (slice_of (value), &why);
    }
    if (authorization->size)
        buffer_append_char (authorization, 0);
    if (status == STATUS_OK && buffer_status (authorization) == STATUS_OK)
        return true;
    if (path)
        find_broken (find, false, "%s names %s, which %s. EKS mounts this file into the pod and renews it: see that it is there and readable.",
                     TOKEN_FILE, path, why ? why : "holds no token");
    else
        find_broken (find, false, "%s %s. Set it as it is to be sent in the header Authorization.", TOKEN, why ? why : "is longer than any is");
    return false;
}

static void
s_ask (find_t *find)
{
    container_t *self = find_state (find);
    buffer_t *authorization = &find_keys (find)->token;
    if (!s_authorization (find, authorization))
        return;
    self->attempts++;
    const transfer_field_t fields [] = { { "Accept", "application/json" }, { "Authorization", authorization->data } };
    find_ask (find, &(transfer_request_t) {
        .method = "GET", .url = self->url, .fields = fields, .fields_count = authorization->size ? 2 : 1,
        .connect_ms = ATTEMPT_MS, .total_ms = ATTEMPT_MS, .answer_bytes_max = KEYS_JSON_BYTES_MAX, .straight = true });
}

static void
s_begin (find_t *find)
{
    const char *relative = find_variable (find, RELATIVE), *full = find_variable (find, FULL), *why = NULL;
    if (!relative && !full) {
        find_not_here (find, "neither %s nor %s is set", RELATIVE, FULL);
        return;
    }
    container_t *self = arena_alloc (find_arena (find), sizeof *self);
    status_t status = self ? container_url (find_arena (find), relative, full, &self->url, &why) : STATUS_NO_MEMORY;
    if (status != STATUS_OK) {
        find_broken (find, status == STATUS_NO_MEMORY, "%s", status == STATUS_NO_MEMORY ? "There is not enough memory for a request." : why);
        return;
    }
    const char *host = strstr (self->url, "://");
    assert (host);
    self->variable = relative ? RELATIVE : FULL;
    self->shown = (int) (host + 3 - self->url + (ptrdiff_t) strcspn (host + 3, "/?#"));
    find_set_state (find, self);
    s_ask (find);
}

static bool
s_passing (const transfer_answer_t *http)
{
    return http->status == STATUS_OK ? http->http_status == 429 || http->http_status >= 500
        : http->status == STATUS_MALFORMED || status_retryable (http->status);
}

//  No answer of HTTP, or one that says no.
static void
s_failed (find_t *find, const transfer_answer_t *http)
{
    const container_t *self = find_state (find);
    if (http->status != STATUS_OK) {
        find_broken (find, s_passing (http), "%s: %.*s gave no credentials in %d attempt%s: %s. Is the agent running that should answer there?",
                     self->variable, self->shown, self->url, self->attempts, self->attempts == 1 ? "" : "s", http->reason);
        return;
    }
    buffer_t words;
    buffer_init (&words, WORDS_BYTES_MAX);
    const buffer_t *authorization = &find_keys (find)->token;
    slice_t sent = { authorization->data, authorization->size ? authorization->size - 1 : 0 };
    keys_json_append_error (http->body, sent, &words);
    find_broken (find, s_passing (http), "%s: %.*s answered HTTP %d%.*s. Look at the role of the ECS task, or at the pod identity association of the "
                 "service account in EKS%s.", self->variable, self->shown, self->url, http->http_status, (int) words.size,
                 words.size ? words.data : "", sent.size ? ", and at the authorization token" : "");
    buffer_deinit (&words);
}

static void
s_read (find_t *find, slice_t body)
{
    const container_t *self = find_state (find);
    buffer_t why;
    buffer_init (&why, WORDS_BYTES_MAX);
    buffer_clear (&find_keys (find)->token);            //  Held the authorization
    status_t status = keys_json_read (body, KEYS_JSON_CONTAINER, find_keys (find), &why);
    if (status == STATUS_OK)
        find_has (find, "%s: %.*s", self->variable, self->shown, self->url);
    else
        find_broken (find, status == STATUS_NO_MEMORY, "%s: the answer of %.*s %.*s. It must be JSON with AccessKeyId, SecretAccessKey, Token and "
                     "Expiration.", self->variable, self->shown, self->url, (int) why.size, why.size ? why.data : "");
    buffer_deinit (&why);
}

static void
s_went_on (find_t *find, const find_answer_t *answer)
{
    const container_t *self = find_state (find);
    const transfer_answer_t *http = answer->http;
    if (!http)
        s_ask (find);                   //  The pause is over
    else if (s_passing (http) && self->attempts < ATTEMPTS_MAX)
        find_wait (find, PAUSE_MS);
    else if (http->status != STATUS_OK || http->http_status != 200)
        s_failed (find, http);
    else
        s_read (find, http->body);
}

const provider_t PROVIDER_CONTAINER = {
    .name = "container",
    .looked_at = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI",
    .begin = s_begin,
    .went_on = s_went_on,
};
