/*  find_fixture - one look for credentials, with everything around it, in one thread

    A home folder and a table as environment (provider_fixture.h), a web server that keeps every request and answers as it was told, and a clock that
    goes on by a millisecond with each turn; hurry makes it fast where the look only waits (for a pause, or for an answer that never comes).

        find_stage_t *stage = *state;
        home_set (&stage->home, "AWS_CONTAINER_CREDENTIALS_FULL_URI", find_url (stage, "/keys"));
        find_answers (stage, 200, "{…}");
        assert_int_equal (find_for (stage, PROVIDERS), STATUS_OK);
        assert_found (stage, KEY_ID, SECRET, TOKEN);

    Include it behind cmocka.h. Owner: the test. */

#ifndef FIND_FIXTURE_H
#define FIND_FIXTURE_H

#include "fake_clock.h"
#include "find.h"
#include "http.h"
#include "log.h"
#include "provider_fixture.h"
#include "trail.h"

enum { FIND_WAIT_MS = 20000, FIND_HURRY_MS = 50, FIND_ANSWERS_MAX = 32, FIND_REQUESTS_MAX = 64, FIND_FIELDS_MAX = 4 };

//  What the server says to a request; status 0: nothing, ever.
typedef struct {
    int  status;
    const char *body;
    http_field_t fields [FIND_FIELDS_MAX];
} find_told_t;

//  A request as it came; the texts are copies.
typedef struct {
    char  method [8], path [256], query [256], host [64], authorization [1024], date [32], security_token [64];
    char  imds_token [128], imds_ttl [16], content_type [64], bearer [512];
    char *body;
} find_request_t;

typedef struct {
    home_t        home;
    fake_clock_t  clock;
    fake_clock_t  server_clock;         //  Stands still; a test may set it to another time than the look's
    reactor_t    *reactor, *server_reactor;
    transfers_t  *transfers;
    http_server_t *server;
    int           port;
    find_told_t   answers [FIND_ANSWERS_MAX];           //  In their order; the last one goes on for ever
    int           answers_count;
    find_request_t requests [FIND_REQUESTS_MAX];
    int           requests_count;
    int           held;                 //  Requests without an answer, whose client is still there
    bool          hurry;
    find_config_t config;               //  What find_for takes: a test may change profile, region, role
    find_t       *find;
    int           told;                 //  How often found was called for this look
    status_t      status;
    bool          passing;
    found_keys_t  found;
    char          sentence [4096];
    char          trail [TRAIL_BYTES_MAX + 1];
} find_stage_t;

//  --- The server

static inline void
find_copy (char *text, size_t size, slice_t from)
{
    assert_true (from.size < size);
    snprintf (text, size, "%.*s", (int) from.size, from.data ? from.data : "");
}

static inline void
find_server_request (void *arg, http_exchange_t *exchange)
{
    find_stage_t *self = arg;
    assert_true (self->requests_count < FIND_REQUESTS_MAX);
    find_request_t *request = &self->requests [self->requests_count];
    find_copy (request->method, sizeof request->method, http_method (exchange));
    find_copy (request->path, sizeof request->path, http_path (exchange));
    find_copy (request->query, sizeof request->query, http_query (exchange));
    find_copy (request->host, sizeof request->host, http_header (exchange, "Host"));
    find_copy (request->authorization, sizeof request->authorization, http_header (exchange, "Authorization"));
    find_copy (request->date, sizeof request->date, http_header (exchange, "X-Amz-Date"));
    find_copy (request->security_token, sizeof request->security_token, http_header (exchange, "X-Amz-Security-Token"));
    find_copy (request->imds_token, sizeof request->imds_token, http_header (exchange, "X-aws-ec2-metadata-token"));
    find_copy (request->imds_ttl, sizeof request->imds_ttl, http_header (exchange, "X-aws-ec2-metadata-token-ttl-seconds"));
    find_copy (request->content_type, sizeof request->content_type, http_header (exchange, "Content-Type"));
    find_copy (request->bearer, sizeof request->bearer, http_header (exchange, "x-amz-sso_bearer_token"));
    request->body = calloc (1, http_body (exchange).size + 1);
    assert_non_null (request->body);
    if (http_body (exchange).size)
        memcpy (request->body, http_body (exchange).data, http_body (exchange).size);
    assert_true (self->answers_count > 0);
    int at = self->requests_count < self->answers_count ? self->requests_count : self->answers_count - 1;
    const find_told_t *told = &self->answers [at];
    self->requests_count++;
    if (told->status == 0) {
        self->held++;
        return;
    }
    buffer_t body;
    buffer_init (&body, 1 << 20);
    buffer_append_text (&body, told->body);
    http_reply (&exchange, &(http_reply_t) { .status = told->status, .content_type = "text/plain", .fields = told->fields }, &body);
}

static inline void
find_server_gone (void *arg, http_exchange_t *exchange)
{
    (void) exchange;
    ((find_stage_t *) arg)->held--;
}

//  The answer to the next request that has none yet.
static inline find_told_t *
find_answers (find_stage_t *self, int status, const char *body)
{
    assert_true (self->answers_count < FIND_ANSWERS_MAX);
    self->answers [self->answers_count] = (find_told_t) { status, body, { { 0 } } };
    return &self->answers [self->answers_count++];
}

