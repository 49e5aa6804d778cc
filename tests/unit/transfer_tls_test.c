//  TLS against a real server: OpenSSL's own, as a child process, with a certificate made for the test. Skipped where there is no openssl.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transfer_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

typedef struct {
    char  folder [32];
    char  certificate [64];
    char  key [64];
    pid_t server;
    int   port;
} tls_t;

static tls_t s_tls;

//  Starts openssl; its standard output goes to the descriptor, or nowhere. 0 when it cannot be started.
static pid_t
spawn (const char *const *arguments, int output)
{
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init (&files);
    posix_spawn_file_actions_addopen (&files, 0, "/dev/null", O_RDONLY, 0);
    if (output >= 0)
        posix_spawn_file_actions_adddup2 (&files, output, 1);
    else
        posix_spawn_file_actions_addopen (&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen (&files, 2, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    int rc = posix_spawnp (&child, "openssl", &files, NULL, (char *const *) (uintptr_t) arguments, environ);
    posix_spawn_file_actions_destroy (&files);
    return rc ? 0 : child;
}

//  A certificate for this address or name, as "IP:…" or "DNS:…".
static bool
make_certificate (const char *name)
{
    char subject [64];
    snprintf (subject, sizeof subject, "subjectAltName=%s", name);
    const char *const arguments [] = {
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=test",
        "-addext", subject, "-keyout", s_tls.key, "-out", s_tls.certificate, NULL
    };
    pid_t child = spawn (arguments, -1);
    int result;
    return child && waitpid (child, &result, 0) == child && result == 0;
}

//  The server says "ACCEPT 127.0.0.1:PORT" when it listens.
static int
read_port (int fd)
{
    char text [512] = { 0 };
    for (size_t size = 0; size < sizeof text - 1;) {
        ssize_t more = read (fd, text + size, sizeof text - 1 - size);
        if (more <= 0)
            return 0;
        size += (size_t) more;
        const char *accept = strstr (text, "ACCEPT 127.0.0.1:");
        if (accept && strchr (accept, '\n'))
            return (int) strtol (accept + strlen ("ACCEPT 127.0.0.1:"), NULL, 10);
    }
    return 0;
}

//  A server with a certificate for the name, behind an address that the URL is made from. version: the only one of TLS that it speaks.
static void
serve_version (const char *name, const char *version)
{
    if (!make_certificate (name))
        skip ();
    int output [2];
    assert_int_equal (pipe2 (output, O_CLOEXEC), 0);
    const char *const arguments [] = {
        "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", s_tls.certificate, "-key", s_tls.key, "-www", version,
        "-cipher", "DEFAULT:@SECLEVEL=0", NULL
    };
    s_tls.server = spawn (arguments, output [1]);
    close (output [1]);
    s_tls.port = read_port (output [0]);
    close (output [0]);
    assert_true (s_tls.port > 0);
}

static void
serve_tls (const char *name)
{
    serve_version (name, "-tls1_2");
}

static int
set_up_tls (void **state)
{
    s_tls = (tls_t) { .folder = "/tmp/transfer-XXXXXX" };
    if (!mkdtemp (s_tls.folder))
        return -1;
    snprintf (s_tls.certificate, sizeof s_tls.certificate, "%s/certificate", s_tls.folder);
    snprintf (s_tls.key, sizeof s_tls.key, "%s/key", s_tls.folder);
    return set_up (state);
}

static int
tear_down_tls (void **state)
{
    if (s_tls.server) {
        kill (s_tls.server, SIGKILL);
        waitpid (s_tls.server, NULL, 0);
    }
    unlink (s_tls.certificate);
    unlink (s_tls.key);
    rmdir (s_tls.folder);
    return tear_down (state);
}

static outcome_t
got_by_tls (world_t *world, const char *host)
{
    char url [128];
    snprintf (url, sizeof url, "https://%s:%d/", host, s_tls.port);
    return got (world, url);
}

static void
a_good_certificate_is_accepted_and_its_time_is_told (void **state)
{
    world_t *world = *state;
    serve_tls ("DNS:server.example");
    configure (world, (transfers_config_t) { .ca_bundle = s_tls.certificate });
    outcome_t outcome = got_by_tls (world, "server.example");
    assert_int_equal (outcome.answer.status, STATUS_OK);
    assert_int_equal (outcome.answer.http_status, 200);
    assert_true (outcome.answer.timings.tls_us > 0);
    assert_true (outcome.answer.timings.connect_us > 0);
}

static void
a_certificate_that_nobody_vouches_for_is_refused (void **state)
{
    world_t *world = *state;
    serve_tls ("DNS:server.example");
    outcome_t outcome = got_by_tls (world, "server.example");
    assert_int_equal (outcome.answer.status, STATUS_REFUSED);
    assert_non_null (strstr (outcome.reason, "certificate"));
    assert_false (outcome.answer.sent);
}

static void
a_certificate_for_another_name_is_refused (void **state)
{
    world_t *world = *state;
    serve_tls ("DNS:other.example");
    configure (world, (transfers_config_t) { .ca_bundle = s_tls.certificate });
    outcome_t outcome = got_by_tls (world, "server.example");
    assert_int_equal (outcome.answer.status, STATUS_REFUSED);
    assert_non_null (strstr (outcome.reason, "server.example"));
    assert_false (outcome.answer.sent);
}

//  The openssl of today still speaks 1.1 when it is told to; 1.2 from the same server is taken (serve_tls).
static void
tls_older_than_1_2_is_refused (void **state)
{
    world_t *world = *state;
    serve_version ("DNS:server.example", "-tls1_1");
    configure (world, (transfers_config_t) { .ca_bundle = s_tls.certificate });
    outcome_t outcome = got_by_tls (world, "server.example");
    assert_int_equal (outcome.answer.status, STATUS_REFUSED);
    if (!strstr (outcome.reason, "version"))
        fail_msg ("%s", outcome.reason);
    assert_false (outcome.answer.sent);
}

static void
a_ca_bundle_that_is_not_there_is_named (void **state)
{
    world_t *world = *state;
    serve_tls ("DNS:server.example");
    configure (world, (transfers_config_t) { .ca_bundle = "/nowhere/bundle.pem" });
    outcome_t outcome = got_by_tls (world, "server.example");
    assert_int_equal (outcome.answer.status, STATUS_REFUSED);
    assert_non_null (strstr (outcome.reason, "/nowhere/bundle.pem"));
}

int
main (void)
{
    transfers_global_start ();
#define TLS_TEST(name) cmocka_unit_test_setup_teardown (name, set_up_tls, tear_down_tls)
    const struct CMUnitTest tests [] = {
        TLS_TEST (a_good_certificate_is_accepted_and_its_time_is_told),
        TLS_TEST (a_certificate_that_nobody_vouches_for_is_refused),
        TLS_TEST (a_certificate_for_another_name_is_refused),
        TLS_TEST (tls_older_than_1_2_is_refused),
        TLS_TEST (a_ca_bundle_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
