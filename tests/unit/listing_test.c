#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

#include "base64.h"
#include "listing.h"
#include "pack.h"

//  A listing of its own, for a call that no loop knows: only what a listing asks of a call is there.
typedef struct {
    fixture_t *around;
    call_t     call;
    operation_t operation;
    listing_t  listing;
} made_t;

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_LOGS, .operations = LOGS_OPERATIONS });
}

//  arguments: JSON. The region and the account are those of the call.
static void
make (made_t *self, fixture_t *around, const char *tool, const char *arguments, const char *region)
{
    *self = (made_t) { .around = around, .operation = { .tool = tool } };
    self->call = (call_t) { .used = true, .actor = around->actor, .operation = &self->operation, .message = message_new (KIND_REQUEST),
                            .arena = arena_new (1 << 20) };
    assert_int_equal (ENVELOPE_SET (&self->call, region, slice_of (region)), STATUS_OK);
    yyjson_doc *doc = yyjson_read (arguments, strlen (arguments), 0);
    assert_non_null (doc);
    buffer_t body;
    buffer_init (&body, 1 << 20);
    pack_json (&body, yyjson_doc_get_root (doc));
    assert_int_equal (message_take_body (self->call.message, &body), STATUS_OK);
    yyjson_doc_free (doc);
}

static void
unmake (made_t *self)
{
    listing_deinit (&self->listing);
    arena_destroy (&self->call.arena);
    message_destroy (&self->call.message);
}

static void
start (made_t *self, fixture_t *around, const char *arguments)
{
    make (self, around, "tool", arguments, "eu-west-1");
    assert_int_equal (listing_begin (&self->listing, &self->call), STATUS_OK);
}

//  Feeds the numbers first … end - 1 as rows; how many were looked at before it was full.
static int
feed (listing_t *listing, int first, int end)
{
    for (int row = first; row < end; row++) {
        if (listing_skips (listing))
            continue;
        yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
        status_t status = listing_row (listing, yyjson_mut_int (doc, row));
        yyjson_mut_doc_free (doc);
        if (status == STATUS_TOO_LARGE)
            return row - first;
        assert_int_equal (status, STATUS_OK);
    }
    return end - first;
}

static void
expect_rows (const listing_t *listing, const char *expected)
{
    assert_int_equal (listing->rows.size, strlen (expected));
    assert_memory_equal (listing->rows.data ? listing->rows.data : "", expected, strlen (expected));
}

//  The listing's token, as text that the caller frees; NULL without one.
static char *
token_of (const listing_t *listing)
{
    buffer_t out;
    buffer_init (&out, 8192);
    size_t size;
    bool there = listing_next_token (listing, &out);
    assert_true (there == (out.size > 0));
    buffer_append_char (&out, 0);
    char *text = buffer_release (&out, &size);
    if (!there) {
        free (text);
        text = NULL;
    }
    return text;
}

//  A second listing that goes on with the first one's token.
static void
go_on (made_t *self, fixture_t *around, const char *members, const listing_t *from)
{
    char arguments [8192];
    char *token = token_of (from);
    assert_non_null (token);
    snprintf (arguments, sizeof arguments, "{%s%s\"next_token\":\"%s\"}", members, *members ? "," : "", token);
    free (token);
    start (self, around, arguments);
}

static void
rows_are_taken_up_to_the_limit_and_the_rest_of_the_page_follows (void **state)
{
    made_t one, two;
    start (&one, *state, "{\"limit\":3}");
    assert_false (listing_token (&one.listing).data != NULL);
    assert_int_equal (feed (&one.listing, 0, 5), 3);
    assert_false (listing_page (&one.listing, SLICE ("second")));
    expect_rows (&one.listing, "0,1,2");
    assert_true (listing_more (&one.listing));

    go_on (&two, *state, "\"limit\":10", &one.listing);
    assert_null (listing_token (&two.listing).data);
    assert_int_equal (feed (&two.listing, 0, 5), 5);
    expect_rows (&two.listing, "3,4");
    assert_true (listing_page (&two.listing, SLICE ("second")));
    assert_true (slice_is (listing_token (&two.listing), "second"));
    assert_int_equal (feed (&two.listing, 5, 7), 2);
    assert_false (listing_page (&two.listing, SLICE_ABSENT));
    expect_rows (&two.listing, "3,4,5,6");
    assert_false (listing_more (&two.listing));
    assert_null (token_of (&two.listing));
    unmake (&one);
    unmake (&two);
}

