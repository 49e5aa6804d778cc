#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guard.h"

#include <stdio.h>
#include <string.h>

static guard_t *
guard_of (const char *hosts, const char *origins)
{
    char reason [GUARD_REASON_SIZE];
    guard_t *guard = guard_new (hosts, origins, reason);
    if (!guard)
        fail_msg ("%s", reason);
    assert_string_equal (reason, "");
    return guard;
}

//  Lists of texts, ended by NULL, of which all or none must pass.
static void
assert_hosts (const guard_t *guard, bool expected, const char *const *hosts)
{
    for (; *hosts; hosts++)
        if (guard_host (guard, slice_of (*hosts)) != expected)
            fail_msg ("Host \"%s\" was %s", *hosts, expected ? "refused" : "let in");
}

static void
assert_origins (const guard_t *guard, bool expected, const char *const *origins)
{
    for (; *origins; origins++)
        if (guard_origin (guard, slice_of (*origins)) != expected)
            fail_msg ("Origin \"%s\" was %s", *origins, expected ? "refused" : "let in");
}

#define LIST(...) ((const char *const []) { __VA_ARGS__, NULL })

static void
names_that_no_stranger_can_own_are_answered (void **state)
{
    (void) state;
    guard_t *guard = guard_of (NULL, NULL);
    assert_hosts (guard, true, LIST ("localhost", "LocalHost:3334", "localhost.", "app.localhost", "a.b.localhost:1",
                                     "127.0.0.1", "127.0.0.1:3334", "10.244.1.7:3334", "192.0.2.1", "[::1]", "[::1]:3334",
                                     "[2001:db8::1]:80"));
    guard_destroy (&guard);
    assert_null (guard);
    guard_destroy (&guard);
}

static void
the_service_is_answered_by_its_names_in_the_cluster (void **state)
{
    (void) state;
    guard_t *guard = guard_of ("", "");
    assert_hosts (guard, true, LIST ("cloudwatch-mcp", "cloudwatch-mcp:3334", "CLOUDWATCH-MCP", "cloudwatch-mcp.jarvis:3334",
                                     "cloudwatch-mcp.jarvis.svc", "cloudwatch-mcp.jarvis.svc.cluster.local:3334",
                                     "cloudwatch-mcp.jarvis.svc.cluster.local.",
                                     "cloudwatch-mcp.jarvis.svc.prod.k8s.internal"));
    assert_hosts (guard, false, LIST ("cloudwatch-mcp.jarvis.pod", "cloudwatch-mcp.jarvis.example.com",
                                      "cloudwatch-mcp.evil.svc.example.com",
                                      "cloudwatch-mcp.evil.svc.cluster.local.example.com",
                                      "cloudwatch-mcp.evil.svc.notlocal", "cloudwatch-mcp.evil.svc.local",
                                      "evil.cloudwatch-mcp", "cloudwatch-mcp2", "xcloudwatch-mcp", "cloudwatch"));
    guard_destroy (&guard);
}

static void
strangers_are_refused (void **state)
{
    (void) state;
    guard_t *guard = guard_of (NULL, NULL);
    assert_hosts (guard, false, LIST ("evil.example", "evil.example:3334", "localhost.evil.example", "notlocalhost",
                                      "127.0.0.1.evil.example", "127.1", "2130706433", "0x7f000001",
                                      "localhost@evil.example", "evil@localhost", "localhost evil", " localhost",
                                      "localhost ", "", "localhost,evil.example", "localhost:", "localhost:x", "::1", "[::1",
                                      "[localhost]", "local\xc4\xb1host"));
    assert_false (guard_host (guard, SLICE_ABSENT));
    assert_false (guard_host (guard, SLICE ("localhost\0.evil.example")));
    guard_destroy (&guard);
}

