#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor_report.h"
#include "doctor_run.h"

static const terminal_t PIPE = { .width = 0 };

//  2026-11-22T23:05:07Z
static const int64_t NOW_MS = 1795388707000;

//  A report in which two actions were probed, with these answers; NULL: not answered.
static void
make (doctor_report_t *self, const char *metrics, const char *logs)
{
    doctor_report_init (self);
    self->region = "eu-west-1";
    self->region_source = "AWS_REGION";
    self->now_ms = NOW_MS;
    const char *const answers [] = { metrics, logs };
    static const char *const ACTIONS [] = { "cloudwatch:ListMetrics", "logs:FilterLogEvents" }, *const TOOLS [] = { "list_metrics", "tail" };
    for (int i = 0; i < 2; i++) {
        doctor_probe_t *probe = doctor_report_add (self, ACTIONS [i], TOOLS [i]);
        assert_non_null (probe);
        if (answers [i])
            assert_int_equal (json_read (slice_of (answers [i]), JSON_DEPTH_MAX, &probe->answer, NULL), STATUS_OK);
        else
            buffer_append_text (&probe->trouble, "It was late.");
    }
}

static void
expect (const char *metrics, const char *logs, size_t wrong, const char *shown)
{
    doctor_report_t report;
    buffer_t out;
    make (&report, metrics, logs);
    buffer_init (&out, 65536);
    doctor_report_write (&report, &out, &PIPE);
    buffer_append_char (&out, '\0');
    assert_string_equal (out.data, shown);
    assert_int_equal (report.wrong, wrong);
    buffer_deinit (&out);
    doctor_report_deinit (&report);
}

static void
expect_part_of (const char *metrics, const char *part)
{
    doctor_report_t report;
    buffer_t out;
    make (&report, metrics, NULL);
    buffer_init (&out, 65536);
    doctor_report_write (&report, &out, &PIPE);
    if (!memmem (out.data, out.size, part, strlen (part)))
        fail_msg ("%.*s should have %s", (int) out.size, out.data, part);
    buffer_deinit (&out);
    doctor_report_deinit (&report);
}

#define MEANS "\"source\":\"environment\",\"key_id\":\"AKIA…MPLE\",\"expires_s\":"
#define ALLOWED(means, skew) "{\"verdict\":\"allowed\",\"endpoint\":\"http://e\",\"first_byte_ms\":34,\"skew_s\":" skew "," means "}"
#define HEAD "cloudwatch-mcp " CLOUDWATCH_MCP_VERSION "\n\nok  region       eu-west-1, from AWS_REGION\n"

static void
when_all_is_fine_it_says_so (void **state)
{
    (void) state;
    expect (ALLOWED (MEANS "null", "0"), ALLOWED (MEANS "null", "1"), 0, HEAD
            "ok  credentials  environment, key AKIA…MPLE, no end known\n"
            "ok  clock        agrees with AWS's\n"
            "ok  cloudwatch   http://e, first byte after 34 ms\n"
            "ok  logs         http://e, first byte after 34 ms\n"
            "\n"
            "allowed  cloudwatch:ListMetrics  list_metrics\n"
            "allowed  logs:FilterLogEvents    tail\n"
            "\n"
            "Everything is fine.\n");
}

static void
a_denied_action_and_a_wrong_clock_say_what_to_do (void **state)
{
    (void) state;
    expect (ALLOWED (MEANS "5400", "-600"), "{\"verdict\":\"denied\",\"text\":\"Add it.\",\"endpoint\":\"http://e\",\"first_byte_ms\":3}", 2, HEAD
            "ok  credentials  environment, key AKIA…MPLE, ends in 90 min\n"
            "NO  clock        10 min ahead of AWS's\n"
            "                 Set this machine's clock (NTP). Requests are signed with AWS's time and work, but times like -3h are counted from "
            "this clock.\n"
            "ok  cloudwatch   http://e, first byte after 34 ms\n"
            "ok  logs         http://e, first byte after 3 ms\n"
            "\n"
            "allowed  cloudwatch:ListMetrics  list_metrics\n"
            "denied   logs:FilterLogEvents    tail\n"
            "         Add it. It was tried with a log group that does not exist: a policy that names certain log groups says no to that too, and "
            "may be right.\n"
            "\n"
            "2 things are not fine.\n");
}