static void
a_limit_at_the_end_of_a_page_goes_on_with_the_next_page (void **state)
{
    made_t one, two;
    start (&one, *state, "{\"limit\":3}");
    assert_int_equal (feed (&one.listing, 0, 3), 3);
    assert_false (listing_page (&one.listing, SLICE ("second")));
    go_on (&two, *state, "\"limit\":3", &one.listing);
    assert_true (slice_is (listing_token (&two.listing), "second"));
    assert_int_equal (two.listing.skip, 0);
    unmake (&one);
    unmake (&two);
}

static void
a_limit_at_the_very_end_leaves_nothing (void **state)
{
    made_t one;
    start (&one, *state, "{\"limit\":3}");
    assert_int_equal (feed (&one.listing, 0, 3), 3);
    assert_false (listing_page (&one.listing, SLICE_ABSENT));
    assert_false (listing_more (&one.listing));
    assert_null (token_of (&one.listing));
    unmake (&one);
}

static void
the_bytes_of_the_rows_are_kept_to_the_last_one (void **state)
{
    made_t one;
    start (&one, *state, "{\"limit\":100,\"max_bytes\":5}");
    assert_int_equal (feed (&one.listing, 0, 9), 3);
    expect_rows (&one.listing, "0,1,2");
    assert_int_equal (one.listing.row_bytes, 0);
    unmake (&one);
    start (&one, *state, "{\"limit\":100,\"max_bytes\":4}");
    assert_int_equal (feed (&one.listing, 0, 9), 2);
    expect_rows (&one.listing, "0,1");
    unmake (&one);
}

static void
a_first_row_that_is_too_large_tells_how_large (void **state)
{
    made_t one, two;
    start (&one, *state, "{\"max_bytes\":3}");
    assert_int_equal (feed (&one.listing, 12345, 12347), 0);
    assert_int_equal (one.listing.row_bytes, 5);
    assert_false (listing_page (&one.listing, SLICE_ABSENT));
    assert_true (listing_more (&one.listing));
    go_on (&two, *state, "\"max_bytes\":5", &one.listing);
    assert_int_equal (feed (&two.listing, 12345, 12347), 1);
    expect_rows (&two.listing, "12345");
    unmake (&one);
    unmake (&two);
}

static void
left_off_before_the_page_came_a_token_still_skips_what_was_given (void **state)
{
    made_t one, two, three;
    start (&one, *state, "{\"limit\":2}");
    feed (&one.listing, 0, 5);
    go_on (&two, *state, "\"limit\":2", &one.listing);
    go_on (&three, *state, "\"limit\":2", &two.listing);
    assert_int_equal (three.listing.skip, 2);
    unmake (&one);
    unmake (&two);
    unmake (&three);
}

static void
a_short_token_of_awss_makes_a_short_token (void **state)
{
    made_t one;
    start (&one, *state, "{\"limit\":1}");
    feed (&one.listing, 0, 1);
    listing_page (&one.listing, SLICE ("12345678901234567890123456789012345678901234567890123456789012345678901234567890123"));
    char *token = token_of (&one.listing);
    assert_int_equal (strlen (token), 128);
    free (token);
    unmake (&one);
}

//  A listing whose next page has a token of so many bytes.
static void
with_aws_token (made_t *self, fixture_t *around, size_t size, char byte)
{
    char *aws = malloc (size);
    assert_non_null (aws);
    memset (aws, byte, size);
    start (self, around, "{\"limit\":1}");
    feed (&self->listing, 0, 1);
    assert_false (listing_page (&self->listing, (slice_t) { aws, size }));
    free (aws);
}

