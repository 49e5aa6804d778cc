#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config.h"
#include "config_unknown.h"

#include <stdio.h>

static void
a_mistyped_variable_is_known_by_its_beginning (void **state)
{
    (void) state;
    static const struct {
        const char *entry, *name, *nearest;
    } CASES [] = {
        { "CLOUDWATCH_MCP_PROT=3335", "CLOUDWATCH_MCP_PROT", "CLOUDWATCH_MCP_PORT" },
        { "CLOUDWATCH_MCP_ALLOWED_HOST=a", "CLOUDWATCH_MCP_ALLOWED_HOST", "CLOUDWATCH_MCP_ALLOWED_HOSTS" },
        { "CLOUDWATCH_MCP_ALLOWED_HOSTS_=a=b", "CLOUDWATCH_MCP_ALLOWED_HOSTS_", "CLOUDWATCH_MCP_ALLOWED_HOSTS" },
        { "CLOUDWATCH_MCP_ADMN=http://pod-1:9334", "CLOUDWATCH_MCP_ADMN", "CLOUDWATCH_MCP_ADMIN" },
        { "CLOUDWATCH_MCP_XYZZY=", "CLOUDWATCH_MCP_XYZZY", NULL },
        { "CLOUDWATCH_MCP_=1", "CLOUDWATCH_MCP_", NULL },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        slice_t name;
        const char *nearest;
        assert_true (config_unknown (CASES [i].entry, &name, &nearest));
        assert_true (slice_is (name, CASES [i].name));
        if (CASES [i].nearest)
            assert_string_equal (nearest, CASES [i].nearest);
        else
            assert_null (nearest);
    }
}

static void
what_is_read_or_not_ours_is_not_unknown (void **state)
{
    (void) state;
    static const char *const FINE [] = { "", "PATH=/bin", "AWS_REGIO=x", "CLOUDWATCH_MCP", "CLOUDWATCH_MCP_WITHOUT_A_VALUE", "X=CLOUDWATCH_MCP_X=1",
        "CLOUDWATCH_MCP_ADMIN=http://pod-1:9334",
        "CLOUDWATCH_MCP_SERVICE_HOST=10.0.0.1", "CLOUDWATCH_MCP_SERVICE_PORT=3334", "CLOUDWATCH_MCP_SERVICE_PORT_MCP=3334",
        "CLOUDWATCH_MCP_PORT_3334_TCP=tcp://10.0.0.1:3334", "CLOUDWATCH_MCP_PORT_3334_TCP_ADDR=10.0.0.1", "CLOUDWATCH_MCP_PORT_3334_TCP_PROTO=tcp",
        "CLOUDWATCH_MCP_ADMIN_SERVICE_HOST=10.0.0.1", "CLOUDWATCH_MCP_METRICS_PORT=udp://10.0.0.1:1" };
    slice_t name;
    const char *nearest;
    for (size_t i = 0; i < sizeof FINE / sizeof FINE [0]; i++)
        assert_false (config_unknown (FINE [i], &name, &nearest));
    for (size_t i = 0; i < CONFIG_SETTINGS; i++) {
        char entry [128];
        snprintf (entry, sizeof entry, "%s=1", config_settings [i].environment ? config_settings [i].environment : "");
        assert_false (config_unknown (entry, &name, &nearest));
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_mistyped_variable_is_known_by_its_beginning),
        cmocka_unit_test (what_is_read_or_not_ours_is_not_unknown),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
