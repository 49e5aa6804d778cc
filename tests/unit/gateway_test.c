//  The gateway as it runs: in a thread of its own, with real time, clients on sockets, and workers on its mailbox.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "gateway.h"
#include "http_fixture.h"
#include "mcp_words.h"

typedef struct {
    fixture_t    http;          //  For the clients' functions: its reactor turns in the test's thread, and only passes time
    desk_t       desk;          //  For the workers' functions: without a dispatch
    config_t     config;
    contracts_t *contracts;
    gateway_t   *gateway;
    atomic_ullong pulse;
    zactor_t    *thread;
    status_t     status;        //  Of gateway_run
} house_t;

static const char *
no_environment (void *arg, const char *name)
{
    (void) arg;
    (void) name;
    return NULL;
}

static void
read_config (config_t *config)
{
    buffer_t sentence;
    int rest;
    buffer_init (&sentence, 4096);
    assert_int_equal (config_read (config, 0, NULL, no_environment, NULL, &rest, &sentence), STATUS_OK);
    buffer_deinit (&sentence);
    config->port = config->admin_port = 0;
}

static status_t
try_gateway (house_t *self, buffer_t *sentence)
{
    gateway_config_t config = {
        .config = &self->config, .contracts = self->contracts, .clock = clock_system (), .random = random_system (), .endpoint = self->desk.endpoint,
        .pulse = &self->pulse };
    return gateway_new (&config, &self->gateway, sentence);
}

static int
build (void **state)
{
    static int count;
    char reason [CONTRACT_REASON_SIZE];
    house_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    log_set_level (LOG_LEVEL_ERROR);
    read_config (&self->config);
    assert_int_equal (contracts_new (DESK_CONTRACTS, &self->contracts, reason), STATUS_OK);
    snprintf (self->desk.endpoint, sizeof self->desk.endpoint, "inproc://house-%d", ++count);
    self->http.reactor = self->desk.reactor = reactor_new (clock_system ());
    *state = self;
    return 0;
}

static void
run (zsock_t *pipe, void *arg)
{
    house_t *self = arg;
    self->status = gateway_run (self->gateway, pipe);
    pipe_give_back (self);
}

static void
move_in (house_t *self)
{
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    assert_int_equal (try_gateway (self, &sentence), STATUS_OK);
    buffer_deinit (&sentence);
    self->http.port = gateway_port (self->gateway);
    self->thread = zactor_new (run, self);
    assert_non_null (self->thread);
}

//  Waits until gateway_run has returned, and cleans up behind it.
static void
wait_for_the_end (house_t *self)
{
    zpoller_t *poller = zpoller_new (self->thread, NULL);
    assert_non_null (zpoller_wait (poller, WAIT_MS));
    zpoller_destroy (&poller);
    zactor_destroy (&self->thread);
    pipe_taken_back (self);
    assert_int_equal (self->status, STATUS_OK);
}

static int
tear_down (void **state)
{
    house_t *self = *state;
    zactor_destroy (&self->thread);
    pipe_taken_back (self);
    gateway_destroy (&self->gateway);
    assert_null (self->gateway);
    for (int i = 0; i < self->desk.worker_count; i++)
        worker_destroy (&self->desk.workers [i]);
    reactor_destroy (&self->http.reactor);
    contracts_destroy (&self->contracts);
    config_deinit (&self->config);
    free (self);
    return 0;
}

//  --- Clients and workers

#define PING "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
//  Of a tool that may not be done twice: equal calls are not shared.
#define CALL REQUEST ("tools/call", "\"name\":\"once\"")

static void
post (house_t *self, client_t *client, const char *body)
{
    char text [1024];
    snprintf (text, sizeof text, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
              strlen (body), body);
    client_send (&self->http, client, text);
}