static void
the_longest_token_that_we_pass_on_fits_the_contract_and_one_more_is_none (void **state)
{
    made_t one, two;
    with_aws_token (&one, *state, 3000, 'x');
    char *token = token_of (&one.listing);
    assert_true (strlen (token) <= 4096);
    free (token);
    go_on (&two, *state, "", &one.listing);
    assert_int_equal (listing_token (&two.listing).size, 3000);
    unmake (&two);
    unmake (&one);

    with_aws_token (&one, *state, 3001, 'x');
    assert_true (listing_more (&one.listing));
    assert_null (token_of (&one.listing));
    unmake (&one);
    with_aws_token (&one, *state, 100000, 'x');
    assert_true (listing_more (&one.listing));
    assert_null (token_of (&one.listing));
    unmake (&one);
}

static void
a_token_of_awss_that_is_not_printable_is_not_passed_on (void **state)
{
    made_t one;
    with_aws_token (&one, *state, 10, '\x01');
    assert_null (token_of (&one.listing));
    unmake (&one);
    with_aws_token (&one, *state, 10, '\xff');
    assert_null (token_of (&one.listing));
    unmake (&one);
}

//  Begins with these arguments and expects the sentence that the token is not one.
static void
expect_refused (fixture_t *around, const char *tool, const char *arguments, const char *region)
{
    made_t self;
    make (&self, around, tool, arguments, region);
    assert_int_equal (listing_begin (&self.listing, &self.call), STATUS_INVALID_ARGUMENT);
    assert_true (self.call.ended);
    WAIT_FOR (around, around->answer);
    assert_int_equal (around->answer->envelope.status, STATUS_INVALID_ARGUMENT);
    expect_part (read_fault (around), "next_token is not one of this list. Pass it exactly as the last answer gave it");
    fixture_forget_answer (around);
    unmake (&self);
}

//  A token of the tool "tool" with {"prefix":"a"} in eu-west-1, for the second row of the page that AWS calls "page-2".
static char *
good_token (fixture_t *around)
{
    made_t self;
    make (&self, around, "tool", "{\"prefix\":\"a\",\"limit\":2}", "eu-west-1");
    assert_int_equal (listing_begin (&self.listing, &self.call), STATUS_OK);
    feed (&self.listing, 0, 1);
    assert_true (listing_page (&self.listing, SLICE ("page-2")));
    feed (&self.listing, 1, 3);
    char *token = token_of (&self.listing);
    unmake (&self);
    assert_non_null (token);
    return token;
}

static void
a_token_is_good_for_the_same_tool_arguments_and_region_only (void **state)
{
    fixture_t *around = *state;
    char *token = good_token (around), arguments [512];
    made_t self;
    snprintf (arguments, sizeof arguments, "{\"max_bytes\":2048,\"next_token\":\"%s\",\"limit\":7,\"prefix\":\"a\"}", token);
    start (&self, around, arguments);
    assert_int_equal (self.listing.skip, 1);
    assert_true (self.listing.resumed);
    unmake (&self);

    expect_refused (around, "other", arguments, "eu-west-1");
    expect_refused (around, "tool", arguments, "eu-west-2");
    static const char *const OTHERS [] = { "\"prefix\":\"b\"", "\"prefix\":\"a\",\"detail\":false", "\"pattern\":\"a\"", "\"prefix\":\"\"",
                                           "\"prefix\":[\"a\"]" };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++) {
        snprintf (arguments, sizeof arguments, "{%s,\"next_token\":\"%s\"}", OTHERS [i], token);
        expect_refused (around, "tool", arguments, "eu-west-1");
    }
    snprintf (arguments, sizeof arguments, "{\"next_token\":\"%s\"}", token);
    expect_refused (around, "tool", arguments, "eu-west-1");
    free (token);
}

