#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "authority.h"

#include <stdlib.h>
#include <string.h>

//  Parsed from a copy that ends where the text ends, so that reading beyond it is noticed.
static bool
parses (const char *text, authority_t *authority)
{
    slice_t slice = slice_of (text);
    char *copy = malloc (slice.size ? slice.size : 1);
    assert_non_null (copy);
    memcpy (copy, slice.data, slice.size);
    bool parsed = authority_parse ((slice_t) { copy, slice.size }, authority);
    if (parsed && authority->kind == AUTHORITY_NAME)
        authority->name = (slice_t) { text, authority->name.size };
    free (copy);
    return parsed;
}

static void
a_name_is_read_with_and_without_a_port (void **state)
{
    (void) state;
    authority_t authority;
    assert_true (parses ("Chat.example.com", &authority));
    assert_int_equal (authority.kind, AUTHORITY_NAME);
    assert_true (slice_is (authority.name, "Chat.example.com"));
    assert_int_equal (authority.port, AUTHORITY_NO_PORT);
    assert_true (parses ("a_b-c.:65535", &authority));
    assert_true (slice_is (authority.name, "a_b-c"));
    assert_int_equal (authority.port, 65535);
}

static void
addresses_are_told_from_names (void **state)
{
    (void) state;
    authority_t authority;
    assert_true (parses ("10.1.2.3:80", &authority));
    assert_int_equal (authority.kind, AUTHORITY_V4);
    assert_memory_equal (&authority.address, "\x0a\x01\x02\x03", 4);
    assert_true (parses ("[2001:db8::1]:80", &authority));
    assert_int_equal (authority.kind, AUTHORITY_V6);
    assert_memory_equal (&authority.address, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
    assert_int_equal (authority.port, 80);

    //  What some programs take for an address is a name here, and stands on no list by itself
    const char *const names [] = { "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "1.2.3.4.5", "127.0.0.1." };
    for (size_t i = 0; i < sizeof names / sizeof names [0]; i++) {
        assert_true (parses (names [i], &authority));
        assert_int_equal (authority.kind, AUTHORITY_NAME);
    }
}

static void
what_is_neither_is_refused (void **state)
{
    (void) state;
    const char *const wrong [] = {
        "", " ", ".", "..", ".a", "a..b", "a..", ":80", "a:", "a:x", "a:80x", "a:-1", "a:65536", "a:000080", "a:80:80", "a b", " a", "a ", "a\n",
        "user@a", "user:pass@a", "a/", "a/b", "a?b", "a#b", "a\\b", "a%00", "a,b", "*", "*.a", "http://a", "\xc3\xa4.example",
        "::1", "[", "]", "[]", "[::1", "::1]", "[::1]x", "[::1]:", "[::1]:x", "[::1%eth0]", "[127.0.0.1]", "[a]", "[[::1]]", "[::1] :80",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "[1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111]",
    };
    authority_t authority;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong [0]; i++)
        if (parses (wrong [i], &authority))
            fail_msg ("\"%s\" was parsed", wrong [i]);
    assert_false (authority_parse (SLICE ("a\0b"), &authority));
    assert_false (authority_parse (SLICE ("127.0.0.1\0"), &authority));
    assert_false (authority_parse (SLICE ("[::1\0]"), &authority));
    assert_false (authority_parse (SLICE_ABSENT, &authority));
}

static void
a_name_may_be_as_long_as_dns_allows (void **state)
{
    (void) state;
    char name [255];
    memset (name, 'a', sizeof name);
    for (size_t i = 63; i < sizeof name; i += 64)
        name [i] = '.';
    authority_t authority;
    assert_true (authority_parse ((slice_t) { name, 253 }, &authority));
    assert_false (authority_parse ((slice_t) { name, 254 }, &authority));
}

static void
an_origin_has_a_scheme_and_the_port_that_it_implies (void **state)
{
    (void) state;
    origin_t origin;
    assert_true (origin_parse (SLICE ("https://chat.example.com"), &origin));
    assert_true (slice_is (origin.scheme, "https"));
    assert_true (slice_is (origin.authority.name, "chat.example.com"));
    assert_int_equal (origin.authority.port, 443);
    assert_true (origin_parse (SLICE ("HTTP://[::1]"), &origin));
    assert_int_equal (origin.authority.port, 80);
    assert_true (origin_parse (SLICE ("http://a:443"), &origin));
    assert_int_equal (origin.authority.port, 443);
    assert_true (origin_parse (SLICE ("chrome-extension://abcdef"), &origin));
    assert_int_equal (origin.authority.port, AUTHORITY_NO_PORT);
    assert_true (origin_parse (SLICE ("null"), &origin));
    assert_null (origin.scheme.data);

    const char *const wrong [] = {
        "", "Null", "null ", "a", "http:", "http://", "http:/a", "://a", "//a", "http://a/", "http://a/b", "http://u@a", "http://a http://b",
        " http://a", "ht_tp://a", "ht tp://a", "http://http://a", "http://*", "http://a:",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong [0]; i++)
        if (origin_parse (slice_of (wrong [i]), &origin))
            fail_msg ("\"%s\" was parsed", wrong [i]);
    assert_false (origin_parse (SLICE_ABSENT, &origin));
}

static bool
same (const char *a, const char *b)
{
    origin_t one, other;
    assert_true (origin_parse (slice_of (a), &one) && origin_parse (slice_of (b), &other));
    assert_int_equal (origin_same (&one, &other), origin_same (&other, &one));
    return origin_same (&one, &other);
}

static void
origins_are_the_same_in_scheme_host_and_port (void **state)
{
    (void) state;
    assert_true (same ("https://A.example", "HTTPS://a.example:443"));
    assert_true (same ("http://[::1]:80", "http://[0:0::1]"));
    assert_true (same ("null", "null"));
    assert_false (same ("https://a.example", "http://a.example"));
    assert_false (same ("https://a.example", "https://a.example:8443"));
    assert_false (same ("https://a.example", "https://b.example"));
    assert_false (same ("https://a.example", "https://a.example.com"));
    assert_false (same ("http://10.0.0.1", "http://10.0.0.2"));
    assert_false (same ("http://[::1]", "http://[::2]"));
    assert_false (same ("null", "http://a"));
}

static void
loopback_is_one_name_and_two_addresses (void **state)
{
    (void) state;
    const char *const loopback [] = { "localhost", "LOCALHOST:1", "localhost.", "127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]:5" };
    const char *const other [] = { "a.localhost", "localhost.a", "127.0.0.2", "[::2]", "[::ffff:127.0.0.1]", "127.1", "[7f00:1::]" };
    authority_t authority;
    for (size_t i = 0; i < sizeof loopback / sizeof loopback [0]; i++)
        assert_true (authority_parse (slice_of (loopback [i]), &authority) && authority_is_loopback (&authority));
    for (size_t i = 0; i < sizeof other / sizeof other [0]; i++)
        assert_true (authority_parse (slice_of (other [i]), &authority) && !authority_is_loopback (&authority));
}

static void
below_means_by_whole_labels (void **state)
{
    (void) state;
    assert_true (authority_is_below (SLICE ("a.example.com"), SLICE ("Example.com")));
    assert_true (authority_is_below (SLICE ("b.a.example.com"), SLICE ("example.com")));
    assert_false (authority_is_below (SLICE ("example.com"), SLICE ("example.com")));
    assert_false (authority_is_below (SLICE ("badexample.com"), SLICE ("example.com")));
    assert_false (authority_is_below (SLICE ("example.com.evil"), SLICE ("example.com")));
    assert_false (authority_is_below (SLICE (".example.com"), SLICE ("example.com")));
    assert_false (authority_is_below (SLICE ("m"), SLICE ("example.com")));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_name_is_read_with_and_without_a_port),
        cmocka_unit_test (addresses_are_told_from_names),
        cmocka_unit_test (what_is_neither_is_refused),
        cmocka_unit_test (a_name_may_be_as_long_as_dns_allows),
        cmocka_unit_test (an_origin_has_a_scheme_and_the_port_that_it_implies),
        cmocka_unit_test (origins_are_the_same_in_scheme_host_and_port),
        cmocka_unit_test (loopback_is_one_name_and_two_addresses),
        cmocka_unit_test (below_means_by_whole_labels),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
