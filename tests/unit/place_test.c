#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_fixture.h"
#include "pack.h"
#include "place.h"

//  A call of no loop, with only what a seal asks of it; the caller destroys its message.
static call_t
bare_call (const operation_t *operation, const char *arguments)
{
    call_t call = { .operation = operation, .message = message_new (KIND_REQUEST) };
    assert_non_null (call.message);
    yyjson_doc *doc = yyjson_read (arguments, strlen (arguments), 0);
    buffer_t body;
    buffer_init (&body, 4096);
    pack_json (&body, yyjson_doc_get_root (doc));
    assert_int_equal (message_take_body (call.message, &body), STATUS_OK);
    yyjson_doc_free (doc);
    return call;
}

static void
a_place_comes_back_as_it_was (void **state)
{
    (void) state;
    static const operation_t OPERATION = { .tool = "tool" };
    place_t place = { .start_s = 1795377600, .end_s = 1795388760, .now_s = 1795388707, .period_s = 60, .query = 999, .series = 4999,
                      .value = 4000000000u, .label = 0xdeadbeef }, back;
    bool resumed = false;
    buffer_t token;
    buffer_init (&token, 256);
    call_t call = bare_call (&OPERATION, "{\"a\":1}");
    place_append (&token, &call, &place);
    message_destroy (&call.message);
    assert_true (token.size > 0 && token.size <= 64);

    char arguments [256];
    snprintf (arguments, sizeof arguments, "{\"next_token\":\"%.*s\",\"a\":1,\"limit\":3}", (int) token.size, token.data);
    call = bare_call (&OPERATION, arguments);
    assert_int_equal (place_read (&call, &back, &resumed), STATUS_OK);
    assert_true (resumed);
    assert_memory_equal (&back, &place, sizeof place);
    message_destroy (&call.message);
    buffer_deinit (&token);
}

static void
without_a_token_there_is_no_place (void **state)
{
    (void) state;
    static const operation_t OPERATION = { .tool = "tool" };
    call_t call = bare_call (&OPERATION, "{\"a\":1}");
    place_t place = { .query = 7 };
    bool resumed = true;
    assert_int_equal (place_read (&call, &place, &resumed), STATUS_OK);
    assert_false (resumed);
    assert_int_equal (place.query, 0);
    message_destroy (&call.message);
}

static void
a_token_that_lost_a_part_or_is_of_another_question_is_refused (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const char QUESTION [] = "{\"namespace\":\"N\",\"metric_name\":\"m\",\"period\":1,\"max_bytes\":1024%s%s%s%s}";
    char arguments [512], token [160], spoiled [160];
    snprintf (arguments, sizeof arguments, QUESTION, "", "", "", "");
    snprintf (token, sizeof token, "%s", text_of (ask (self, "get_metric_data", arguments), "next_token"));
    int asked_before = self->aws.asked_count;
    for (size_t i = 0; i < strlen (token); i++) {
        snprintf (spoiled, sizeof spoiled, "%s", token);
        spoiled [i] = spoiled [i] == 'A' ? 'B' : 'A';
        snprintf (arguments, sizeof arguments, QUESTION, ",\"next_token\":\"", spoiled, "\"", "");
        expect_part (refused (self, "get_metric_data", arguments, STATUS_INVALID_ARGUMENT), "next_token is not one of this question.");
        snprintf (arguments, sizeof arguments, QUESTION, ",\"next_token\":\"", i ? "" : "!", "\"", "");
        if (i == 0)
            expect_part (refused (self, "get_metric_data", arguments, STATUS_INVALID_ARGUMENT), "leave it out to begin anew.");
        spoiled [i] = 0;
        snprintf (arguments, sizeof arguments, QUESTION, ",\"next_token\":\"", spoiled, "\"", "");
        if (i > 0)
            (void) refused (self, "get_metric_data", arguments, STATUS_INVALID_ARGUMENT);
    }
    snprintf (arguments, sizeof arguments, QUESTION, ",\"next_token\":\"", token, "\"", ",\"stat\":\"Sum\"");
    (void) refused (self, "get_metric_data", arguments, STATUS_INVALID_ARGUMENT);
    assert_int_equal (self->aws.asked_count, asked_before);
}

static void
labels_differ_in_their_digests (void **state)
{
    (void) state;
    assert_int_equal (place_label (SLICE ("a")), place_label (SLICE ("a")));
    assert_int_not_equal (place_label (SLICE ("a")), place_label (SLICE ("b")));
    assert_int_not_equal (place_label (SLICE ("a")), place_label (SLICE_ABSENT));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_place_comes_back_as_it_was),
        cmocka_unit_test (without_a_token_there_is_no_place),
        cmocka_unit_test_setup_teardown (a_token_that_lost_a_part_or_is_of_another_question_is_refused, begin_metrics, end),
        cmocka_unit_test (labels_differ_in_their_digests),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