static void
the_order_of_arguments_does_not_matter (void **state)
{
    fixture_t *around = *state;
    made_t one, two;
    start (&one, around, "{\"a\":1,\"b\":\"x\",\"c\":[true],\"limit\":1}");
    feed (&one.listing, 0, 2);
    go_on (&two, around, "\"c\":[true],\"b\":\"x\",\"a\":1", &one.listing);
    unmake (&one);
    unmake (&two);
}

static void
expect_every_change_refused (fixture_t *around, char *token)
{
    char arguments [8192];
    for (char *at = token; *at; at++) {
        char kept = *at;
        *at = kept == 'x' ? 'y' : 'x';
        snprintf (arguments, sizeof arguments, "{\"prefix\":\"a\",\"next_token\":\"%s\"}", token);
        expect_refused (around, "tool", arguments, "eu-west-1");
        *at = kept;
    }
}

static void
every_truncated_or_changed_token_is_refused (void **state)
{
    fixture_t *around = *state;
    char *token = good_token (around), arguments [512];
    size_t size = strlen (token);
    for (size_t keep = 1; keep < size; keep++) {
        snprintf (arguments, sizeof arguments, "{\"prefix\":\"a\",\"next_token\":\"%.*s\"}", (int) keep, token);
        expect_refused (around, "tool", arguments, "eu-west-1");
    }
    expect_every_change_refused (around, token);
    snprintf (arguments, sizeof arguments, "{\"prefix\":\"a\",\"next_token\":\"%sAAAA\"}", token);
    expect_refused (around, "tool", arguments, "eu-west-1");
    free (token);
}

static void
garbage_is_refused (void **state)
{
    fixture_t *around = *state;
    static const char *const GARBAGE [] = { "x", "AAAA", "AAAAAAAAAAAAAAAAAAAA", "!!!!", "AAAA====", "../../etc/passwd", "\\u0000\\u0000",
                                            "\\ud83d\\ude00", " ", "null" };
    for (size_t i = 0; i < sizeof GARBAGE / sizeof GARBAGE [0]; i++) {
        char arguments [256];
        snprintf (arguments, sizeof arguments, "{\"prefix\":\"a\",\"next_token\":\"%s\"}", GARBAGE [i]);
        expect_refused (around, "tool", arguments, "eu-west-1");
    }
}

static uint64_t
hashed (uint64_t hash, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (uint8_t) bytes [i]) * 0x100000001b3u;
    return hash;
}

//  Arguments with a token that was made by somebody who knows how: version, seal, offset 1, and these bytes for AWS.
static void
forge (fixture_t *around, slice_t aws, char *arguments, size_t arguments_size)
{
    made_t self;
    make (&self, around, "tool", "{\"prefix\":\"a\"}", "eu-west-1");
    assert_int_equal (listing_begin (&self.listing, &self.call), STATUS_OK);
    uint64_t seal = hashed (hashed (self.listing.digest, "\0\0\0\1", 4), aws.data, aws.size);
    unmake (&self);
    buffer_t bytes, text;
    buffer_init (&bytes, 16384);
    buffer_init (&text, 32768);
    buffer_append_char (&bytes, 1);
    for (int i = 7; i >= 0; i--)
        buffer_append_char (&bytes, (char) (seal >> (8 * i)));
    buffer_append (&bytes, "\0\0\0\1", 4);
    buffer_append_slice (&bytes, aws);
    base64_url_encode (buffer_slice (&bytes), &text);
    snprintf (arguments, arguments_size, "{\"prefix\":\"a\",\"next_token\":\"%.*s\"}", (int) text.size, text.data);
    buffer_deinit (&bytes);
    buffer_deinit (&text);
}

static void
a_forged_token_can_name_no_bytes_that_aws_would_not (void **state)
{
    fixture_t *around = *state;
    static const slice_t WRONG [] = { { "a\0b", 3 }, { "\xff", 1 }, { "a b", 3 }, { "\x1b", 1 }, { "\n", 1 } };
    static char arguments [65536], longest [3001];
    made_t self;
    forge (around, SLICE ("printable"), arguments, sizeof arguments);
    make (&self, around, "tool", arguments, "eu-west-1");
    assert_int_equal (listing_begin (&self.listing, &self.call), STATUS_OK);
    assert_true (slice_is (listing_token (&self.listing), "printable"));
    unmake (&self);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        forge (around, WRONG [i], arguments, sizeof arguments);
        expect_refused (around, "tool", arguments, "eu-west-1");
    }
    memset (longest, 'x', sizeof longest);
    forge (around, (slice_t) { longest, sizeof longest }, arguments, sizeof arguments);
    expect_refused (around, "tool", arguments, "eu-west-1");
}

