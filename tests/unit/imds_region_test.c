#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "imds_region.h"
#include "provider_fixture.h"
#include "transfer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define TOKEN_ASKED  "PUT /latest/api/token HTTP/1.1\r\n"
#define REGION_ASKED "GET /latest/meta-data/placement/region HTTP/1.1\r\n"

//  The service is a process, because the look blocks. It knows one token, and hands out the region only to who has it.
static void
serve (int listener, int token_status, const char *region)
{
    for (;;) {
        int peer = accept (listener, NULL, NULL);
        if (peer < 0)
            _exit (1);
        char request [2048], answer [512];
        size_t size = 0;
        ssize_t more = 1;
        while (more > 0 && size < sizeof request - 1 && !memmem (request, size, "\r\n\r\n", 4)) {
            more = read (peer, request + size, sizeof request - 1 - size);
            size += more > 0 ? (size_t) more : 0;
        }
        request [size] = 0;
        bool token = strncmp (request, TOKEN_ASKED, strlen (TOKEN_ASKED)) == 0 && strstr (request, "x-aws-ec2-metadata-token-ttl-seconds: ");
        bool known = strncmp (request, REGION_ASKED, strlen (REGION_ASKED)) == 0 && strstr (request, "x-aws-ec2-metadata-token: verysecret\r\n");
        const char *body = token ? "verysecret" : known ? region : "";
        snprintf (answer, sizeof answer, "HTTP/1.1 %d x\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                  token ? token_status : known ? 200 : 401, strlen (body), body);
        if (write (peer, answer, strlen (answer)) < 0)
            _exit (1);
        close (peer);
    }
}

//  The region that is found with such a service; token_status 0: there is none.
static const char *
found (home_t *home, int token_status, const char *region)
{
    static char text [IMDS_REGION_SIZE];
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal (bind (listener, (struct sockaddr *) &address, size), 0);
    assert_int_equal (getsockname (listener, (struct sockaddr *) &address, &size), 0);
    if (token_status)
        assert_int_equal (listen (listener, 4), 0);
    char url [64];
    snprintf (url, sizeof url, "http://127.0.0.1:%d", ntohs (address.sin_port));
    home_set (home, "AWS_EC2_METADATA_SERVICE_ENDPOINT", url);
    pid_t child = token_status ? fork () : 0;
    if (token_status && child == 0)
        serve (listener, token_status, region);
    config_t config = { .profile = NULL };
    status_t status = imds_region_find (&config, home_lookup, home, text);
    if (child) {
        kill (child, SIGKILL);
        waitpid (child, NULL, 0);
    }
    close (listener);
    assert_int_equal (status == STATUS_OK, text [0] != 0);
    return text;
}

static void
the_region_is_asked_for_with_a_token (void **state)
{
    assert_string_equal (found (*state, 200, "eu-central-1"), "eu-central-1");
    assert_string_equal (found (*state, 200, "us-gov-west-1\n"), "us-gov-west-1");
}

static void
what_is_no_region_is_none (void **state)
{
    assert_string_equal (found (*state, 200, "<html>"), "");
    assert_string_equal (found (*state, 200, ""), "");
    assert_string_equal (found (*state, 404, "eu-central-1"), "");
    assert_string_equal (found (*state, 0, NULL), "");
}

static void
it_is_not_asked_where_it_is_switched_off_or_its_settings_cannot_be (void **state)
{
    home_t *home = *state;
    home_set (home, "AWS_EC2_METADATA_DISABLED", "true");
    assert_string_equal (found (home, 200, "eu-central-1"), "");
    home_set (home, "AWS_EC2_METADATA_DISABLED", "");
    home_set (home, "AWS_METADATA_SERVICE_TIMEOUT", "soon");
    assert_string_equal (found (home, 200, "eu-central-1"), "");
}

int
main (void)
{
    transfers_global_start ();
    const struct CMUnitTest tests [] = {
        HOME_TEST (the_region_is_asked_for_with_a_token),
        HOME_TEST (what_is_no_region_is_none),
        HOME_TEST (it_is_not_asked_where_it_is_switched_off_or_its_settings_cannot_be),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