//  The status of a path on the admin port.
static int
admin_status (house_t *self, const char *path)
{
    char text [256];
    fixture_t admin = self->http;
    admin.port = gateway_admin_port (self->gateway);
    client_t *client = client_new (&admin);
    snprintf (text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    client_send (&admin, client, text);
    int status = client_status (&admin, client);
    client_destroy (&client);
    return status;
}

//  Time passes, and workers show that they are alive.
#define UNTIL(self, condition)                                                  \
    for (int64_t until_ms_ = real_ms () + WAIT_MS; !(condition);) {             \
        assert_true (real_ms () < until_ms_);                                   \
        for (int i_ = 0; i_ < (self)->desk.worker_count; i_++)                  \
            worker_say (&(self)->desk.workers [i_], KIND_HEARTBEAT, 0);         \
        turn (&(self)->http);                                                   \
        desk_turn (&(self)->desk);                                              \
    }

static worker_t *
add_worker (house_t *self, service_t service)
{
    worker_t *worker = desk_worker (&self->desk, service);
    worker_ready (worker, 4);
    return worker;
}

//  --- Starting

static void
expect_no_start (house_t *self, status_t status, const char *words)
{
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    assert_int_equal (try_gateway (self, &sentence), status);
    assert_null (self->gateway);
    buffer_append_char (&sentence, '\0');
    if (!contains (sentence.data, words))
        fail_msg ("\"%s\" does not say \"%s\"", sentence.data, words);
    buffer_deinit (&sentence);
}

static void
what_keeps_it_from_starting_is_a_sentence (void **state)
{
    house_t *self = *state;
    self->config.host = "example.com";
    expect_no_start (self, STATUS_INVALID_ARGUMENT, "example.com is not an address to listen on");
    self->config.host = "127.0.0.1";
    self->config.allowed_hosts = "*";
    expect_no_start (self, STATUS_INVALID_ARGUMENT, "CLOUDWATCH_MCP_ALLOWED_HOSTS");
    self->config.allowed_hosts = NULL;

    move_in (self);
    house_t other = { .config = self->config, .contracts = self->contracts, .desk = { .endpoint = "inproc://house-next-door" } };
    other.config.port = gateway_port (self->gateway);
    expect_no_start (&other, STATUS_SYSTEM, "Address already in use. Choose another with --port (CLOUDWATCH_MCP_PORT).");
    other.config.port = 0;
    other.config.admin_port = gateway_admin_port (self->gateway);
    expect_no_start (&other, STATUS_SYSTEM, "Choose another with --admin-port (CLOUDWATCH_MCP_ADMIN_PORT).");
    other.config.admin_port = 0;
    snprintf (other.desk.endpoint, sizeof other.desk.endpoint, "%s", self->desk.endpoint);
    expect_no_start (&other, STATUS_SYSTEM, "Cannot start");
}

static void
it_serves_clients_and_probes (void **state)
{
    house_t *self = *state;
    move_in (self);
    client_t *client = client_new (&self->http);
    post (self, client, PING);
    assert_true (ends_with (client_answer (&self->http, client), "\"result\":{}}"));
    assert_int_equal (admin_status (self, "/healthz"), 200);
    assert_int_equal (admin_status (self, "/readyz"), 503);
    worker_t *worker = add_worker (self, SERVICE_LOGS);
    add_worker (self, SERVICE_METRICS);
    add_worker (self, SERVICE_ALARMS);
    UNTIL (self, admin_status (self, "/readyz") == 200);
    post (self, client, CALL);
    UNTIL (self, worker->has_count == 1);
    worker_answer (worker, worker->has [0]->envelope.id, "{\"word\":\"x\"}");
    assert_true (contains (client_answer (&self->http, client), "\\\"word\\\":\\\"x\\\""));
    assert_true (atomic_load (&self->pulse) > 0);
    client_destroy (&client);
}

//  --- Ending

static void
what_is_in_flight_is_answered_before_it_ends (void **state)
{
    house_t *self = *state;
    move_in (self);
    worker_t *worker = add_worker (self, SERVICE_LOGS);
    client_t *calls [3], *idle = client_new (&self->http);
    static const char *const CALLS [] = {       //  None of them follows another
        REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":{\"word\":\"a\"}"),
        REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":{\"word\":\"b\"}"),
        REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":{\"word\":\"c\"}"),
    };
    post (self, idle, PING);
    client_answer (&self->http, idle);
    for (int i = 0; i < 3; i++) {
        calls [i] = client_new (&self->http);
        post (self, calls [i], CALLS [i]);
    }
    UNTIL (self, worker->has_count == 3);
    pipe_drain (self->thread, true);                //  As SIGTERM does; the grace is 0 here
    UNTIL (self, admin_status (self, "/readyz") == 503 && (client_receive (idle), idle->ended));
    assert_int_equal (worker->heard [KIND_CANCEL], 0);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons ((uint16_t) self->http.port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal (connect (fd, (struct sockaddr *) &address, sizeof address), -1);          //  Nothing new
    close (fd);

    for (int i = 2; i >= 0; i--) {
        worker_answer (worker, worker->has [i]->envelope.id, "{\"word\":\"last\"}");
        const char *answer = client_answer (&self->http, calls [i]);
        assert_true (contains (answer, "\\\"last\\\"") && contains (answer, "\r\nConnection: close\r\n"));
        client_wait_end (&self->http, calls [i]);
        client_destroy (&calls [i]);
    }
    wait_for_the_end (self);
    desk_turn (&self->desk);
    assert_int_equal (worker->heard [KIND_BYE], 1);
    client_destroy (&idle);
}

