#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "logs.h"
#include "operation_table.h"

static void
every_tool_has_its_operation_and_every_operation_its_tool (void **state)
{
    (void) state;
    expect_table_agrees (LOGS_OPERATIONS, SERVICE_LOGS);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_tool_has_its_operation_and_every_operation_its_tool),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
