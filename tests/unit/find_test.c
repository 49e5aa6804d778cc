#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

//  A provider that does what the test wants. Two of them stand in the table; the second one always has keys.
static struct {
    void  (*begin) (find_t *find);
    void  (*went_on) (find_t *find, const find_answer_t *answer);
    int     begun, second_begun;
    const char *text;                   //  For whoever needs one
    int     http_status, exit_code;
    status_t status;
    char    body [256];
} s_first;

static void
first_begin (find_t *find)
{
    s_first.begun++;
    assert_null (find_state (find));
    find_set_state (find, &s_first);
    s_first.begin (find);
}

static void
first_went_on (find_t *find, const find_answer_t *answer)
{
    assert_ptr_equal (find_state (find), &s_first);
    s_first.went_on (find, answer);
}

static void
give (find_t *find, const char *key_id, const char *secret)
{
    buffer_append_text (&find_keys (find)->key_id, key_id);
    buffer_append_text (&find_keys (find)->secret, secret);
    find_has (find, "a drawer");
}

static void
second_begin (find_t *find)
{
    s_first.second_begun++;
    give (find, "SECOND", "second");
}

static const provider_t FIRST = { "first place", "one thing", first_begin, first_went_on, false };
static const provider_t SECOND = { "second place", "another", second_begin, NULL, false };
static const provider_t *const ONE [] = { &FIRST, NULL };
static const provider_t *const TWO [] = { &FIRST, &SECOND, NULL };

static int
begin (void **state)
{
    memset (&s_first, 0, sizeof s_first);
    return find_stage_begin (state);
}

//  --- From provider to provider

static void
has_keys (find_t *find)
{
    give (find, KEY_ID, SECRET);
}

static void
is_not_here (find_t *find)
{
    find_not_here (find, "nothing lies %s", "there");
}

static void
is_broken (find_t *find)
{
    find_broken (find, true, "It is %s.", "broken");
}

static void
has_half (find_t *find)
{
    give (find, KEY_ID, SECRET "\n");
}

static void
the_first_that_is_configured_decides (void **state)
{
    find_stage_t *stage = *state;
    s_first.begin = has_keys;
    assert_int_equal (find_for (stage, TWO), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, "");
    assert_string_equal (stage->found.source, "first place");
    assert_int_equal (s_first.second_begun, 0);
}

static void
one_that_is_not_configured_is_passed_over (void **state)
{
    find_stage_t *stage = *state;
    s_first.begin = is_not_here;
    assert_int_equal (find_for (stage, TWO), STATUS_OK);
    assert_found (stage, "SECOND", "second", "");
    assert_string_equal (stage->found.source, "second place");
    assert_string_equal (stage->trail, "skipped\tfirst place\tnothing lies there\nused\tsecond place\ta drawer\n");
}

static void
one_that_is_broken_is_an_error_and_nobody_else_is_asked (void **state)
{
    find_stage_t *stage = *state;
    s_first.begin = is_broken;
    assert_int_equal (find_for (stage, TWO), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "It is broken.");
    assert_true (stage->passing);
    s_first.begin = has_half;
    assert_int_equal (find_for (stage, TWO), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "The secret access key of the first place holds a blank"));
    assert_false (stage->passing);
    assert_int_equal (s_first.second_begun, 0);
    assert_string_equal (stage->trail, "broken\tfirst place\t\nunasked\tsecond place\t\n");
}

static void
when_nothing_is_configured_the_sentence_lists_what_was_looked_at (void **state)
{
    find_stage_t *stage = *state;
    static const provider_t silent = { "third place", NULL, is_not_here, NULL, false };
    static const provider_t *const three [] = { &FIRST, &silent, &FIRST, NULL };
    s_first.begin = is_not_here;
    assert_int_equal (find_for (stage, three), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "There are no AWS credentials. Looked at: one thing; one thing. "
                         "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, for the server.");
}

//  --- What is waited for

static void
keep_answer (find_t *find, const find_answer_t *answer)
{
    assert_non_null (answer->http);
    assert_false (answer->ran);
    s_first.status = answer->http->status;
    s_first.http_status = answer->http->http_status;
    snprintf (s_first.body, sizeof s_first.body, "%.*s", (int) answer->http->body.size, answer->http->body.data ? answer->http->body.data : "");
    has_keys (find);
}

static void
ask_server (find_t *find)
{
    find_ask (find, &(transfer_request_t) { .method = "GET", .url = s_first.text, .connect_ms = INT64_MAX / 2, .total_ms = INT64_MAX / 2 });
}

