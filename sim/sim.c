#include "sim.h"

#include "admin.h"
#include "query.h"

#include <assert.h>
#include <stdlib.h>

//  Generous where a client may be under test, small where only a broken one would go.
static const http_limits_t LIMITS = {
    .connections_max = 1024,
    .head_bytes_max = 16 * 1024,
    .head_lines_max = 64,
    .body_bytes_max = 1024 * 1024,
    .stream_bytes_max = 1024 * 1024,
    .head_ms = 10000,
    .body_ms = 15000,
    .idle_ms = 75000,
    .write_ms = 30000,
};

//  A request that waits for its answer. It lives from its arrival to the answer, or until the client leaves.
typedef struct visit {
    sim_t *sim;
    http_exchange_t *exchange;
    wire_route_t route;
    fault_t fault;
    char region [VERIFY_NAME_SIZE];
    char key_id [VERIFY_NAME_SIZE];
    uint64_t seq;               //  In the journal
    reactor_timer_t timer;
    struct visit *next, *before;
} visit_t;

struct sim {
    reactor_t *reactor;
    http_server_t *server;
    sim_config_t config;
    faults_t *faults;
    journal_t *journal;
    chance_t fault_chance;      //  Apart from the ids', so that a fault does not depend on how many answers were given
    chance_t id_chance;
    visit_t *visits;            //  All that are open
};

static void s_request (void *self, http_exchange_t *exchange);
static void s_gone (void *self, http_exchange_t *exchange);

sim_t *
sim_new (reactor_t *reactor, const sim_config_t *config)
{
    sim_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->reactor = reactor;
    self->config = *config;
    chance_init (&self->fault_chance, config->seed);
    chance_init (&self->id_chance, ~config->seed);
    self->faults = faults_new (&self->fault_chance);
    self->journal = journal_new ();
    self->server = http_server_new (reactor, &LIMITS, &(http_handler_t) { .request = s_request, .gone = s_gone, .self = self });
    if (!self->faults || !self->journal || !self->server)
        sim_destroy (&self);
    return self;
}

static void
s_end_visit (visit_t *visit)
{
    reactor_cancel_timer (visit->sim->reactor, &visit->timer);
    if (visit->before)
        visit->before->next = visit->next;
    else
        visit->sim->visits = visit->next;
    if (visit->next)
        visit->next->before = visit->before;
    free (visit);
}

void
sim_destroy (sim_t **self_p)
{
    sim_t *self = *self_p;
    if (!self)
        return;
    while (self->visits)
        s_end_visit (self->visits);
    if (self->server)
        http_server_destroy (&self->server);
    if (self->faults)
        faults_destroy (&self->faults);
    if (self->journal)
        journal_destroy (&self->journal);
    free (self);
    *self_p = NULL;
}

status_t
sim_listen (sim_t *self, const char *address, int port, int *port_p)
{
    return http_server_listen (self->server, address, port, port_p);
}

static int64_t
s_real_ms (void)
{
    return clock_wall_ms (clock_system ());
}

//  What the simulator takes for the real time.
static int64_t
s_wall_ms (const sim_t *self)
{
    return s_real_ms () + self->config.knobs->clock_offset_s * 1000;
}

//  Sends the answer with the headers that every answer has, and notes it.
static void
s_send (sim_t *self, http_exchange_t *exchange, uint64_t seq, const char *id, wire_answer_t *answer)
{
    bool query_mode = slice_is_nocase (http_header (exchange, "x-amzn-query-mode"), "true") && answer->query_error [0];
    const http_field_t fields [] = {
        { "x-amzn-RequestId", id },
        { query_mode ? "x-amzn-query-error" : NULL, answer->query_error },
        { NULL, NULL },
    };
    int status = answer->status;
    http_reply (&exchange, &(http_reply_t) { .status = status, .content_type = answer->content_type, .fields = fields }, &answer->body);
    buffer_deinit (&answer->body);
    journal_close (self->journal, seq, JOURNAL_ANSWERED, status, s_real_ms ());
}

