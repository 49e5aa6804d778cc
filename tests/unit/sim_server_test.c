#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json.h"
#include "sim.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

//  The simulated clock stands at 2026-11-22T23:05:07Z; the signatures were made for this moment, the host "sim" and the body {} with a signer
//  of a few lines of Python.
static const int64_t NOW_MS = INT64_C (1795388707000);

typedef struct {
    const char *target;
    const char *service;
    const char *content_type;
    const char *signature;
} asked_t;

static const asked_t LIST_METRICS = { "GraniteServiceVersion20100801.ListMetrics", "monitoring", "application/x-amz-json-1.0",
                                      "dd33f3dcc75536b9f9b73f4fa76dff9811cb90793501c022cff96500c7d600ce" };
static const asked_t GET_METRIC_STREAM = { "GraniteServiceVersion20100801.GetMetricStream", "monitoring", "application/x-amz-json-1.0",
                                         "a83d443c188714953e68911c0bac2f435d0bf7a63348ec97240f5d17f5ce025b" };
static const asked_t NONSENSE = { "GraniteServiceVersion20100801.Nonsense", "monitoring", "application/x-amz-json-1.0",
                                  "06d0c8043a524669e4d9a0c7f03d3422ac164414dc7683dc2c8a10a11edd08b5" };
static const asked_t LOG_GROUPS = { "Logs_20140328.DescribeLogGroups", "logs", "application/x-amz-json-1.1",
                                    "d0fff78b1b276a40ec9dbd3310af8c36c0ac98f2c3b0d0d1de02b499fbbcbce9" };

enum { ANSWER_BYTES_MAX = 512 * 1024, TURNS_MAX = 2000 };

typedef struct {
    clock_source_t clock;
    int64_t mono_us;
    reactor_t *reactor;
    verify_t *keys;
    shop_t *shop;
    issued_keys_t *issued;
    knobs_t knobs;
    sim_t *sim;
    int port;
    char answer [ANSWER_BYTES_MAX];
} fixture_t;

static int64_t
s_mono_us (void *self)
{
    return ((fixture_t *) self)->mono_us;
}

static int64_t
s_wall_ms (void *self)
{
    (void) self;
    return NOW_MS;
}

static int
s_set_up (void **state)
{
    fixture_t *self = calloc (1, sizeof *self);
    *self = (fixture_t) { .clock = { s_mono_us, s_wall_ms, self }, .mono_us = 1000000, .keys = verify_new () };
    self->reactor = reactor_new (&self->clock);
    self->shop = shop_new (&(shop_config_t) { .now_ms = NOW_MS });
    assert_int_equal (verify_add_key (self->keys, SLICE ("AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")), STATUS_OK);
    self->issued = issued_keys_new (random_system ());
    verify_trust (self->keys, self->issued);
    self->sim = sim_new (self->reactor, &(sim_config_t) { .keys = self->keys, .shop = self->shop, .issued = self->issued, .knobs = &self->knobs,
                                                          .seed = 1 });
    assert_int_equal (sim_listen (self->sim, "127.0.0.1", 0, &self->port), STATUS_OK);
    *state = self;
    return 0;
}

static int
s_tear_down (void **state)
{
    fixture_t *self = *state;
    sim_destroy (&self->sim);
    reactor_destroy (&self->reactor);
    shop_destroy (&self->shop);
    verify_destroy (&self->keys);
    issued_keys_destroy (&self->issued);
    free (self);
    return 0;
}

static void
turn (fixture_t *self)
{
    assert_int_equal (reactor_turn (self->reactor, 1), STATUS_OK);
}

//  A connection on which the text was sent.
static int
send_text (fixture_t *self, const char *text)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) self->port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal (connect (fd, (struct sockaddr *) &address, sizeof address), 0);
    assert_int_equal (send (fd, text, strlen (text), MSG_NOSIGNAL), strlen (text));
    return fd;
}

