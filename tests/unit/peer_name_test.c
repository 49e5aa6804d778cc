#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "peer_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static void
an_ipv4_client_has_address_and_port (void **state)
{
    (void) state;
    char text [PEER_NAME_SIZE];
    struct sockaddr_storage address = { 0 };
    struct sockaddr_in *in = (void *) &address;
    in->sin_family = AF_INET;
    in->sin_port = htons (50123);
    assert_int_equal (inet_pton (AF_INET, "192.0.2.1", &in->sin_addr), 1);
    peer_name_write (text, sizeof text, &address);
    assert_string_equal (text, "192.0.2.1:50123");
}

static void
an_ipv6_client_stands_in_brackets_and_a_mapped_one_is_ipv4 (void **state)
{
    (void) state;
    static const struct { const char *address, *shown; } cases [] = {
        { "2001:db8::1", "[2001:db8::1]:50123" },
        { "::ffff:192.0.2.1", "192.0.2.1:50123" },
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:50123" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases [0]; i++) {
        char text [PEER_NAME_SIZE];
        struct sockaddr_storage address = { 0 };
        struct sockaddr_in6 *in6 = (void *) &address;
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons (50123);
        assert_int_equal (inet_pton (AF_INET6, cases [i].address, &in6->sin6_addr), 1);
        peer_name_write (text, sizeof text, &address);
        assert_string_equal (text, cases [i].shown);
    }
}

static void
who_cannot_be_named_is_unknown (void **state)
{
    (void) state;
    char text [PEER_NAME_SIZE];
    peer_name_write (text, sizeof text, NULL);
    assert_string_equal (text, "unknown");
    struct sockaddr_storage address = { .ss_family = AF_UNIX };
    peer_name_write (text, sizeof text, &address);
    assert_string_equal (text, "unknown");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (an_ipv4_client_has_address_and_port),
        cmocka_unit_test (an_ipv6_client_stands_in_brackets_and_a_mapped_one_is_ipv4),
        cmocka_unit_test (who_cannot_be_named_is_unknown),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