//  "http://127.0.0.1:PORT" and the path; valid until the next call but one.
static inline const char *
find_url (const find_stage_t *self, const char *path)
{
    static char urls [2] [256];
    static int turn;
    turn = !turn;
    snprintf (urls [turn], sizeof urls [turn], "http://127.0.0.1:%d%s", self->port, path);
    return urls [turn];
}

//  Forgets what was asked and what was to be answered.
static inline void
find_server_forget (find_stage_t *self)
{
    for (int i = 0; i < self->requests_count; i++)
        free (self->requests [i].body);
    memset (self->requests, 0, sizeof self->requests);
    self->requests_count = self->answers_count = 0;
}

//  --- Looking

static inline void
find_told (void *arg, status_t status, found_keys_t *keys, slice_t sentence, bool passing)
{
    find_stage_t *self = arg;
    self->told++;
    self->status = status;
    self->passing = passing;
    snprintf (self->sentence, sizeof self->sentence, "%.*s", (int) sentence.size, sentence.data ? sentence.data : "");
    slice_t trail = find_trail (self->find);
    snprintf (self->trail, sizeof self->trail, "%.*s", (int) trail.size, trail.data ? trail.data : "");
    found_keys_deinit (&self->found);
    if (status == STATUS_OK) {
        self->found = *keys;
        found_keys_init (keys);
    }
    find_destroy (&self->find);
}

//  Begins a look. NULL without providers means those that were given before.
static inline void
find_begin (find_stage_t *self, const provider_t *const *providers)
{
    if (providers)
        self->config.providers = providers;
    self->told = 0;
    self->find = find_new (&self->config);
    assert_non_null (self->find);
    assert_int_equal (self->told, 0);
}

//  One turn of everything.
static inline void
find_turn (find_stage_t *self)
{
    bool idle = self->hurry && (transfers_under_way (self->transfers) == 0 || self->held > 0);
    assert_int_equal (reactor_turn (self->reactor, idle ? 0 : 1), STATUS_OK);
    assert_int_equal (reactor_turn (self->server_reactor, 0), STATUS_OK);
    fake_clock_advance (&self->clock, idle ? FIND_HURRY_MS : 1);
}

//  A whole look: what found was told. Neither the sentence nor the trail holds a secret.
static inline status_t
find_for (find_stage_t *self, const provider_t *const *providers)
{
    int64_t until_ms = clock_mono_ms (clock_system ()) + FIND_WAIT_MS;
    find_begin (self, providers);
    while (!self->told) {
        assert_true (clock_mono_ms (clock_system ()) < until_ms);
        find_turn (self);
    }
    assert_null (self->find);
    assert_int_equal (self->told, 1);
    assert_null (strstr (self->sentence, "verysecret"));
    assert_null (strstr (self->trail, "verysecret"));
    assert_true ((self->status == STATUS_OK) == (self->sentence [0] == 0));
    return self->status;
}

//  What was found, and that it is in memory that will be wiped.
static inline void
assert_found (const find_stage_t *self, const char *key_id, const char *secret, const char *token)
{
    assert_true (slice_is (buffer_slice (&self->found.key_id), key_id));
    assert_true (slice_is (buffer_slice (&self->found.secret), secret));
    assert_true (slice_is (buffer_slice (&self->found.token), token));
    assert_true (self->found.key_id.secret && self->found.secret.secret && self->found.token.secret);
}

//  --- Beginning and end

static inline int
find_stage_begin (void **state)
{
    static const http_limits_t LIMITS = {
        .connections_max = 64, .head_bytes_max = 65536, .head_lines_max = 64, .body_bytes_max = 1 << 20, .stream_bytes_max = 1 << 20,
        .head_ms = 60000, .body_ms = 60000, .idle_ms = 600000, .write_ms = 60000,
    };
    find_stage_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    log_set_level (LOG_LEVEL_ERROR);
    transfers_global_start ();
    home_init (&self->home);
    fake_clock_init (&self->clock);
    self->reactor = reactor_new (&self->clock.source);
    fake_clock_init (&self->server_clock);
    self->server_reactor = reactor_new (&self->server_clock.source);
    self->transfers = transfers_new (self->reactor, &(transfers_config_t) { .connections_per_host = 4, .user_agent = "test/1" });
    assert_non_null (self->transfers);
    http_handler_t handler = { .request = find_server_request, .gone = find_server_gone, .self = self };
    self->server = http_server_new (self->server_reactor, &LIMITS, &handler);
    assert_int_equal (http_server_listen (self->server, "127.0.0.1", 0, &self->port), STATUS_OK);
    found_keys_init (&self->found);
    self->config = (find_config_t) {
        .reactor = self->reactor, .transfers = self->transfers, .random = random_system (), .found = find_told, .arg = self,
        .context = { .account = "", .lookup = home_lookup, .lookup_arg = &self->home },
    };
    *state = self;
    return 0;
}

static inline int
find_stage_end (void **state)
{
    find_stage_t *self = *state;
    find_destroy (&self->find);
    found_keys_deinit (&self->found);
    transfers_destroy (&self->transfers);
    http_server_destroy (&self->server);
    reactor_destroy (&self->server_reactor);
    reactor_destroy (&self->reactor);
    find_server_forget (self);
    home_deinit (&self->home);
    free (self);
    return 0;
}

#define FIND_TEST(name) cmocka_unit_test_setup_teardown (name, find_stage_begin, find_stage_end)

#endif