static void
without_keys_the_actions_are_not_blamed (void **state)
{
    (void) state;
    static const char KEYLESS [] = "{\"verdict\":\"keyless\",\"text\":\"Looked at this and that.\",\"endpoint\":\"http://e\",\"source\":null}";
    expect (KEYLESS, KEYLESS, 1, HEAD
            "NO  credentials  none\n"
            "                 Looked at this and that.\n"
            "--  clock        not compared: AWS did not answer\n"
            "--  cloudwatch   http://e, not asked\n"
            "--  logs         http://e, not asked\n"
            "\n"
            "unknown  cloudwatch:ListMetrics  list_metrics\n"
            "unknown  logs:FilterLogEvents    tail\n"
            "\n"
            "1 thing is not fine.\n");
}

#define STEP(verdict, source, why) "{\"verdict\":\"" verdict "\",\"source\":\"" source "\",\"why\":" why "}"

static void
it_says_where_keys_were_looked_for_and_when_newer_ones_will_be (void **state)
{
    (void) state;
    static const char SOURCES [] = ",\"sources\":[" STEP ("skipped", "environment", "\"It is not set.\"") "," STEP ("used", "container", "null") ","
        STEP ("unasked", "one", "null") "," STEP ("unasked", "other", "null") "]";
    char metrics [1024];
    snprintf (metrics, sizeof metrics, ALLOWED (MEANS "3480,\"newer_s\":2640%s", "0"), SOURCES);
    expect (metrics, ALLOWED (MEANS "3480", "0"), 0, HEAD
            "ok  credentials  environment, key AKIA…MPLE, ends in 58 min, a newer set is looked for from 23:49 UTC on\n"
            "ok  clock        agrees with AWS's\n"
            "ok  cloudwatch   http://e, first byte after 34 ms\n"
            "ok  logs         http://e, first byte after 34 ms\n"
            "\n"
            "skipped   environment          It is not set.\n"
            "used      container\n"
            "unasked   one, other\n"
            "\n"
            "allowed  cloudwatch:ListMetrics  list_metrics\n"
            "allowed  logs:FilterLogEvents    tail\n"
            "\n"
            "Everything is fine.\n");
    snprintf (metrics, sizeof metrics, ALLOWED (MEANS "360000,\"newer_s\":90000", "0"));
    expect_part_of (metrics, "ends in 100 h, a newer set is looked for from 2026-11-24 00:05 UTC on\n");
}

