/*  Asks EC2's metadata service for the keys of the instance's role, by its second version only (IMDSv2): three requests, one after the other.

        TOKEN ──▶ ROLE ──▶ KEYS ──▶ keys, or a sentence
          ▲         │        │
          └─────────┴────────┘  HTTP 401: the token is no good any more; once, for a new one

    Where nobody answers the first request, or somebody who does not know it, there is no EC2: not here. From then on a failure is an error.

    The service hands out keys that have expired when it cannot get new ones. AWS takes them for a while: they go on being used, as if they had some
    more minutes, and then are asked for again. In front of this provider stands the container's, which decides when one of its variables is set. */

#include "find.h"

#include "imds_place.h"
#include "keys_json.h"
#include "log.h"
#include "token_file.h"

static const char TIMEOUT [] = "AWS_METADATA_SERVICE_TIMEOUT", ATTEMPTS [] = "AWS_METADATA_SERVICE_NUM_ATTEMPTS";

//  Six hours, the longest that the service gives a token for. We need it for two requests.
static const char TOKEN_TTL_S [] = "21600";

enum { ROLE_BYTES_MAX = 64, WORDS_BYTES_MAX = 4096 };

//  For how long expired keys are taken for good (botocore's): so much, and by chance up to so much more, so that not all come back at once.
enum { EXTENSION_MS = 15 * 60 * 1000, EXTENSION_JITTER_MS_MIN = 120 * 1000, EXTENSION_JITTER_MS_MAX = 600 * 1000 };

typedef enum { STEP_TOKEN, STEP_ROLE, STEP_KEYS } step_t;

typedef struct {
    imds_place_t place;
    step_t      step;
    int         attempts;               //  Of this step
    bool        renewed;                //  A new token was asked for already
    const char *role;
} imds_t;

//  The token is kept where that of the keys will be: it is wiped there. Ends with a zero byte.
static buffer_t *
s_token (find_t *find)
{
    return &find_keys (find)->token;
}

static void
s_ask (find_t *find)
{
    imds_t *self = find_state (find);
    bool token = self->step == STEP_TOKEN;
    static const transfer_field_t FOR_A_TOKEN = { "x-aws-ec2-metadata-token-ttl-seconds", TOKEN_TTL_S };
    transfer_field_t with_token = { "x-aws-ec2-metadata-token", s_token (find)->data };
    const char *url = token ? arena_printf (find_arena (find), "%s/latest/api/token", self->place.base)
        : arena_printf (find_arena (find), "%s/latest/meta-data/iam/security-credentials/%s", self->place.base,
                        self->step == STEP_KEYS ? self->role : "");
    if (!url) {
        find_broken (find, true, "There is not enough memory for a request.");
        return;
    }
    self->attempts++;
    find_ask (find, &(transfer_request_t) {
        .method = token ? "PUT" : "GET", .url = url, .fields = token ? &FOR_A_TOKEN : &with_token, .fields_count = 1,
        .connect_ms = self->place.timeout_ms, .total_ms = self->place.timeout_ms, .answer_bytes_max = KEYS_JSON_BYTES_MAX, .straight = true });
}

static void
s_step (find_t *find, step_t step)
{
    imds_t *self = find_state (find);
    self->step = step;
    self->attempts = 0;
    s_ask (find);
}

static void
s_begin (find_t *find)
{
    imds_place_t place;
    buffer_t sentence;
    buffer_init (&sentence, WORDS_BYTES_MAX);
    status_t status = imds_place_read (&place, find_context (find), find_files (find), find_arena (find), &sentence);
    imds_t *self = status == STATUS_OK ? arena_alloc (find_arena (find), sizeof *self) : NULL;
    if (status == STATUS_INVALID_ARGUMENT) {
        find_broken (find, false, "%.*s", (int) sentence.size, sentence.data);
    } else if (!self) {
        find_broken (find, true, "There is not enough memory for a request.");
    } else if (place.disabled) {
        find_not_here (find, "AWS_EC2_METADATA_DISABLED is true");
    } else {
        *self = (imds_t) { .place = place };
        find_set_state (find, self);
        s_step (find, STEP_TOKEN);
    }
    buffer_deinit (&sentence);
}

//  --- The answers

static void
s_token_came (find_t *find, slice_t token)
{
    const imds_t *self = find_state (find);
    const char *why;
    buffer_clear (s_token (find));
    buffer_append_slice (s_token (find), token);
    buffer_append_char (s_token (find), 0);
    if (token_check (token, &why) != STATUS_OK || buffer_status (s_token (find)) != STATUS_OK)
        find_broken (find, false, "EC2's metadata service (%s) gave a token that is none. Set AWS_EC2_METADATA_DISABLED=true if this is not "
                     "EC2.", self->place.base);
    else
        s_step (find, self->role ? STEP_KEYS : STEP_ROLE);
}

//  The characters of IAM's role names, none of which need be encoded in a path.
static bool
s_role_name (slice_t name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data [i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (!c || !strchr ("+=,.@-_", c)))
            return false;
    }
    return name.size > 0 && name.size <= ROLE_BYTES_MAX && !slice_is (name, ".") && !slice_is (name, "..");
}

static void
s_no_role (find_t *find)
{
    const imds_t *self = find_state (find);
    find_broken (find, false, "This EC2 instance has no role, says its metadata service (%s). Attach an instance profile to it, or set other "
                 "credentials and AWS_EC2_METADATA_DISABLED=true.", self->place.base);
}