static void
listed_hosts_are_answered (void **state)
{
    (void) state;
    guard_t *guard = guard_of (" chat.Example.com , ,mcp.example.org:8443,*.internal.example,.corp.example:443,,[2001:db8::1]:1 ", NULL);
    assert_hosts (guard, true, LIST ("chat.example.com", "CHAT.example.com:1", "mcp.example.org:8443", "a.internal.example",
                                     "b.a.internal.example:9", "a.corp.example:443", "localhost"));
    assert_hosts (guard, false, LIST ("a.chat.example.com", "example.com", "mcp.example.org", "mcp.example.org:443",
                                      "internal.example", "xinternal.example", "corp.example:443", "a.corp.example",
                                      "a.corp.example:80"));
    guard_destroy (&guard);
}

static void
loopback_pages_may_call_and_so_may_programs (void **state)
{
    (void) state;
    guard_t *guard = guard_of (NULL, NULL);
    assert_true (guard_origin (guard, SLICE_ABSENT));
    assert_origins (guard, true, LIST ("http://localhost", "https://localhost:5173", "http://127.0.0.1:6274",
                                       "https://127.0.0.1", "http://[::1]:1"));
    assert_origins (guard, false, LIST ("", "null", "https://evil.example", "http://localhost.evil.example",
                                        "http://evil.example/localhost", "localhost", "http://localhost/", "ftp://localhost",
                                        "http://localhost@evil.example", "http://evil@localhost", "http://127.0.0.2",
                                        "http://10.0.0.1", "http://a.localhost", "http://localhost http://evil.example"));
    guard_destroy (&guard);
}

static void
listed_origins_may_call (void **state)
{
    (void) state;
    guard_t *guard = guard_of (NULL, "https://chat.example.com/, http://Intranet:8080,null,vscode-webview://abc");
    assert_origins (guard, true, LIST ("https://chat.example.com", "https://chat.example.com:443", "http://intranet:8080",
                                       "null", "vscode-webview://abc"));
    assert_origins (guard, false, LIST ("http://chat.example.com", "https://chat.example.com:8443",
                                        "https://a.chat.example.com", "https://chat.example.com/", "http://intranet",
                                        "vscode-webview://abcd", "https://intranet:8080"));
    //  One list is not the other
    assert_false (guard_host (guard, SLICE ("chat.example.com")));
    guard_destroy (&guard);
}

static void
an_entry_that_cannot_be_is_refused_by_name (void **state)
{
    (void) state;
    static const struct {
        const char *hosts, *origins, *reason;
    } cases [] = {
        { "a.example,*", NULL,
          "CLOUDWATCH_MCP_ALLOWED_HOSTS: \"*\" would let every web page on the internet use this server; list the names, "
          "or *.example.com for all below one." },
        { "https://a.example", NULL,
          "CLOUDWATCH_MCP_ALLOWED_HOSTS: \"https://a.example\" is an address of the web; a host is listed without scheme and path." },
        { "a b", NULL, "CLOUDWATCH_MCP_ALLOWED_HOSTS: \"a b\" is no host: a name, *.name, or an IP address, with or without :port." },
        { "*.", NULL, "CLOUDWATCH_MCP_ALLOWED_HOSTS: \"*.\" is no host: a name, *.name, or an IP address, with or without :port." },
        { ".", NULL, "CLOUDWATCH_MCP_ALLOWED_HOSTS: \".\" is no host: a name, *.name, or an IP address, with or without :port." },
        { "*.10.0.0.1", NULL, "CLOUDWATCH_MCP_ALLOWED_HOSTS: \"*.10.0.0.1\" is no host: a name, *.name, or an IP address, with or without :port." },
        { "a.*.example", NULL, "CLOUDWATCH_MCP_ALLOWED_HOSTS: \"a.*.example\" is no host: a name, *.name, or an IP address, with or without :port." },
        { NULL, "*", "CLOUDWATCH_MCP_ALLOWED_ORIGINS: \"*\" would let every web page on the internet use this server; list the origins." },
        { NULL, "a.example",
          "CLOUDWATCH_MCP_ALLOWED_ORIGINS: \"a.example\" is no origin: scheme://host or scheme://host:port, such as https://chat.example.com." },
        { NULL, "http://a/b",
          "CLOUDWATCH_MCP_ALLOWED_ORIGINS: \"http://a/b\" is no origin: scheme://host or scheme://host:port, such as https://chat.example.com." },
        { NULL, "/", "CLOUDWATCH_MCP_ALLOWED_ORIGINS: \"/\" is no origin: scheme://host or scheme://host:port, such as https://chat.example.com." },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases [0]; i++) {
        char reason [GUARD_REASON_SIZE];
        assert_null (guard_new (cases [i].hosts, cases [i].origins, reason));
        assert_string_equal (reason, cases [i].reason);
    }
}