static void
a_request_is_answered_by_the_server (void **state)
{
    find_stage_t *stage = *state;
    s_first.begin = ask_server;
    s_first.went_on = keep_answer;
    s_first.text = find_url (stage, "/keys");
    find_answers (stage, 404, "nothing");
    assert_int_equal (find_for (stage, ONE), STATUS_OK);
    assert_int_equal (s_first.status, STATUS_OK);
    assert_int_equal (s_first.http_status, 404);
    assert_string_equal (s_first.body, "nothing");
    assert_string_equal (stage->requests [0].path, "/keys");
    s_first.text = "http://127.0.0.1:1/";
    assert_int_equal (find_for (stage, ONE), STATUS_OK);
    assert_int_equal (s_first.status, STATUS_UNREACHABLE);
}

static void
an_answer_that_is_too_long_is_cut_off (void **state)
{
    find_stage_t *stage = *state;
    char *body = calloc (1, FIND_ANSWER_BYTES_MAX + 2);
    assert_non_null (body);
    memset (body, 'x', FIND_ANSWER_BYTES_MAX + 1);
    s_first.begin = ask_server;
    s_first.went_on = keep_answer;
    s_first.text = find_url (stage, "/keys");
    find_answers (stage, 200, body);
    assert_int_equal (find_for (stage, ONE), STATUS_OK);
    assert_int_equal (s_first.status, STATUS_TOO_LARGE);
    free (body);
}

//  The request may last for ever; the look may not.
static void
a_look_ends_after_its_time_and_says_where_it_was (void **state)
{
    find_stage_t *stage = *state;
    s_first.begin = ask_server;
    s_first.went_on = keep_answer;
    s_first.text = find_url (stage, "/keys");
    stage->hurry = true;
    find_answers (stage, 0, NULL);
    int64_t began_ms = stage->clock.wall_ms;
    status_t status = find_for (stage, ONE);
    //  The request's own end, which was cut to the look's, and the look's come at the same moment: either may be first
    if (status != STATUS_OK) {
        assert_string_equal (stage->sentence, "The first place did not give AWS credentials within 65 s.");
        assert_true (stage->passing);
    } else
        assert_int_equal (s_first.status, STATUS_DEADLINE);
    assert_in_range (stage->clock.wall_ms - began_ms, FIND_MS, FIND_MS + 1000);
}

static void
wait_again (find_t *find, const find_answer_t *answer)
{
    assert_null (answer->http);
    assert_false (answer->ran);
    if (++s_first.exit_code == 3)
        has_keys (find);
    else
        find_wait (find, 1000);
}

static void
wait_first (find_t *find)
{
    find_wait (find, 1000);
}

static void
a_pause_takes_its_time_on_the_clock (void **state)
{
    find_stage_t *stage = *state;
    s_first.begin = wait_first;
    s_first.went_on = wait_again;
    stage->hurry = true;
    int64_t began_ms = stage->clock.wall_ms;
    assert_int_equal (find_for (stage, ONE), STATUS_OK);
    assert_int_equal (s_first.exit_code, 3);
    assert_in_range (stage->clock.wall_ms - began_ms, 3000, 4000);
}

static void
wait_for_ever (find_t *find)
{
    find_wait (find, INT64_MAX / 2);
}

static void
a_pause_without_end_ends_with_the_look (void **state)
{
    find_stage_t *stage = *state;
    s_first.begin = wait_for_ever;
    s_first.went_on = wait_again;
    stage->hurry = true;
    assert_int_equal (find_for (stage, TWO), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "The first place did not give AWS credentials within 65 s.");
    assert_true (stage->passing);
}

static void
keep_output (find_t *find, const find_answer_t *answer)
{
    assert_null (answer->http);
    assert_true (answer->ran);
    s_first.status = answer->status;
    s_first.exit_code = answer->exit_code;
    snprintf (s_first.body, sizeof s_first.body, "%.*s", (int) answer->output.size, answer->output.data ? answer->output.data : "");
    has_keys (find);
}

static void
run_script (find_t *find)
{
    char *copy = arena_copy (find_arena (find), slice_of (s_first.text));
    find_run (find, (char *const []) { arena_copy (find_arena (find), SLICE ("sh")), arena_copy (find_arena (find), SLICE ("-c")), copy, NULL });
}

static void
a_process_is_run_and_its_output_is_taken (void **state)
{
    find_stage_t *stage = *state;
    s_first.begin = run_script;
    s_first.went_on = keep_output;
    s_first.text = "printf '{}'; exit 3";
    assert_int_equal (find_for (stage, ONE), STATUS_OK);
    assert_int_equal (s_first.status, STATUS_OK);
    assert_int_equal (s_first.exit_code, 3);
    assert_string_equal (s_first.body, "{}");
}

static void
a_process_that_hangs_is_ended_after_its_minute (void **state)
{
    find_stage_t *stage = *state;
    s_first.begin = run_script;
    s_first.went_on = keep_output;
    s_first.text = "exec sleep 300";
    stage->hurry = true;
    int64_t began_ms = stage->clock.wall_ms;
    assert_int_equal (find_for (stage, ONE), STATUS_OK);
    assert_int_equal (s_first.status, STATUS_DEADLINE);
    assert_in_range (stage->clock.wall_ms - began_ms, FIND_PROCESS_MS, FIND_PROCESS_MS + 1000);
}