//  The error that a fault stands for, by its status: each service has its own names.
static const char *
s_error_code (const wire_service_t *service, int status)
{
    if (status == 503)
        return service->query_compatible ? "ServiceUnavailable" : "ServiceUnavailableException";
    if (status >= 500)
        return service->query_compatible && status == 500 ? "InternalServiceFault" : "InternalFailure";
    if (status == 429)
        return "ThrottlingException";
    return status == 401 || status == 403 ? "AccessDeniedException" : service->invalid;
}

//  An error in the protocol of the route.
static void
s_fail (const wire_route_t *route, const char *code, int status, slice_t message, const char *id, wire_answer_t *answer)
{
    if (route->query)
        query_fail (route->service, code, status, message, id, answer);
    else
        wire_fail (route->service, code, status, message, answer);
}

static void
s_answer_query (const visit_t *visit, const char *id, wire_answer_t *answer)
{
    const sim_t *self = visit->sim;
    const wire_sts_t sts = {
        .issued = self->config.issued, .now_ms = s_wall_ms (self), .life_ms = self->config.knobs->key_life_s * 1000 };
    const query_visitor_t visitor = { .region = visit->region, .key_id = visit->key_id, .request_id = id, .sts = &sts };
    query_answer (visit->route.operation, self->config.shop, &visitor, http_body (visit->exchange), answer);
}

//  The moment of the answer: what the fault says, or what the operation gives.
static void
s_answer_visit (void *arg)
{
    visit_t *visit = arg;
    sim_t *self = visit->sim;
    const wire_route_t *route = &visit->route;
    int status = visit->fault.status;
    char id [CHANCE_UUID_SIZE];
    wire_answer_t answer;
    chance_uuid (&self->id_chance, id);
    switch (visit->fault.kind) {
    case FAULT_THROTTLE:
        s_fail (route, "ThrottlingException", 0, SLICE ("Rate exceeded"), id, &answer);
        break;
    case FAULT_ERROR:
        s_fail (route, s_error_code (route->service, status), status, SLICE ("An injected fault."), id, &answer);
        break;
    case FAULT_NONE:
    case FAULT_HANG:
        if (route->query)
            s_answer_query (visit, id, &answer);
        else
            wire_answer (route->operation, self->config.shop, visit->region, http_body (visit->exchange), &answer);
        break;
    }
    http_exchange_t *exchange = visit->exchange;
    uint64_t seq = visit->seq;
    http_set_context (exchange, NULL);      //  Should the client leave while it reads, there is nothing to let go of
    s_end_visit (visit);
    s_send (self, exchange, seq, id, &answer);
}

//  An accepted request meets today's faults: it is answered now, or later, or hangs.
static void
s_admit (sim_t *self, http_exchange_t *exchange, const wire_route_t *route, const verify_verdict_t *verdict, uint64_t seq)
{
    visit_t *visit = calloc (1, sizeof *visit);
    if (!visit) {
        http_abort (&exchange);
        return;
    }
    *visit = (visit_t) { .sim = self, .exchange = exchange, .route = *route, .seq = seq, .next = self->visits };
    visit->timer = (reactor_timer_t) { .due = s_answer_visit, .arg = visit };
    memcpy (visit->region, verdict->region, sizeof visit->region);
    memcpy (visit->key_id, verdict->key_id, sizeof visit->key_id);
    if (self->visits)
        self->visits->before = visit;
    self->visits = visit;
    http_set_context (exchange, visit);
    visit->fault = faults_next (self->faults, route->operation->name, visit->region, reactor_now_ms (self->reactor));
    int64_t latency_ms = self->config.latency_ms + visit->fault.latency_ms;
    if (visit->fault.kind == FAULT_HANG)
        journal_mark (self->journal, seq, JOURNAL_HANGING);
    else
    if (latency_ms > 0)
        reactor_set_timer (self->reactor, &visit->timer, reactor_now_ms (self->reactor) + latency_ms);
    else
        s_answer_visit (visit);
}