//  Is there a whole answer in what was read?
static bool
is_whole (const char *answer, size_t size)
{
    const char *body = strstr (answer, "\r\n\r\n");
    const char *length = body ? strstr (answer, "Content-Length: ") : NULL;
    if (!body)
        return false;
    return !length || size - (size_t) (body + 4 - answer) >= strtoul (length + strlen ("Content-Length: "), NULL, 10);
}

//  Lets the simulator work until the answer is here. Closes the connection.
static const char *
receive (fixture_t *self, int fd)
{
    size_t size = 0;
    self->answer [0] = 0;
    for (int i = 0; i < TURNS_MAX && !is_whole (self->answer, size); i++) {
        turn (self);
        ssize_t got = recv (fd, self->answer + size, ANSWER_BYTES_MAX - 1 - size, MSG_DONTWAIT);
        size += got > 0 ? (size_t) got : 0;
        self->answer [size] = 0;
    }
    assert_true (is_whole (self->answer, size));
    close (fd);
    return self->answer;
}

static int
send_asked (fixture_t *self, const asked_t *asked, const char *headers)
{
    char text [2048];
    snprintf (text, sizeof text,
              "POST / HTTP/1.1\r\nHost: sim\r\nContent-Type: %s\r\nX-Amz-Target: %s\r\nX-Amz-Date: 20261122T230507Z\r\n%sContent-Length: 2\r\n"
              "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-west-1/%s/aws4_request, "
              "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=%s\r\n\r\n{}",
              asked->content_type, asked->target, headers, asked->service, asked->signature);
    return send_text (self, text);
}

static const char *
admin (fixture_t *self, const char *method, const char *path, const char *body)
{
    char text [1024];
    snprintf (text, sizeof text, "%s %s HTTP/1.1\r\nHost: sim\r\nContent-Length: %zu\r\n\r\n%s", method, path, strlen (body), body);
    return receive (self, send_text (self, text));
}

static void
assert_says (const char *answer, const char *words)
{
    if (!strstr (answer, words))
        fail_msg ("\"%s\" is not in: %.600s", words, answer);
}

static void
a_signed_request_is_answered_as_the_service_would (void **state)
{
    fixture_t *self = *state;
    const char *answer = receive (self, send_asked (self, &LIST_METRICS, ""));
    assert_says (answer, "HTTP/1.1 200 OK\r\n");
    assert_says (answer, "Content-Type: application/x-amz-json-1.0\r\n");
    assert_says (answer, "Date: Sun, 22 Nov 2026 23:05:07 GMT\r\n");
    assert_says (answer, "x-amzn-RequestId: ");
    assert_says (answer, "\r\n\r\n{\"Metrics\":[");
    answer = receive (self, send_asked (self, &LOG_GROUPS, ""));
    assert_says (answer, "Content-Type: application/x-amz-json-1.1\r\n");
    assert_says (answer, "arn:aws:logs:eu-west-1:");
}

static void
a_request_without_a_good_signature_is_refused_and_noted (void **state)
{
    fixture_t *self = *state;
    asked_t forged = LOG_GROUPS;
    forged.signature = LIST_METRICS.signature;
    const char *answer = receive (self, send_asked (self, &forged, ""));
    assert_says (answer, "HTTP/1.1 403 ");
    assert_says (answer, "{\"__type\":\"InvalidSignatureException\",\"message\":\"The request signature we calculated does not match");
    answer = receive (self, send_text (self, "POST / HTTP/1.1\r\nHost: sim\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\n"
                                             "x-amzn-query-mode: true\r\nX-Amz-Target: GraniteServiceVersion20100801.ListMetrics\r\n\r\n{}"));
    assert_says (answer, "{\"__type\":\"MissingAuthenticationTokenException\"");
    assert_says (answer, "x-amzn-query-error: MissingAuthenticationToken;Sender\r\n");
    assert_says (admin (self, "GET", "/_sim/requests", ""), "\"key_id\":\"AKIDEXAMPLE\",\"outcome\":\"answered\",\"status\":403");
}