static void
a_look_that_is_destroyed_tells_nobody (void **state)
{
    find_stage_t *stage = *state;
    static void (*const ways []) (find_t *find) = { ask_server, run_script, wait_for_ever };
    static const char *const texts [] = { NULL, "exec sleep 300", NULL };
    find_answers (stage, 0, NULL);
    for (size_t i = 0; i < 3; i++) {
        s_first.begin = ways [i];
        s_first.went_on = keep_answer;
        s_first.text = texts [i] ? texts [i] : find_url (stage, "/keys");
        s_first.begun = 0;
        find_begin (stage, TWO);
        while (!s_first.begun)
            find_turn (stage);
        find_destroy (&stage->find);
        assert_null (stage->find);
        assert_int_equal (transfers_under_way (stage->transfers), 0);
        find_turn (stage);
        assert_int_equal (stage->told, 0);
    }
}

//  --- Profiles that lead to others

static void
lead_to_other (find_t *find)
{
    if (find_followed (find))
        is_not_here (find);
    else
        find_look_at (find, SLICE ("other"));
}

static const provider_t LEADING = { "leading", "a way", lead_to_other, NULL, true };
static const provider_t *const LEADS [] = { &LEADING, &SECOND, &PROVIDER_SHARED_FILE, &PROVIDER_CONFIG_FILE, NULL };

static void
a_profile_is_followed_to_another_by_those_that_look_at_profiles (void **state)
{
    find_stage_t *stage = *state;
    home_write (&stage->home, ".aws/config", "[profile other]\naws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n");
    assert_int_equal (find_for (stage, LEADS), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, "");
    assert_string_equal (stage->found.source, "config file");
    assert_int_equal (s_first.second_begun, 0);
}

static void
where_that_profile_is_missing_or_empty_the_sentence_names_it (void **state)
{
    find_stage_t *stage = *state;
    assert_int_equal (find_for (stage, LEADS), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "The AWS profile \"other\" is in neither"));
    home_write (&stage->home, ".aws/config", "[profile other]\nregion = eu-west-1\n");
    assert_int_equal (find_for (stage, LEADS), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "The AWS profile \"other\" gives no credentials: it has neither keys nor a way to get some.");
    assert_int_equal (s_first.second_begun, 0);
}

static void
go_on_as_environment (find_t *find)
{
    find_go_on_as (find, &PROVIDER_ENVIRONMENT);
}

static const provider_t SENDING = { "sending", "a source", go_on_as_environment, NULL, true };
static const provider_t *const SENDS [] = { &SENDING, &SECOND, NULL };

static void
a_profile_may_name_a_provider_and_no_other_stands_in_for_it (void **state)
{
    find_stage_t *stage = *state;
    assert_int_equal (find_for (stage, SENDS), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "The AWS profile \"default\" has its credentials from the environment, but there are none: looked at "
                         "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
    assert_int_equal (s_first.second_begun, 0);
    home_set (&stage->home, "AWS_ACCESS_KEY_ID", KEY_ID);
    home_set (&stage->home, "AWS_SECRET_ACCESS_KEY", SECRET);
    home_write (&stage->home, ".aws/config", "[profile dev]\n");
    stage->config.context.profile = "dev";      //  By flag: the profile says that they count all the same
    assert_int_equal (find_for (stage, SENDS), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, "");
}

#define FIRST_TEST(name) cmocka_unit_test_setup_teardown (name, begin, find_stage_end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIRST_TEST (the_first_that_is_configured_decides),
        FIRST_TEST (one_that_is_not_configured_is_passed_over),
        FIRST_TEST (one_that_is_broken_is_an_error_and_nobody_else_is_asked),
        FIRST_TEST (when_nothing_is_configured_the_sentence_lists_what_was_looked_at),
        FIRST_TEST (a_request_is_answered_by_the_server),
        FIRST_TEST (an_answer_that_is_too_long_is_cut_off),
        FIRST_TEST (a_look_ends_after_its_time_and_says_where_it_was),
        FIRST_TEST (a_pause_takes_its_time_on_the_clock),
        FIRST_TEST (a_pause_without_end_ends_with_the_look),
        FIRST_TEST (a_process_is_run_and_its_output_is_taken),
        FIRST_TEST (a_process_that_hangs_is_ended_after_its_minute),
        FIRST_TEST (a_look_that_is_destroyed_tells_nobody),
        FIRST_TEST (a_profile_is_followed_to_another_by_those_that_look_at_profiles),
        FIRST_TEST (where_that_profile_is_missing_or_empty_the_sentence_names_it),
        FIRST_TEST (a_profile_may_name_a_provider_and_no_other_stands_in_for_it),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
