#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "local_fixture.h"

static void
never (void *arg, const dispatch_outcome_t *outcome)
{
    (void) arg;
    (void) outcome;
    fail_msg ("it was answered");
}

static void
every_local_tool_that_clients_see_is_answered_here_and_no_other (void **state)
{
    (void) state;
    int here = 0;
    for (size_t i = 0; i < contracts_count (local_contracts); i++) {
        const contract_t *contract = contracts_at (local_contracts, i);
        bool mine = contract_service (contract) == SERVICE_LOCAL && !contract_internal (contract);
        here += mine;
        if (!mine) {
            assert_false (local_tools_serve (contract, SLICE_ABSENT, clock_system (), never, NULL));
            continue;
        }
        slice_t example = contract_json (contract, "example");
        char text [1024];
        snprintf (text, sizeof text, "%.*s", (int) example.size, example.data);
        (void) ask_local (contract_name (contract), text);
        assert_null (contract_action (contract, 0));
    }
    assert_true (here >= 3);
}

static void
a_tool_of_that_name_that_is_a_services_goes_to_its_worker (void **state)
{
    (void) state;
    static const char JSON [] =
        "{\"name\":\"get_metric_metadata\",\"title\":\"T\",\"description\":\"D\",\"service\":\"compose\",\"version\":1,\"actions\":[],"
        "\"internal\":true,\"idempotent\":true,\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},"
        "\"example\":{}}";
    const contract_file_t files [] = { { "get_metric_metadata", JSON, sizeof JSON - 1 }, { NULL, NULL, 0 } };
    char reason [CONTRACT_REASON_SIZE] = "";
    contracts_t *contracts = NULL;
    if (contracts_new (files, &contracts, reason) != STATUS_OK)
        fail_msg ("%s", reason);
    assert_false (local_tools_serve (contracts_at (contracts, 0), SLICE_ABSENT, clock_system (), never, NULL));
    contracts_destroy (&contracts);
}

static void
a_sentence_comes_back_with_its_status (void **state)
{
    (void) state;
    assert_int_equal (end_of_local ("get_metric_metadata", "{}"), STATUS_INVALID_ARGUMENT);
    expect_part (local.sentence, "Example: {\"namespace\": \"AWS/Lambda\"");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_local_tool_that_clients_see_is_answered_here_and_no_other),
        cmocka_unit_test (a_tool_of_that_name_that_is_a_services_goes_to_its_worker),
        cmocka_unit_test (a_sentence_comes_back_with_its_status),
    };
    return cmocka_run_group_tests (tests, begin_local, end_local);
}