static void
what_is_not_simulated_says_so (void **state)
{
    fixture_t *self = *state;
    const char *answer = receive (self, send_asked (self, &GET_METRIC_STREAM, ""));
    assert_says (answer, "HTTP/1.1 501 ");
    assert_says (answer, "{\"__type\":\"NotImplemented\",\"message\":\"GetMetricStream is not supported by the simulator\"}");
    answer = receive (self, send_asked (self, &NONSENSE, ""));
    assert_says (answer, "HTTP/1.1 400 ");
    assert_says (answer, "{\"__type\":\"UnknownOperationException\"}");
    asked_t wrong = LIST_METRICS;
    wrong.content_type = "application/x-amz-json-1.1";
    assert_says (receive (self, send_asked (self, &wrong, "")), "{\"__type\":\"UnknownOperationException\"}");
}

//  A form, signed for STS (or, by another name, not).
static int
send_form (fixture_t *self, const char *form, const char *service)
{
    char text [2048];
    snprintf (text, sizeof text,
              "POST / HTTP/1.1\r\nHost: sim\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\nX-Amz-Date: 20261122T230507Z\r\n"
              "Content-Length: %zu\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-west-1/%s/aws4_request, "
              "SignedHeaders=content-type;host;x-amz-date, Signature=3183c58d399331cc77c439dbbe06a4364e77f8a096aebb46b52fa0535010e93f\r\n\r\n%s",
              strlen (form), service, form);
    return send_text (self, text);
}

static void
a_form_is_answered_in_xml (void **state)
{
    fixture_t *self = *state;
    const char *answer = receive (self, send_form (self, "Action=GetCallerIdentity&Version=2011-06-15", "sts"));
    assert_says (answer, "HTTP/1.1 200 OK\r\n");
    assert_says (answer, "Content-Type: text/xml\r\n");
    assert_says (answer, "<Account>123456789012</Account>");
    const char *header = strstr (answer, "x-amzn-RequestId: ");
    const char *element = strstr (answer, "<RequestId>");
    assert_true (header && element);
    assert_memory_equal (header + strlen ("x-amzn-RequestId: "), element + strlen ("<RequestId>"), 36);
    assert_says (receive (self, send_form (self, "Action=GetCallerIdentity&Version=2011-06-15", "logs")), "scoped to correct service: 'sts'");
    assert_says (receive (self, send_form (self, "Action=AssumeRole&Version=2011-06-15", "sts")), "<Code>SignatureDoesNotMatch</Code>");
    assert_says (receive (self, send_form (self, "Action=X&Version=1", "sts")), "<Code>InvalidAction</Code>");
    assert_says (admin (self, "GET", "/_sim/requests", ""), "\"service\":\"sts\",\"operation\":\"GetCallerIdentity\"");
    admin (self, "PUT", "/_sim/faults", "{\"GetCallerIdentity\":{\"throttle_rate\":1}}");
    answer = receive (self, send_form (self, "Action=GetCallerIdentity&Version=2011-06-15", "sts"));
    assert_says (answer, "<Code>Throttling</Code><Message>Rate exceeded</Message>");
}

//  With a token that is good until the year 2286.
#define IDENTITY "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::210987654321:role/reader&RoleSessionName=pod" \
    "&WebIdentityToken=e30.eyJpc3MiOiJodHRwczovL28iLCJzdWIiOiJwb2QiLCJhdWQiOiJzdHMuYW1hem9uYXdzLmNvbSIsImV4cCI6OTk5OTk5OTk5OX0.c2ln"

static int
send_unsigned (fixture_t *self, const char *form)
{
    char text [2048];
    snprintf (text, sizeof text, "POST / HTTP/1.1\r\nHost: sim\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
              strlen (form), form);
    return send_text (self, text);
}