static void
an_idle_connection_does_not_delay_the_end (void **state)
{
    house_t *self = *state;
    move_in (self);
    client_t *client = client_new (&self->http);
    post (self, client, PING);
    client_answer (&self->http, client);
    int64_t began_ms = real_ms ();
    pipe_drain (self->thread, false);
    wait_for_the_end (self);
    assert_true (real_ms () - began_ms < 900);      //  Not even the second for which an answered connection may linger
    client_destroy (&client);
}

static void
in_the_grace_work_goes_on_and_a_second_command_cuts_it_short (void **state)
{
    house_t *self = *state;
    self->config.drain_grace_ms = 600000;
    move_in (self);
    client_t *client = client_new (&self->http);
    pipe_drain (self->thread, true);
    pipe_drain (self->thread, true);                //  Said twice
    UNTIL (self, admin_status (self, "/readyz") == 503);
    post (self, client, PING);
    assert_true (ends_with (client_answer (&self->http, client), "\"result\":{}}"));
    client_t *another = client_new (&self->http);
    post (self, another, PING);
    assert_int_equal (client_status (&self->http, another), 200);
    pipe_drain (self->thread, false);
    wait_for_the_end (self);
    client_destroy (&client);
    client_destroy (&another);
}

static void
a_client_that_leaves_while_it_drains_does_not_delay_the_end (void **state)
{
    house_t *self = *state;
    move_in (self);
    worker_t *worker = add_worker (self, SERVICE_LOGS);
    client_t *client = client_new (&self->http);
    post (self, client, CALL);
    UNTIL (self, worker->has_count == 1);
    pipe_drain (self->thread, false);
    client_destroy (&client);
    wait_for_the_end (self);
    desk_turn (&self->desk);
    assert_int_equal (worker->heard [KIND_CANCEL], 1);
}

static void
told_to_end_at_once_it_does (void **state)
{
    house_t *self = *state;
    move_in (self);
    worker_t *worker = add_worker (self, SERVICE_LOGS);
    client_t *client = client_new (&self->http);
    post (self, client, CALL);
    UNTIL (self, worker->has_count == 1);
    zactor_destroy (&self->thread);
    pipe_taken_back (self);
    gateway_destroy (&self->gateway);
    client_wait_end (&self->http, client);
    assert_int_equal (client->size, 0);
    client_destroy (&client);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (what_keeps_it_from_starting_is_a_sentence, build, tear_down),
        cmocka_unit_test_setup_teardown (it_serves_clients_and_probes, build, tear_down),
        cmocka_unit_test_setup_teardown (what_is_in_flight_is_answered_before_it_ends, build, tear_down),
        cmocka_unit_test_setup_teardown (an_idle_connection_does_not_delay_the_end, build, tear_down),
        cmocka_unit_test_setup_teardown (in_the_grace_work_goes_on_and_a_second_command_cuts_it_short, build, tear_down),
        cmocka_unit_test_setup_teardown (a_client_that_leaves_while_it_drains_does_not_delay_the_end, build, tear_down),
        cmocka_unit_test_setup_teardown (told_to_end_at_once_it_does, build, tear_down),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