static slice_t
s_header (const void *source, const char *name)
{
    return http_header (source, name);
}

static void
s_verify (const sim_t *self, const http_exchange_t *exchange, const wire_service_t *service, verify_verdict_t *verdict)
{
    verify_request_t request = {
        .method = http_method (exchange),
        .path = http_path (exchange),
        .query = http_query (exchange),
        .body = http_body (exchange),
        .header = s_header,
        .source = exchange,
    };
    verify_clocks_t clocks = { .account_ms = clock_wall_ms (reactor_clock (self->reactor)), .wall_ms = s_wall_ms (self) };
    verify_check (self->config.keys, &request, service->name, &clocks, verdict);
}

//  Content types may carry parameters; what stands before them must be the protocol's.
static bool
s_has_type (const http_exchange_t *exchange, const char *content_type)
{
    slice_t type = http_header (exchange, "content-type");
    const char *end = type.size ? memchr (type.data, ';', type.size) : NULL;
    return slice_is_nocase (slice_trim ((slice_t) { type.data, end ? (size_t) (end - type.data) : type.size }), content_type);
}

//  By the target, or, of requests without one, by the form.
static wire_route_t
s_route (const http_exchange_t *exchange)
{
    slice_t target = http_header (exchange, "x-amz-target");
    return !target.size && s_has_type (exchange, QUERY_CONTENT_TYPE) ? query_route (http_body (exchange)) : wire_route (target);
}

//  What is refused before an operation is asked.
static void
s_refuse (const wire_route_t *route, bool spoken, const verify_verdict_t *verdict, const char *id, wire_answer_t *answer)
{
    if (spoken && verdict->code)
        s_fail (route, verdict->code, 0, slice_of (verdict->message), id, answer);
    else
    if (route->query)
        query_fail_route (route, id, answer);
    else
    if (!spoken)
        wire_fail (route->service, "UnknownOperationException", 0, SLICE_ABSENT, answer);
    else
        wire_fail_route (route, answer);
}

static void
s_request (void *arg, http_exchange_t *exchange)
{
    sim_t *self = arg;
    if (admin_has_path (http_path (exchange))) {
        admin_answer (&exchange, &(admin_reach_t) { self->faults, self->journal, self->config.knobs, self->config.issued });
        return;
    }
    wire_route_t route = s_route (exchange);
    verify_verdict_t verdict = { .code = NULL };
    bool spoken = route.service && slice_is (http_method (exchange), "POST") && slice_is (http_path (exchange), "/")
               && (route.query || s_has_type (exchange, route.service->content_type));
    if (spoken && !(route.operation && route.operation->open))
        s_verify (self, exchange, route.service, &verdict);
    journal_request_t entry = {
        .service = slice_of (route.service ? route.service->name : NULL),
        .operation = route.name,
        .region = slice_of (verdict.region),
        .key_id = slice_of (verdict.key_id),
        .body = http_body (exchange),
    };
    uint64_t seq = journal_open (self->journal, &entry, s_real_ms ());
    if (spoken && !verdict.code && route.operation)
        s_admit (self, exchange, &route, &verdict, seq);
    else {
        char id [CHANCE_UUID_SIZE];
        wire_answer_t answer;
        chance_uuid (&self->id_chance, id);
        s_refuse (&route, spoken, &verdict, id, &answer);
        s_send (self, exchange, seq, id, &answer);
    }
}

static void
s_gone (void *arg, http_exchange_t *exchange)
{
    sim_t *self = arg;
    visit_t *visit = http_context (exchange);
    if (!visit)
        return;                 //  Already answered; the client did not read it to the end
    journal_close (self->journal, visit->seq, JOURNAL_ABORTED, 0, s_real_ms ());
    s_end_visit (visit);
}