static void
a_token_needs_no_signature_and_all_else_does (void **state)
{
    fixture_t *self = *state;
    const char *answer = receive (self, send_unsigned (self, IDENTITY));
    assert_says (answer, "HTTP/1.1 200 OK\r\n");
    assert_says (answer, "<AccessKeyId>ASIA");
    assert_says (receive (self, send_unsigned (self, "Action=AssumeRole&Version=2011-06-15")), "<Code>MissingAuthenticationToken</Code>");
    answer = admin (self, "GET", "/_sim/requests", "");
    assert_says (answer, "\"AssumeRoleWithWebIdentity\":{\"requests\":1,\"answered\":1,\"refused\":0,\"aborted\":0}");
    assert_says (answer, "\"AssumeRole\":{\"requests\":1,\"answered\":1,\"refused\":1,\"aborted\":0}");
}

static void
a_test_turns_knobs_and_revokes_keys (void **state)
{
    fixture_t *self = *state;
    assert_says (admin (self, "PUT", "/_sim/knobs", "{\"key_life_s\":20,\"clock_offset_s\":-600}"), "HTTP/1.1 204 ");
    assert_says (admin (self, "GET", "/_sim/knobs", ""), "{\"key_life_s\":20,\"clock_offset_s\":-600}");
    assert_says (admin (self, "PUT", "/_sim/knobs", "{\"speed\":1}"), "{\"error\":\"There is no knob");
    assert_says (admin (self, "POST", "/_sim/knobs", ""), "HTTP/1.1 405 ");
    const issued_key_t *key = issued_keys_make (self->issued, &(role_t) { .name = "reader" }, SLICE ("pod"), 0);
    assert_says (admin (self, "POST", "/_sim/keys", ""), "HTTP/1.1 405 ");
    assert_says (admin (self, "GET", "/_sim/keys", ""), key->secret);
    assert_false (key->revoked);
    assert_says (admin (self, "DELETE", "/_sim/keys", ""), "HTTP/1.1 204 ");
    assert_true (key->revoked);
}

static void
throttling_and_errors_carry_each_services_codes (void **state)
{
    fixture_t *self = *state;
    assert_says (admin (self, "PUT", "/_sim/faults", "{\"*\":{\"throttle_rate\":1}}"), "HTTP/1.1 204 ");
    const char *answer = receive (self, send_asked (self, &LIST_METRICS, "x-amzn-query-mode: true\r\n"));
    assert_says (answer, "HTTP/1.1 400 ");
    assert_says (answer, "x-amzn-query-error: Throttling;Sender\r\n");
    assert_says (answer, "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}");
    admin (self, "PUT", "/_sim/faults", "{\"*\":{\"error_rate\":1}}");
    answer = receive (self, send_asked (self, &LOG_GROUPS, "x-amzn-query-mode: true\r\n"));
    assert_says (answer, "HTTP/1.1 503 ");
    assert_says (answer, "{\"__type\":\"ServiceUnavailableException\"");
    assert_null (strstr (answer, "x-amzn-query-error"));
    admin (self, "PUT", "/_sim/faults", "{\"*\":{\"error_rate\":1,\"error_status\":500}}");
    assert_says (receive (self, send_asked (self, &LIST_METRICS, "")), "{\"__type\":\"com.amazonaws.cloudwatch#InternalServiceFault\"");
    admin (self, "DELETE", "/_sim/faults", "");
    assert_says (receive (self, send_asked (self, &LIST_METRICS, "")), "HTTP/1.1 200 OK\r\n");
}

//  Lets the simulator work until its journal says the words.
static void
wait_for_journal (fixture_t *self, const char *words)
{
    for (int i = 0; i < 200; i++)
        if (strstr (admin (self, "GET", "/_sim/requests", ""), words))
            return;
    fail_msg ("the journal never says %s", words);
}

static void
a_late_answer_comes_when_its_time_has_come (void **state)
{
    fixture_t *self = *state;
    char byte;
    admin (self, "PUT", "/_sim/faults", "{\"ListMetrics\":{\"latency_ms\":5000}}");
    int fd = send_asked (self, &LIST_METRICS, "");
    wait_for_journal (self, "\"outcome\":\"waiting\"");
    self->mono_us += 4999 * 1000;
    turn (self);
    assert_int_equal (recv (fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK), -1);
    assert_int_equal (errno, EAGAIN);
    self->mono_us += 2 * 1000;
    assert_says (receive (self, fd), "HTTP/1.1 200 OK\r\n");
}

