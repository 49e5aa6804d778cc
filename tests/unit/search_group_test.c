#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "pack.h"
#include "search_group.h"

//  One group and a query, without a call around them.
typedef struct {
    search_group_t group;
    search_query_t query;
} made_t;

static void
make (made_t *self, bool newest)
{
    *self = (made_t) {
        .group = { .identifier = SLICE ("/a"), .shown = SLICE ("/a") },
        .query = { .newest = newest, .from_tail = newest, .start_ms = 1000, .end_ms = 2000, .page_limit = 100, .line_bytes_max = 100 },
    };
    buffer_init (&self->group.token, SEARCH_AWS_TOKEN_MAX);
    search_rows_init (&self->query.rows, 1000, 100000, newest);
}

static void
unmake (made_t *self)
{
    buffer_deinit (&self->group.token);
    search_rows_deinit (&self->query.rows);
}

static void
take (made_t *self, const char *json)
{
    yyjson_doc *doc = yyjson_read (json, strlen (json), 0);
    assert_non_null (doc);
    assert_int_equal (search_group_page (&self->group, 3, &self->query, yyjson_doc_get_root (doc)), STATUS_OK);
    yyjson_doc_free (doc);
}

//  A page with events at these times, and with another page behind it. Ended by a negative time.
static void
take_times (made_t *self, const int *times)
{
    static int serial;
    buffer_t page;
    buffer_init (&page, 1 << 16);
    buffer_append_text (&page, "{\"events\":[");
    for (int i = 0; times [i] >= 0; i++)
        buffer_printf (&page, "%s{\"timestamp\":%d,\"eventId\":\"%d\"}", i ? "," : "", times [i], ++serial);
    buffer_printf (&page, "],\"nextToken\":\"t-%d\"}", ++serial);
    buffer_append_char (&page, 0);
    take (self, page.data);
    buffer_deinit (&page);
}

#define TAKE(self, ...) take_times (self, (const int []) { __VA_ARGS__, -1 })

static void
expect_request (const made_t *self, const char *expected)
{
    buffer_t body;
    buffer_init (&body, 4096);
    assert_int_equal (search_group_request (&self->group, &self->query, &body), STATUS_OK);
    buffer_append_char (&body, 0);
    assert_string_equal (body.data, expected);
    buffer_deinit (&body);
}

static void
expect_mark (const made_t *self, int64_t expected_ms)
{
    int64_t mark_ms;
    bool marked = search_group_mark (&self->group, &self->query, &mark_ms);
    assert_true (marked == (expected_ms >= 0));
    if (marked)
        assert_int_equal (mark_ms, expected_ms);
}

static void
what_is_searched_stands_in_the_request (void **state)
{
    (void) state;
    made_t self;
    make (&self, false);
    expect_request (&self, "{\"logGroupName\":\"/a\",\"startTime\":1000,\"endTime\":2000,\"limit\":100}");
    self.group.identifier = SLICE ("arn:aws:logs:r:1:log-group:/a");
    self.query.pattern = SLICE ("ERROR");
    self.query.stream_prefix = SLICE ("ecs/");
    self.query.unmask = true;
    buffer_append_text (&self.group.token, "aws");
    expect_request (&self, "{\"logGroupIdentifier\":\"arn:aws:logs:r:1:log-group:/a\",\"logStreamNamePrefix\":\"ecs/\",\"startTime\":1000,"
                           "\"endTime\":2000,\"filterPattern\":\"ERROR\",\"limit\":100,\"unmask\":true,\"nextToken\":\"aws\"}");
    unmake (&self);
    make (&self, true);
    buffer_t streams;
    buffer_init (&streams, 100);
    pack_array (&streams, 2);
    pack_text (&streams, SLICE ("s1"));
    pack_text (&streams, SLICE ("s2"));
    self.query.streams = buffer_slice (&streams);
    expect_request (&self, "{\"logGroupName\":\"/a\",\"logStreamNames\":[\"s1\",\"s2\"],\"startTime\":1000,\"endTime\":2000,\"startFromHead\":false,"
                           "\"limit\":100}");
    buffer_deinit (&streams);
    unmake (&self);
}

