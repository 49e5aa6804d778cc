#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json.h"
#include "tool_page.h"

static const terminal_t PIPE = { .width = 0 };

//  The page of one tool, ended by a zero byte.
static void
read_page (buffer_t *out, const contract_t *contract)
{
    buffer_init (out, 256 * 1024);
    tool_page_write (out, contract, &PIPE);
    buffer_append_char (out, 0);
    assert_int_equal (buffer_status (out), STATUS_OK);
}

static int
load (void **state)
{
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts = NULL;
    status_t status = contracts_new (contract_files, &contracts, reason);
    *state = contracts;
    return status == STATUS_OK ? 0 : -1;
}

static int
unload (void **state)
{
    contracts_t *contracts = *state;
    contracts_destroy (&contracts);
    return 0;
}

static void
a_page_shows_type_bounds_default_example_and_actions (void **state)
{
    buffer_t page;
    read_page (&page, contracts_find (*state, SLICE ("describe_alarms")));
    static const char *const LINES [] = {
        "describe_alarms: Describe alarms (service alarms)\n", "  state          one of OK, ALARM, INSUFFICIENT_DATA\n",
        "  limit          whole number, 1 to 1000 (default 50)\n", "  detail         true or false (default false)\n",
        "  prefix         text, up to 255 characters\n", "  names          list A,B,… of up to 100: text, up to 255 characters\n",
        "\n  cloudwatch-mcp call describe_alarms state=ALARM prefix=checkout-\n", "\n  cloudwatch:DescribeAlarms\n",
    };
    for (size_t i = 0; i < sizeof LINES / sizeof LINES [0]; i++)
        if (!strstr (page.data, LINES [i]))
            fail_msg ("this line is not there: %s%s", LINES [i], page.data);
    buffer_deinit (&page);
}

static void
a_list_of_objects_is_shown_with_their_members (void **state)
{
    buffer_t page;
    read_page (&page, contracts_find (*state, SLICE ("get_metric_data")));
    assert_non_null (strstr (page.data, "  queries      list, as JSON of up to 1000 objects with id, namespace, metric_name, dimensions, stat, unit, "
                                        "expression, label, period, account_id, hidden\n"));
    buffer_deinit (&page);
}

static void
every_tool_has_a_page_with_all_its_arguments (void **state)
{
    for (size_t i = 0; i < contracts_count (*state); i++) {
        const contract_t *contract = contracts_at (*state, i);
        buffer_t page;
        read_page (&page, contract);
        yyjson_val *properties = yyjson_obj_get ((yyjson_val *) (uintptr_t) contract_input_schema (contract), "properties"), *key, *schema;
        size_t at, count;
        yyjson_obj_foreach (properties, at, count, key, schema) {
            char line [128];
            snprintf (line, sizeof line, "\n  %s ", yyjson_get_str (key));
            assert_non_null (strstr (page.data, line));
        }
        buffer_deinit (&page);
    }
}

static void
a_tool_is_found_by_its_name_alone (void **state)
{
    assert_ptr_equal (tool_page_find (*state, "list_metrics"), contracts_find (*state, SLICE ("list_metrics")));
    assert_null (tool_page_find (*state, "list_metric"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_page_shows_type_bounds_default_example_and_actions),
        cmocka_unit_test (a_list_of_objects_is_shown_with_their_members),
        cmocka_unit_test (every_tool_has_a_page_with_all_its_arguments),
        cmocka_unit_test (a_tool_is_found_by_its_name_alone),
    };
    return cmocka_run_group_tests (tests, load, unload);
}