static void
a_long_entry_still_makes_a_sentence (void **state)
{
    (void) state;
    char entry [1000], reason [GUARD_REASON_SIZE];
    memset (entry, '!', sizeof entry - 1);
    entry [sizeof entry - 1] = '\0';
    assert_null (guard_new (entry, NULL, reason));
    assert_non_null (strstr (reason, "!!!\"… is no host: "));
    //  As JSON each of these takes six bytes, more than the reason has room for
    memset (entry, '\x01', sizeof entry - 1);
    assert_null (guard_new (entry, NULL, reason));
    assert_non_null (strstr (reason, "CLOUDWATCH_MCP_ALLOWED_HOSTS: \"\\u0001"));
}

static void
assert_said (void (*say) (slice_t text, buffer_t *sentence), slice_t text, const char *expected)
{
    buffer_t sentence;
    buffer_init (&sentence, 1024);
    say (text, &sentence);
    buffer_append_char (&sentence, '\0');
    assert_int_equal (buffer_status (&sentence), STATUS_OK);
    assert_string_equal (sentence.data, expected);
    buffer_deinit (&sentence);
}

static void
a_refusal_names_the_variable_to_set (void **state)
{
    (void) state;
    assert_said (guard_explain_host, SLICE ("evil.example:80"),
                 "The Host \"evil.example:80\" is not a name that this server answers to. If it should be, add it to CLOUDWATCH_MCP_ALLOWED_HOSTS "
                 "(--allowed-hosts) and start the server again.");
    assert_said (guard_explain_origin, SLICE ("https://evil.example"),
                 "The Origin \"https://evil.example\" is not one whose pages may call this server. If it should be, add it to "
                 "CLOUDWATCH_MCP_ALLOWED_ORIGINS (--allowed-origins) and start the server again.");
    assert_said (guard_explain_host, SLICE_ABSENT, "The request has no Host, and this server answers only to names that it knows.");
}

static void
a_refusal_repeats_80_characters_at_most_and_escapes_them (void **state)
{
    (void) state;
    const char *behind = " is neither a name nor an address, with or without a port. Names beyond this machine and its cluster are listed in "
                         "CLOUDWATCH_MCP_ALLOWED_HOSTS (--allowed-hosts).";
    char expected [1024];
    snprintf (expected, sizeof expected, "The Host \"a\\\"\\n<b>\xef\xbf\xbd\"%s", behind);
    assert_said (guard_explain_host, SLICE ("a\"\n<b>\xff"), expected);

    char host [2 * 81];
    for (size_t i = 0; i < sizeof host; i += 2)
        memcpy (host + i, "\xc3\xa4", 2);
    snprintf (expected, sizeof expected, "The Host \"%.160s\"%s", host, behind);
    assert_said (guard_explain_host, (slice_t) { host, 160 }, expected);
    snprintf (expected, sizeof expected, "The Host \"%.160s\"…%s", host, behind);
    assert_said (guard_explain_host, (slice_t) { host, 162 }, expected);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (names_that_no_stranger_can_own_are_answered),
        cmocka_unit_test (the_service_is_answered_by_its_names_in_the_cluster),
        cmocka_unit_test (strangers_are_refused),
        cmocka_unit_test (listed_hosts_are_answered),
        cmocka_unit_test (loopback_pages_may_call_and_so_may_programs),
        cmocka_unit_test (listed_origins_may_call),
        cmocka_unit_test (an_entry_that_cannot_be_is_refused_by_name),
        cmocka_unit_test (a_long_entry_still_makes_a_sentence),
        cmocka_unit_test (a_refusal_names_the_variable_to_set),
        cmocka_unit_test (a_refusal_repeats_80_characters_at_most_and_escapes_them),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
