#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metrics.h"
#include "operation_table.h"

static void
every_tool_has_its_operation_and_every_operation_its_tool (void **state)
{
    (void) state;
    expect_table_agrees (METRICS_OPERATIONS, SERVICE_METRICS);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_tool_has_its_operation_and_every_operation_its_tool),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