static void
an_empty_token_is_none (void **state)
{
    made_t one;
    start (&one, *state, "{\"next_token\":\"\"}");
    assert_false (one.listing.resumed);
    unmake (&one);
}

static void
an_offset_behind_the_end_of_a_page_skips_no_row_of_the_next (void **state)
{
    made_t one;
    start (&one, *state, "{}");
    one.listing.skip = 1000;
    assert_int_equal (feed (&one.listing, 0, 5), 5);
    assert_true (listing_page (&one.listing, SLICE ("next")));
    feed (&one.listing, 5, 7);
    expect_rows (&one.listing, "5,6");
    unmake (&one);
}

static void
a_token_brings_the_window_of_the_first_page_along (void **state)
{
    fixture_t *around = *state;
    made_t first, second;
    char arguments [512];
    start (&first, around, "{\"prefix\":\"a\",\"limit\":1}");
    assert_false (first.listing.windowed);
    listing_set_window (&first.listing, 1795385107042, 1795388707042);
    feed (&first.listing, 0, 3);
    char *token = token_of (&first.listing);
    unmake (&first);
    snprintf (arguments, sizeof arguments, "{\"prefix\":\"a\",\"next_token\":\"%s\"}", token);
    start (&second, around, arguments);
    assert_true (second.listing.windowed && second.listing.skip == 1);
    assert_true (second.listing.start_ms == 1795385107042 && second.listing.end_ms == 1795388707042);
    unmake (&second);
    expect_every_change_refused (around, token);
    free (token);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (rows_are_taken_up_to_the_limit_and_the_rest_of_the_page_follows, begin, end),
        cmocka_unit_test_setup_teardown (a_limit_at_the_end_of_a_page_goes_on_with_the_next_page, begin, end),
        cmocka_unit_test_setup_teardown (a_limit_at_the_very_end_leaves_nothing, begin, end),
        cmocka_unit_test_setup_teardown (the_bytes_of_the_rows_are_kept_to_the_last_one, begin, end),
        cmocka_unit_test_setup_teardown (a_first_row_that_is_too_large_tells_how_large, begin, end),
        cmocka_unit_test_setup_teardown (left_off_before_the_page_came_a_token_still_skips_what_was_given, begin, end),
        cmocka_unit_test_setup_teardown (a_short_token_of_awss_makes_a_short_token, begin, end),
        cmocka_unit_test_setup_teardown (the_longest_token_that_we_pass_on_fits_the_contract_and_one_more_is_none, begin, end),
        cmocka_unit_test_setup_teardown (a_token_of_awss_that_is_not_printable_is_not_passed_on, begin, end),
        cmocka_unit_test_setup_teardown (a_token_is_good_for_the_same_tool_arguments_and_region_only, begin, end),
        cmocka_unit_test_setup_teardown (the_order_of_arguments_does_not_matter, begin, end),
        cmocka_unit_test_setup_teardown (every_truncated_or_changed_token_is_refused, begin, end),
        cmocka_unit_test_setup_teardown (garbage_is_refused, begin, end),
        cmocka_unit_test_setup_teardown (a_forged_token_can_name_no_bytes_that_aws_would_not, begin, end),
        cmocka_unit_test_setup_teardown (an_empty_token_is_none, begin, end),
        cmocka_unit_test_setup_teardown (a_token_brings_the_window_of_the_first_page_along, begin, end),
        cmocka_unit_test_setup_teardown (an_offset_behind_the_end_of_a_page_skips_no_row_of_the_next, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