//  One name, or several below one another, of which the first counts.
static void
s_role_came (find_t *find, slice_t body)
{
    imds_t *self = find_state (find);
    slice_t name = slice_trim (slice_cut (&body, '\n'));
    if (name.size && name.data [name.size - 1] == '\r')
        name.size--;
    if (!name.size) {
        s_no_role (find);
        return;
    }
    self->role = s_role_name (name) ? arena_copy (find_arena (find), name) : NULL;
    if (!self->role)
        find_broken (find, false, "EC2's metadata service (%s) names a role that none can be called. Set AWS_EC2_METADATA_DISABLED=true if this "
                     "is not EC2.", self->place.base);
    else
        s_step (find, STEP_KEYS);
}

//  Gives keys that have expired some more time.
static void
s_extend (find_t *find, found_keys_t *keys)
{
    int64_t now_ms = find_wall_ms (find);
    if (keys->expires_ms == 0 || keys->expires_ms > now_ms)
        return;
    int64_t jitter_ms = (int64_t) (random_unit (find_random (find)) * (EXTENSION_JITTER_MS_MAX - EXTENSION_JITTER_MS_MIN));
    keys->expires_ms = now_ms + EXTENSION_MS + EXTENSION_JITTER_MS_MIN + jitter_ms;
    log_warning ("expired keys of EC2 go on being used", log_text ("why", "its metadata service has no newer ones"),
                 log_int ("for_s", (keys->expires_ms - now_ms) / 1000));
}

static void
s_keys_came (find_t *find, slice_t body)
{
    const imds_t *self = find_state (find);
    buffer_t why;
    buffer_init (&why, WORDS_BYTES_MAX);
    buffer_clear (s_token (find));
    status_t status = keys_json_read (body, KEYS_JSON_EC2, find_keys (find), &why);
    if (status == STATUS_OK) {
        s_extend (find, find_keys (find));
        find_has (find, "the role %s", self->role);
    } else
        find_broken (find, status == STATUS_NO_MEMORY, "EC2's metadata service (%s) has no keys for the role %s: the answer %.*s.%s",
                     self->place.base, self->role, (int) why.size, why.size ? why.data : "",
                     status == STATUS_REFUSED ? " See that the role exists and that its trust policy lets ec2.amazonaws.com assume it." : "");
    buffer_deinit (&why);
}

static bool
s_passing (const transfer_answer_t *http)
{
    return http->status == STATUS_OK ? http->http_status == 429 || http->http_status >= 500
        : http->status == STATUS_MALFORMED || status_retryable (http->status);
}

//  Behind the first step, or when it was answered by no.
static void
s_failed (find_t *find, const transfer_answer_t *http)
{
    const imds_t *self = find_state (find);
    static const char *const WHAT [] = { "a token", "the name of the role", "the keys of the role" };
    if (http->status != STATUS_OK && !s_passing (http))
        find_broken (find, false, "EC2's metadata service (%s) cannot be asked for %s: %s.", self->place.base, WHAT [self->step], http->reason);
    else if (http->status != STATUS_OK)
        find_broken (find, true, "EC2's metadata service (%s) did not answer when asked for %s: %s. %s and %s give it more time.",
                     self->place.base, WHAT [self->step], http->reason, TIMEOUT, ATTEMPTS);
    else if (self->step == STEP_TOKEN && http->http_status == 403)
        find_broken (find, false, "There are no AWS credentials in the environment, the profile or a container, and EC2's metadata service (%s), "
                     "which is asked last, refuses (HTTP 403). Set AWS_PROFILE or keys; on EC2, turn the service on in the instance's metadata "
                     "options.", self->place.base);
    else if (self->step == STEP_ROLE && http->http_status == 404)
        s_no_role (find);
    else
        find_broken (find, s_passing (http) || self->step == STEP_KEYS, "EC2's metadata service (%s) answered HTTP %d when asked for %s. Set "
                     "AWS_EC2_METADATA_DISABLED=true if this is not EC2.", self->place.base, http->http_status, WHAT [self->step]);
}

//  Is there no EC2 here? Nobody answers, or somebody who does not know of tokens: the metadata service of another cloud.
static bool
s_nobody (const imds_t *self, const transfer_answer_t *http)
{
    if (self->step != STEP_TOKEN)
        return false;
    return http->status == STATUS_OK ? http->http_status == 404 || http->http_status == 405 : s_passing (http);
}

static void
s_not_here (find_t *find, const transfer_answer_t *http)
{
    const imds_t *self = find_state (find);
    if (http->status == STATUS_OK)
        find_not_here (find, "%s knows no tokens (HTTP %d): it is not EC2's metadata service", self->place.base, http->http_status);
    else
        find_not_here (find, "EC2's metadata service (%s) did not answer within %lld s: %s; from within a container its hop limit must be 2",
                       self->place.base, (long long) (self->place.timeout_ms * self->attempts / 1000), http->reason);
}

static void
s_went_on (find_t *find, const find_answer_t *answer)
{
    imds_t *self = find_state (find);
    const transfer_answer_t *http = answer->http;
    bool good = http->status == STATUS_OK && http->http_status == 200;
    if (good && self->step == STEP_TOKEN)
        s_token_came (find, http->body);
    else if (good && self->step == STEP_ROLE)
        s_role_came (find, http->body);
    else if (good)
        s_keys_came (find, http->body);
    else if (s_passing (http) && self->attempts < self->place.attempts_max)
        s_ask (find);
    else if (http->status == STATUS_OK && http->http_status == 401 && self->step != STEP_TOKEN && !self->renewed) {
        self->renewed = true;
        s_step (find, STEP_TOKEN);
    } else if (s_nobody (self, http))
        s_not_here (find, http);
    else
        s_failed (find, http);
}

const provider_t PROVIDER_IMDS = {
    .name = "EC2 instance",
    .looked_at = "EC2's metadata service (from within a container its hop limit must be 2)",
    .off_by = "AWS_EC2_METADATA_DISABLED",
    .begin = s_begin,
    .went_on = s_went_on,
};