static void
behind_a_place_only_what_may_follow_is_asked (void **state)
{
    (void) state;
    made_t self;
    for (int newest = 0; newest < 2; newest++) {
        make (&self, newest);
        self.query.has_place = true;
        self.query.place = (search_place_t) { .time_ms = 1500 };
        expect_request (&self, newest ? "{\"logGroupName\":\"/a\",\"startTime\":1000,\"endTime\":1501,\"startFromHead\":false,\"limit\":100}"
                                      : "{\"logGroupName\":\"/a\",\"startTime\":1500,\"endTime\":2000,\"limit\":100}");
        unmake (&self);
    }
}

static void
only_events_of_the_window_and_behind_the_place_count (void **state)
{
    (void) state;
    made_t self;
    for (int newest = 0; newest < 2; newest++) {
        make (&self, newest);
        self.query.has_place = true;
        self.query.place = (search_place_t) { .time_ms = 1500, .group = 3, .id = search_id (SLICE ("5"), SLICE_ABSENT, SLICE_ABSENT) };
        take (&self, "{\"events\":[{\"timestamp\":999,\"eventId\":\"1\"},{\"timestamp\":2000,\"eventId\":\"1\"},"
                     "{\"timestamp\":1000,\"eventId\":\"1\"},{\"timestamp\":1999,\"eventId\":\"1\"},"
                     "{\"timestamp\":1500,\"eventId\":\"4\"},{\"timestamp\":1500,\"eventId\":\"5\"},{\"timestamp\":1500,\"eventId\":\"6\"},"
                     "{\"eventId\":\"7\"},{\"timestamp\":-1},{\"timestamp\":\"1500\"},null,7]}");
        assert_int_equal (self.query.matched, 2);
        assert_int_equal (self.group.matched, 2);
        search_rows_sort (&self.query.rows);
        assert_int_equal (self.query.rows.count, 2);
        assert_int_equal (self.query.rows.rows [0].place.time_ms, 1500);
        assert_memory_equal (self.query.rows.rows [0].place.id.bytes, "6", 1);
        assert_int_equal (self.query.rows.rows [1].place.time_ms, newest ? 1000 : 1999);
        unmake (&self);
    }
}

static void
a_group_goes_on_as_long_as_aws_has_a_token (void **state)
{
    (void) state;
    made_t self;
    make (&self, false);
    take (&self, "{\"events\":[],\"nextToken\":\"t-1\"}");
    assert_int_equal (self.group.state, GROUP_WAITING);
    assert_true (slice_is (buffer_slice (&self.group.token), "t-1"));
    assert_true (search_group_may_have (&self.group, &self.query, 1000));
    take (&self, "{\"nextToken\":\"\"}");
    assert_int_equal (self.group.state, GROUP_DONE);
    assert_int_equal (self.group.pages, 2);
    assert_false (search_group_may_have (&self.group, &self.query, 1000));
    unmake (&self);
}

static void
a_token_that_leads_nowhere_holds_the_group (void **state)
{
    (void) state;
    made_t self;
    static char page [SEARCH_AWS_TOKEN_MAX + 100];
    make (&self, false);
    take (&self, "{\"events\":[],\"nextToken\":\"t-1\"}");
    take (&self, "{\"events\":[],\"nextToken\":\"t-1\"}");
    assert_int_equal (self.group.state, GROUP_HELD);
    expect_part (self.group.trouble, "the same page again");
    assert_int_equal (self.group.token.size, 0);
    unmake (&self);
    make (&self, false);
    snprintf (page, sizeof page, "{\"nextToken\":\"%0*d\"}", SEARCH_AWS_TOKEN_MAX + 1, 7);
    take (&self, page);
    assert_int_equal (self.group.state, GROUP_HELD);
    expect_part (self.group.trouble, "too long");
    unmake (&self);
}