static void
other_accounts_have_a_line_each (void **state)
{
    (void) state;
    static const struct {
        const char *answer, *line;
        size_t wrong;
    } CASES [] = {
        { "{\"verdict\":\"allowed\",\"arn\":\"arn:aws:sts::2:assumed-role/r/s\",\"source\":\"role\"}",
          "ok  account      prod: arn:aws:sts::2:assumed-role/r/s\n", 0 },
        { "{\"verdict\":\"keyless\",\"text\":\"STS did not give them.\",\"source\":null}",
          "NO  account      prod: no keys\n                 STS did not give them.\n", 1 },
        { "{\"verdict\":\"refused\",\"text\":\"Wrong keys.\",\"source\":\"process\"}",
          "NO  account      prod: process\n                 Wrong keys.\n", 1 },
        { "{\"verdict\":\"unreached\",\"text\":\"Nobody there.\",\"source\":\"process\"}",
          "--  account      prod: process\n                 Nobody there.\n", 0 },
        { NULL, "NO  account      prod: no keys\n                 It was late.\n", 1 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        doctor_report_t report;
        make (&report, ALLOWED (MEANS "null", "0"), ALLOWED (MEANS "null", "0"));
        doctor_probe_t *probe = doctor_report_add_account (&report, "prod");
        if (CASES [i].answer)
            assert_int_equal (json_read (slice_of (CASES [i].answer), JSON_DEPTH_MAX, &probe->answer, NULL), STATUS_OK);
        else
            buffer_append_text (&probe->trouble, "It was late.");
        buffer_t out;
        buffer_init (&out, 65536);
        doctor_report_write (&report, &out, &PIPE);
        if (!memmem (out.data, out.size, CASES [i].line, strlen (CASES [i].line)) || report.wrong != CASES [i].wrong)
            fail_msg ("%.*s", (int) out.size, out.data);
        buffer_deinit (&out);
        doctor_report_deinit (&report);
    }
}

//  No tool needs to know it.
static void
whose_the_keys_are_is_told_where_sts_says_it_and_not_missed_where_not (void **state)
{
    (void) state;
    static const struct {
        const char *answer, *line;
    } CASES [] = {
        { "{\"verdict\":\"allowed\",\"arn\":\"arn:aws:iam::1:user/ann\"}", "ok  identity     arn:aws:iam::1:user/ann\n" },
        { "{\"verdict\":\"unreached\",\"text\":\"Nobody there.\",\"endpoint\":\"http://s\"}",
          "--  identity     not known; no tool needs it\n                 Nobody there.\n" },
        { "{\"verdict\":\"refused\",\"text\":\"Wrong keys.\"}", "--  identity     not asked\n" },
        { NULL, "--  identity     not known; no tool needs it\n" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        doctor_report_t report;
        buffer_t out;
        make (&report, ALLOWED (MEANS "null", "0"), ALLOWED (MEANS "null", "0"));
        doctor_probe_t *probe = doctor_report_add (&report, DOCTOR_IDENTITY, "");
        assert_non_null (probe);
        if (CASES [i].answer)
            assert_int_equal (json_read (slice_of (CASES [i].answer), JSON_DEPTH_MAX, &probe->answer, NULL), STATUS_OK);
        buffer_init (&out, 65536);
        doctor_report_write (&report, &out, &PIPE);
        if (!memmem (out.data, out.size, CASES [i].line, strlen (CASES [i].line)))
            fail_msg ("%.*s should have %s", (int) out.size, out.data, CASES [i].line);
        assert_null (memmem (out.data, out.size, "GetCallerIdentity", 17));
        assert_int_equal (report.wrong, i == 2);        //  Refused keys are told by the credentials
        buffer_deinit (&out);
        doctor_report_deinit (&report);
    }
}

static void
what_is_broken_is_told_once (void **state)
{
    (void) state;
    static const char KEYLESS [] = "{\"verdict\":\"keyless\",\"text\":\"It is torn.\",\"endpoint\":\"http://e\","
        "\"source\":null,\"sources\":[" STEP ("skipped", "environment", "\"It is not set.\"") "," STEP ("broken", "credentials file", "null") "]}";
    expect (KEYLESS, KEYLESS, 1, HEAD
            "NO  credentials  none\n"
            "                 It is torn.\n"
            "--  clock        not compared: AWS did not answer\n"
            "--  cloudwatch   http://e, not asked\n"
            "--  logs         http://e, not asked\n"
            "\n"
            "skipped   environment          It is not set.\n"
            "broken    credentials file     see credentials\n"
            "\n"
            "unknown  cloudwatch:ListMetrics  list_metrics\n"
            "unknown  logs:FilterLogEvents    tail\n"
            "\n"
            "1 thing is not fine.\n");
}

static void
eighty_columns_are_enough (void **state)
{
    (void) state;
    doctor_report_t report;
    buffer_t out;
    make (&report, "{\"verdict\":\"keyless\",\"text\":\"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen\","
          "\"endpoint\":\"http://e\",\"sources\":["
          STEP ("skipped", "IAM Identity Center", "\"one two three four five six seven eight nine ten eleven twelve\"") "]}", NULL);
    buffer_init (&out, 65536);
    doctor_report_write (&report, &out, &(terminal_t) { .width = 80 });
    for (slice_t rest = buffer_slice (&out); rest.size;)
        assert_true (slice_characters (slice_cut (&rest, '\n')) <= 80);
    assert_non_null (memmem (out.data, out.size, "\n                               eleven", 38));
    buffer_deinit (&out);
    doctor_report_deinit (&report);
}

static void
refused_keys_an_endpoint_that_is_not_reached_and_a_late_probe_are_told_apart (void **state)
{
    (void) state;
    expect ("{\"verdict\":\"refused\",\"text\":\"Wrong keys.\",\"endpoint\":\"http://e\",\"first_byte_ms\":1,\"skew_s\":0," MEANS "null}",
            "{\"verdict\":\"unreached\",\"text\":\"Nobody there.\",\"endpoint\":\"http://f\",\"first_byte_ms\":null}", 2, HEAD
            "NO  credentials  environment, key AKIA…MPLE, no end known, refused by AWS\n"
            "                 Wrong keys.\n"
            "ok  clock        agrees with AWS's\n"
            "ok  cloudwatch   http://e, first byte after 1 ms\n"
            "NO  logs         http://f, not reached\n"
            "                 Nobody there.\n"
            "\n"
            "unknown  cloudwatch:ListMetrics  list_metrics\n"
            "unknown  logs:FilterLogEvents    tail\n"
            "\n"
            "2 things are not fine.\n");
    expect (ALLOWED (MEANS "null", "0"), NULL, 1, HEAD
            "ok  credentials  environment, key AKIA…MPLE, no end known\n"
            "ok  clock        agrees with AWS's\n"
            "ok  cloudwatch   http://e, first byte after 34 ms\n"
            "--  logs         not known, not asked\n"
            "\n"
            "allowed  cloudwatch:ListMetrics  list_metrics\n"
            "unknown  logs:FilterLogEvents    tail\n"
            "         It was late.\n"
            "\n"
            "1 thing is not fine.\n");
}

static void
without_a_region_nothing_else_is_said (void **state)
{
    (void) state;
    doctor_report_t report;
    doctor_report_init (&report);
    buffer_t out;
    buffer_init (&out, 65536);
    doctor_report_write (&report, &out, &PIPE);
    buffer_append_char (&out, '\0');
    assert_string_equal (out.data, "cloudwatch-mcp " CLOUDWATCH_MCP_VERSION "\n\nNO  region       none is set\n"
                         "                 Set AWS_REGION, or pass --region, or put region into the AWS profile. Nothing else was tried.\n"
                         "\n1 thing is not fine.\n");
    assert_int_equal (report.wrong, 1);
    buffer_deinit (&out);
    doctor_report_deinit (&report);
}

static void
machines_get_the_same_as_json (void **state)
{
    (void) state;
    doctor_report_t report;
    make (&report, ALLOWED (MEANS "null,\"sources\":[" STEP ("unasked", "container", "null") "]", "0"),
          "{\"verdict\":\"denied\",\"text\":\"a\\u001bb\",\"endpoint\":\"http://e\"}");
    buffer_t out;
    buffer_init (&out, 65536);
    doctor_report_write_json (&report, &out);
    yyjson_doc *doc;
    assert_null (memchr (out.data, '\033', out.size));
    assert_int_equal (json_read ((slice_t) { out.data, out.size }, JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    yyjson_val *root = yyjson_doc_get_root (doc);
    assert_false (json_bool (root, "fine", true));
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (root, "checks")), 5);
    yyjson_val *source = yyjson_arr_get_first (yyjson_obj_get (root, "sources"));
    assert_true (slice_is (json_text (source, "source"), "container") && slice_is (json_text (source, "verdict"), "unasked"));
    yyjson_val *denied = yyjson_arr_get (yyjson_obj_get (root, "actions"), 1);
    assert_true (slice_is (json_text (denied, "action"), "logs:FilterLogEvents"));
    assert_true (slice_is (json_text (denied, "verdict"), "denied"));
    assert_true (slice_starts (json_text (denied, "advice"), "a\033b It was tried"));
    yyjson_doc_free (doc);
    buffer_deinit (&out);
    doctor_report_deinit (&report);
}

static void
hostile_texts_come_out_escaped (void **state)
{
    (void) state;
    doctor_report_t report;
    make (&report, "{\"verdict\":\"denied\",\"text\":\"a\\u001b[2J\\u202eb\",\"endpoint\":\"\\u001b[2J\"}", NULL);
    buffer_t out;
    buffer_init (&out, 65536);
    doctor_report_write (&report, &out, &(terminal_t) { .width = 80, .screen = true });
    assert_null (memchr (out.data, '\033', out.size));
    assert_null (memmem (out.data, out.size, "\u202e", 3));
    buffer_deinit (&out);
    doctor_report_deinit (&report);
}

static void
an_action_stands_once_with_all_the_tools_that_need_it (void **state)
{
    (void) state;
    doctor_report_t report;
    doctor_report_init (&report);
    doctor_probe_t *one = doctor_report_add (&report, "logs:A", "one");
    assert_ptr_equal (one, doctor_report_add (&report, "logs:A", "two"));
    assert_string_equal (report.probes [0].tools, "one, two");
    for (int i = 0; i < 100; i++)
        assert_non_null (doctor_report_add (&report, "logs:A", "another_tool"));        //  What does not fit is left out
    assert_true (strlen (report.probes [0].tools) < DOCTOR_TOOLS_SIZE);
    assert_int_equal (report.count, 1);
    doctor_report_deinit (&report);
}

static void
each_action_of_the_tools_is_collected_and_those_of_internal_ones_are_not (void **state)
{
    (void) state;
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    assert_int_equal (contracts_new (contract_files, &contracts, reason), STATUS_OK);
    doctor_report_t report;
    doctor_report_init (&report);
    aws_account_t accounts [] = { { .name = "prod" }, { .name = "own" } };
    config_t config = { .accounts = accounts, .accounts_count = 2, .default_account = "own" };
    doctor_run_collect (&config, contracts, &report);
    assert_int_equal (report.accounts_count, 1);        //  The other one is what all else is about
    assert_string_equal (report.accounts [0].action, "prod");
    bool alarms = false;
    for (size_t i = 0; i < report.count; i++) {
        alarms |= strcmp (report.probes [i].action, "cloudwatch:DescribeAlarms") == 0;
        assert_null (strstr (report.probes [i].tools, "probe_"));
    }
    assert_true (alarms);
    doctor_report_deinit (&report);
    contracts_destroy (&contracts);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (when_all_is_fine_it_says_so),
        cmocka_unit_test (a_denied_action_and_a_wrong_clock_say_what_to_do),
        cmocka_unit_test (without_keys_the_actions_are_not_blamed),
        cmocka_unit_test (it_says_where_keys_were_looked_for_and_when_newer_ones_will_be),
        cmocka_unit_test (whose_the_keys_are_is_told_where_sts_says_it_and_not_missed_where_not),
        cmocka_unit_test (other_accounts_have_a_line_each),
        cmocka_unit_test (what_is_broken_is_told_once),
        cmocka_unit_test (eighty_columns_are_enough),
        cmocka_unit_test (refused_keys_an_endpoint_that_is_not_reached_and_a_late_probe_are_told_apart),
        cmocka_unit_test (without_a_region_nothing_else_is_said),
        cmocka_unit_test (machines_get_the_same_as_json),
        cmocka_unit_test (hostile_texts_come_out_escaped),
        cmocka_unit_test (an_action_stands_once_with_all_the_tools_that_need_it),
        cmocka_unit_test (each_action_of_the_tools_is_collected_and_those_of_internal_ones_are_not),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
