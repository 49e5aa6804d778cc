#include "imds_region.h"

#include "endpoint.h"
#include "transfer.h"

enum { ANSWER_BYTES_MAX = 4096, ARENA_BYTES_MAX = 8192, SENTENCE_BYTES_MAX = 4096 };

//  Seconds; it is used once, at once.
static const char TOKEN_TTL_S [] = "60";

typedef struct {
    reactor_t   *reactor;
    transfers_t *transfers;
    arena_t     *arena;
    imds_place_t place;
    int64_t      ends_ms;
    buffer_t     token;                 //  Ends with a zero byte
    bool         over;
    char        *region;                //  Of the caller; empty: none
} look_t;

//  False without memory or time.
static bool
s_ask (look_t *self, const char *method, const char *path, const transfer_field_t *field, transfer_done_t *done)
{
    int64_t left_ms = self->ends_ms - reactor_now_ms (self->reactor);
    int64_t ms = self->place.timeout_ms < left_ms ? self->place.timeout_ms : left_ms;
    const char *url = arena_printf (self->arena, "%s%s", self->place.base, path);
    return ms > 0 && url && transfer_start (self->transfers, &(transfer_request_t) {
        .method = method, .url = url, .fields = field, .fields_count = 1, .connect_ms = ms, .total_ms = ms,
        .answer_bytes_max = ANSWER_BYTES_MAX, .secret = true, .straight = true }, done, self);
}

static void
s_region_came (void *arg, const transfer_answer_t *answer)
{
    look_t *self = arg;
    self->over = true;
    slice_t rest = answer->body, region = slice_trim (slice_cut (&rest, '\n'));
    if (answer->status == STATUS_OK && answer->http_status == 200 && endpoint_region_valid (region) && region.size < IMDS_REGION_SIZE) {
        memcpy (self->region, region.data, region.size);
        self->region [region.size] = 0;
    }
}

static void
s_token_came (void *arg, const transfer_answer_t *answer)
{
    look_t *self = arg;
    buffer_append_slice (&self->token, answer->body);
    buffer_append_char (&self->token, 0);
    transfer_field_t field = { "x-aws-ec2-metadata-token", self->token.data };
    self->over = answer->status != STATUS_OK || answer->http_status != 200 || buffer_status (&self->token) != STATUS_OK
        || !s_ask (self, "GET", "/latest/meta-data/placement/region", &field, s_region_came);
}

static void
s_look (look_t *self, const config_t *config)
{
    static const transfer_field_t FOR_A_TOKEN = { "x-aws-ec2-metadata-token-ttl-seconds", TOKEN_TTL_S };
    self->reactor = reactor_new (clock_system ());
    if (self->reactor)
        self->transfers = transfers_new (self->reactor, &(transfers_config_t) {
            .connections_per_host = 1, .ca_bundle = config->ca_bundle, .user_agent = "cloudwatch-mcp/" CLOUDWATCH_MCP_VERSION,
            .plain_http_anywhere = config->insecure_endpoint, .plain_http_link_local = true });
    if (self->transfers) {
        self->ends_ms = reactor_now_ms (self->reactor) + IMDS_REGION_MS;
        self->over = !s_ask (self, "PUT", "/latest/api/token", &FOR_A_TOKEN, s_token_came);
        while (!self->over && reactor_turn (self->reactor, IMDS_REGION_MS) == STATUS_OK);
    }
    transfers_destroy (&self->transfers);
    if (self->reactor)
        reactor_destroy (&self->reactor);
}

status_t
imds_region_find (const config_t *config, config_lookup_fn *lookup, void *lookup_arg, char region [IMDS_REGION_SIZE])
{
    provider_context_t context = { .account = "", .profile = config_profile (config), .lookup = lookup, .lookup_arg = lookup_arg };
    look_t self = { .arena = arena_new (ARENA_BYTES_MAX), .region = region };
    profile_files_t files;
    buffer_t sentence;
    region [0] = 0;
    if (!self.arena)
        return STATUS_NO_MEMORY;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    buffer_init_secret (&self.token, ANSWER_BYTES_MAX + 1);
    status_t status = profile_files_load (&files, &context, &sentence);
    if (status == STATUS_OK)
        status = imds_place_read (&self.place, &context, &files, self.arena, &sentence);
    if (status == STATUS_OK && !self.place.disabled)
        s_look (&self, config);
    profile_files_deinit (&files);
    buffer_deinit (&self.token);
    buffer_deinit (&sentence);
    arena_destroy (&self.arena);
    return status == STATUS_NO_MEMORY ? status : region [0] ? STATUS_OK : STATUS_NOT_FOUND;
}