static void
the_mark_is_the_time_that_the_events_have_reached (void **state)
{
    (void) state;
    made_t self;
    make (&self, false);
    expect_mark (&self, -1);
    TAKE (&self, 1100, 1200, 1200);
    expect_mark (&self, 1200);
    assert_true (search_group_may_have (&self.group, &self.query, 1200));
    assert_false (search_group_may_have (&self.group, &self.query, 1199));
    TAKE (&self, 1200);
    expect_mark (&self, 1200);
    take (&self, "{\"events\":[],\"nextToken\":\"x\"}");
    expect_mark (&self, 1200);
    TAKE (&self, 1300, 1290, 1310);                 //  A little disorder within a page
    expect_mark (&self, 1310);
    unmake (&self);
    make (&self, true);
    TAKE (&self, 1900, 1800);
    expect_mark (&self, 1800);
    assert_true (search_group_may_have (&self.group, &self.query, 1800));
    assert_false (search_group_may_have (&self.group, &self.query, 1801));
    TAKE (&self, 1790, 1795, 1700);
    expect_mark (&self, 1700);
    unmake (&self);
}

static void
events_in_the_wrong_order_send_a_group_astray (void **state)
{
    (void) state;
    made_t self;
    make (&self, true);
    self.query.descends = true;
    TAKE (&self, 1100, 1200);                       //  Ascending within a page
    expect_mark (&self, -1);
    assert_true (search_group_may_have (&self.group, &self.query, 1999));
    TAKE (&self, 1900, 1800);
    expect_mark (&self, -1);                        //  For good
    unmake (&self);
    make (&self, true);
    self.query.descends = true;
    TAKE (&self, 1100);
    expect_mark (&self, 1100);
    TAKE (&self, 1200);                             //  And from one page to the next
    expect_mark (&self, -1);
    unmake (&self);
    make (&self, false);
    TAKE (&self, 1900, 1800);
    expect_mark (&self, -1);
    unmake (&self);
}

static void
no_mark_is_believed_before_a_page_has_shown_that_events_descend (void **state)
{
    (void) state;
    made_t self;
    make (&self, true);
    TAKE (&self, 1500, 1500);
    expect_mark (&self, -1);
    TAKE (&self, 1400);
    expect_mark (&self, 1400);
    assert_true (self.query.descends);
    unmake (&self);
    make (&self, true);
    TAKE (&self, 1500, 1499);
    expect_mark (&self, 1499);
    unmake (&self);
}

static void
read_from_its_head_for_the_newest_a_group_has_no_mark (void **state)
{
    (void) state;
    made_t self;
    make (&self, true);
    self.query.from_tail = false;
    TAKE (&self, 1100, 1200);
    TAKE (&self, 1300, 1200);
    expect_mark (&self, -1);
    take (&self, "{\"events\":[],\"nextToken\":\"x\"}");
    expect_request (&self, "{\"logGroupName\":\"/a\",\"startTime\":1000,\"endTime\":2000,\"limit\":100,\"nextToken\":\"x\"}");
    unmake (&self);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_is_searched_stands_in_the_request),
        cmocka_unit_test (behind_a_place_only_what_may_follow_is_asked),
        cmocka_unit_test (only_events_of_the_window_and_behind_the_place_count),
        cmocka_unit_test (a_group_goes_on_as_long_as_aws_has_a_token),
        cmocka_unit_test (a_token_that_leads_nowhere_holds_the_group),
        cmocka_unit_test (the_mark_is_the_time_that_the_events_have_reached),
        cmocka_unit_test (events_in_the_wrong_order_send_a_group_astray),
        cmocka_unit_test (no_mark_is_believed_before_a_page_has_shown_that_events_descend),
        cmocka_unit_test (read_from_its_head_for_the_newest_a_group_has_no_mark),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