static void
a_hung_request_ends_when_its_client_leaves (void **state)
{
    fixture_t *self = *state;
    admin (self, "PUT", "/_sim/faults", "{\"ListMetrics\":{\"hang\":true}}");
    int fd = send_asked (self, &LIST_METRICS, "");
    wait_for_journal (self, "\"outcome\":\"hanging\"");
    close (fd);
    wait_for_journal (self, "\"outcome\":\"aborted by the client\"");
    assert_says (admin (self, "GET", "/_sim/requests", ""), "\"ListMetrics\":{\"requests\":1,\"answered\":0,\"refused\":0,\"aborted\":1}");
}

static void
the_simulator_can_end_while_requests_hang (void **state)
{
    fixture_t *self = *state;
    admin (self, "PUT", "/_sim/faults", "{\"ListMetrics\":{\"hang\":true},\"DescribeLogGroups\":{\"latency_ms\":5000}}");
    int hung = send_asked (self, &LIST_METRICS, "");
    int late = send_asked (self, &LOG_GROUPS, "");
    wait_for_journal (self, "\"outcome\":\"hanging\"");
    wait_for_journal (self, "\"outcome\":\"waiting\"");
    sim_destroy (&self->sim);
    assert_null (self->sim);
    close (hung);
    close (late);
}

static void
the_tests_own_paths_refuse_with_a_sentence (void **state)
{
    fixture_t *self = *state;
    const char *answer = admin (self, "PUT", "/_sim/faults", "{\"*\":{\"speed\":1}}");
    assert_says (answer, "HTTP/1.1 400 ");
    assert_says (answer, "{\"error\":\"\\\"speed\\\" of * must be one of latency_ms");
    assert_says (admin (self, "POST", "/_sim/faults", ""), "HTTP/1.1 405 ");
    assert_says (admin (self, "POST", "/_sim/requests", ""), "HTTP/1.1 405 ");
    assert_says (admin (self, "GET", "/_sim/requests?after=x", ""), "HTTP/1.1 400 ");
    assert_says (admin (self, "GET", "/_sim/requests?since=1", ""), "HTTP/1.1 400 ");
    assert_says (admin (self, "GET", "/_sim/nothing", ""), "HTTP/1.1 404 ");
}

static void
the_journal_gives_what_came_after_and_forgets (void **state)
{
    fixture_t *self = *state;
    receive (self, send_asked (self, &LIST_METRICS, ""));
    receive (self, send_asked (self, &LOG_GROUPS, ""));
    const char *answer = admin (self, "GET", "/_sim/requests?after=1", "");
    assert_says (answer, "\"last_seq\":2,\"requests\":[{\"seq\":2,\"service\":\"logs\",\"operation\":\"DescribeLogGroups\",\"region\":\"eu-west-1\"");
    assert_says (answer, "\"body\":{}");
    assert_says (admin (self, "DELETE", "/_sim/requests", ""), "HTTP/1.1 204 ");
    assert_says (admin (self, "GET", "/_sim/requests", ""), "{\"last_seq\":2,\"requests\":[],\"totals\":{}}");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_signed_request_is_answered_as_the_service_would, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (a_request_without_a_good_signature_is_refused_and_noted, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (what_is_not_simulated_says_so, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (a_form_is_answered_in_xml, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (a_token_needs_no_signature_and_all_else_does, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (a_test_turns_knobs_and_revokes_keys, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (throttling_and_errors_carry_each_services_codes, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (a_late_answer_comes_when_its_time_has_come, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (a_hung_request_ends_when_its_client_leaves, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (the_simulator_can_end_while_requests_hang, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (the_tests_own_paths_refuse_with_a_sentence, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (the_journal_gives_what_came_after_and_forgets, s_set_up, s_tear_down),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
