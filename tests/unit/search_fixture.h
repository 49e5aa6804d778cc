/*  search_fixture - an AWS with log groups full of events, for search_log_events

    It answers FilterLogEvents as AWS does: a window whose both ends are included, pages in one order of time with tokens between them, pages that
    are empty though others follow. Event ids are in no order that has to do with time, and events of one millisecond come in an order of AWS's own.
    A group may fail, always or after some pages; and a whole server may know only the ascending order, as older emulators do.

        give (self, "/a", 120, 7)       a group of 120 events, 7 of them in each millisecond
        walk (self, "…")                all pages of a search: every event must come exactly once, in order

    Behind operation_fixture.h. Owner: the test; the world is static, give_nothing empties it. */

#ifndef SEARCH_FIXTURE_H
#define SEARCH_FIXTURE_H

#include "operation_fixture.h"

//  Events begin here, shortly before the clock's 2026-11-22T23:05:07.042Z; all lie within the hour.
static const int64_t FIRST_MS = 1795388707042 - 3000000;

enum { WORLD_GROUPS_MAX = 120, WORLD_EVENTS_MAX = 100000 };

typedef struct {
    char name [64];
    int  events;
    int  per_ms;                        //  So many share a millisecond
    int  apart_ms;                      //  And so far it is to the next
    int  empty_pages;                   //  In front of each page
    int  page_max;                      //  0: what is asked for
    int  status;                        //  Not 0: fails so, with this body …
    const char *body;
    bool hangs;                         //  Or never answers …
    int  after;                         //  … behind so many pages
    int  asked;
    const char *message;                //  NULL: "GROUP SERIAL"
} world_group_t;

static struct {
    world_group_t groups [WORLD_GROUPS_MAX];
    int  count;
    bool ascending_only;
    bool without_ids;
    int  described;                     //  DescribeLogGroups asked
    int  groups_page;                   //  Groups a page; 0: 50
} world;

static inline void
give_nothing (void)
{
    memset (&world, 0, sizeof world);
}

static inline world_group_t *
give (const char *name, int events, int per_ms)
{
    assert_true (world.count < WORLD_GROUPS_MAX && events <= WORLD_EVENTS_MAX);
    world_group_t *group = &world.groups [world.count++];
    *group = (world_group_t) { .events = events, .per_ms = per_ms, .apart_ms = 1 };
    snprintf (group->name, sizeof group->name, "%s", name);
    return group;
}

static inline int64_t
event_ms (const world_group_t *group, int serial)
{
    return FIRST_MS + (int64_t) (serial / group->per_ms) * group->apart_ms;
}

//  Any order but that of time.
static inline unsigned
event_id (int serial)
{
    return (unsigned) serial * 2654435761u % 1000003u;
}

static inline world_group_t *
world_find (yyjson_val *request)
{
    slice_t name = json_text (request, "logGroupName");
    if (!name.data) {
        name = json_text (request, "logGroupIdentifier");
        for (slice_t rest = name; rest.data; )
            name = slice_cut (&rest, ':');
    }
    for (int i = 0; i < world.count; i++)
        if (slice_is (name, world.groups [i].name))
            return &world.groups [i];
    return NULL;
}

static inline void
write_event (buffer_t *out, const world_group_t *group, int serial)
{
    buffer_printf (out, "{\"logStreamName\":\"stream\",\"timestamp\":%lld,", (long long) event_ms (group, serial));
    if (!world.without_ids)
        buffer_printf (out, "\"eventId\":\"%056u\",", event_id (serial));
    if (group->message)
        buffer_printf (out, "\"message\":\"%s\"}", group->message);
    else
        buffer_printf (out, "\"message\":\"%d %d\"}", (int) (group - world.groups), serial);
}

//  The token says how many events were given before, and how many empty pages come before the next: "t-120-2".
static inline void
answer_events (http_exchange_t *exchange, yyjson_val *request, world_group_t *group)
{
    bool newest = !json_bool (request, "startFromHead", true) && !world.ascending_only;
    int64_t start_ms = json_int (request, "startTime", 0), end_ms = json_int (request, "endTime", INT64_MAX);
    int limit = (int) json_int (request, "limit", 10000), offset = 0, empty = group->empty_pages, given = 0, seen = 0, more = 0;
    if (group->page_max && group->page_max < limit)
        limit = group->page_max;
    slice_t token = json_text (request, "nextToken");
    if (token.data) {
        char text [64];
        snprintf (text, sizeof text, "%.*s", (int) token.size, token.data);
        assert_int_equal (sscanf (text, "t-%d-%d", &offset, &empty), 2);
    }
    buffer_t body;
    buffer_init (&body, 16 << 20);
    buffer_append_text (&body, "{\"events\":[");
    for (int i = 0; i < group->events && !more; i++) {
        int serial = newest ? group->events - 1 - i : i;
        int64_t time_ms = event_ms (group, serial);
        if (time_ms < start_ms || time_ms > end_ms || seen++ < offset)
            continue;
        if (given == limit || empty > 0) {
            more = 1;
            break;
        }
        buffer_append_text (&body, given++ ? "," : "");
        write_event (&body, group, serial);
    }
    buffer_append_text (&body, "],\"searchedLogStreams\":[]");
    if (more)
        buffer_printf (&body, ",\"nextToken\":\"t-%d-%d\"", offset + given, empty > 0 ? empty - 1 : group->empty_pages);
    buffer_append_char (&body, '}');
    aws_reply (exchange, 200, buffer_slice (&body));
    buffer_deinit (&body);
}

static inline void
answer_groups (http_exchange_t *exchange, yyjson_val *request)
{
    slice_t prefix = json_text (request, "logGroupNamePrefix"), token = json_text (request, "nextToken");
    int first = token.size ? (int) strtol (token.data + 2, NULL, 10) : 0, given = 0, page = world.groups_page ? world.groups_page : 50;
    buffer_t body;
    buffer_init (&body, 1 << 20);
    buffer_append_text (&body, "{\"logGroups\":[");
    int i = first;
    for (; i < world.count && given < page; i++) {
        const char *name = world.groups [i].name;
        if (strncmp (name, prefix.data, prefix.size) == 0)
            buffer_printf (&body, "%s{\"logGroupName\":\"%s\",\"logGroupArn\":\"arn:aws:logs:eu-west-1:%012d:log-group:%s\"}",
                           given++ ? "," : "", name, i, name);
    }
    buffer_append_char (&body, ']');
    if (i < world.count)
        buffer_printf (&body, ",\"nextToken\":\"g-%d\"", i);
    buffer_append_char (&body, '}');
    aws_reply (exchange, 200, buffer_slice (&body));
    buffer_deinit (&body);
    world.described++;
}

static inline void
answer_world (scripted_aws_t *aws, http_exchange_t *exchange, const asked_t *asked_now)
{
    yyjson_val *request = yyjson_doc_get_root (asked_now->doc);
    if (strstr (asked_now->target, "DescribeLogGroups")) {
        answer_groups (exchange, request);
        return;
    }
    world_group_t *group = world_find (request);
    if (!group)
        aws_reply (exchange, 400, SLICE ("{\"__type\":\"ResourceNotFoundException\",\"message\":\"The specified log group does not exist.\"}"));
    else if (group->asked++ >= group->after && group->status)
        aws_reply (exchange, group->status, slice_of (group->body));
    else if (group->asked > group->after && group->hangs)
        aws->open [aws->open_count++] = exchange;
    else
        answer_events (exchange, request, group);
}

static inline int
begin_search_at (void **state, int64_t quota_per_s)
{
    int failed = begin_with (state, &(fixture_kind_t) { .service = SERVICE_LOGS, .operations = LOGS_OPERATIONS, .quota_per_s = quota_per_s });
    fixture_t *self = *state;
    give_nothing ();
    self->aws.instead = answer_world;
    return failed;
}

static inline int
begin_search (void **state)
{
    return begin_search_at (state, 0);
}

//  For searches of very many pages: the throttle is out of the way.
static inline int
begin_search_fast (void **state)
{
    return begin_search_at (state, 100000);
}

//  --- Walking over all pages

typedef struct {
    int  rows, calls;
    char token [4200];          //  Of the last answer; empty at the end
    int64_t time_ms;            //  Of the last row
    int  group, serial;
    bool oldest;
} walk_t;

static unsigned char walked [WORLD_GROUPS_MAX] [WORLD_EVENTS_MAX / 8 + 1];

static inline void
walk_row (walk_t *walk, yyjson_val *row)
{
    int group, serial;
    size_t columns = yyjson_arr_size (row);
    assert_int_equal (sscanf (yyjson_get_str (yyjson_arr_get (row, columns - 1)), "%d %d", &group, &serial), 2);
    assert_true (group < world.count && serial < world.groups [group].events);
    assert_false (walked [group] [serial / 8] >> serial % 8 & 1);
    walked [group] [serial / 8] |= (unsigned char) (1 << serial % 8);
    int64_t time_ms = event_ms (&world.groups [group], serial);
    char time [CLOCK_TEXT_SIZE];
    assert_string_equal (yyjson_get_str (yyjson_arr_get (row, 0)), clock_text_ms (time_ms, time));
    if (columns == 4)
        assert_string_equal (yyjson_get_str (yyjson_arr_get (row, 1)), world.groups [group].name);
    if (walk->rows > 0) {
        bool later = walk->oldest ? time_ms > walk->time_ms : time_ms < walk->time_ms;
        bool next_group = group > walk->group || (group == walk->group && event_id (serial) > event_id (walk->serial));
        assert_true (later || (time_ms == walk->time_ms && (next_group || world.without_ids)));
    }
    walk->time_ms = time_ms;
    walk->group = group;
    walk->serial = serial;
    walk->rows++;
}

static inline void
walk_answer (walk_t *walk, yyjson_val *answer)
{
    size_t index, count;
    yyjson_val *row;
    yyjson_arr_foreach (yyjson_obj_get (answer, "rows"), index, count, row)
        walk_row (walk, row);
    walk->calls++;
    const char *token = text_of (answer, "next_token");
    snprintf (walk->token, sizeof walk->token, "%s", token ? token : "");
}

static inline void
walk_begin (walk_t *walk, const char *members)
{
    *walk = (walk_t) { .oldest = strstr (members, "oldest") };
    memset (walked, 0, sizeof walked);
}

//  One call more, with the token of the one before. members: without the braces.
static inline yyjson_val *
walk_step (fixture_t *self, walk_t *walk, const char *members)
{
    static char arguments [16384];
    if (*walk->token)
        snprintf (arguments, sizeof arguments, "{%s,\"next_token\":\"%s\"}", members, walk->token);
    else
        snprintf (arguments, sizeof arguments, "{%s}", members);
    yyjson_val *answer = ask (self, "search_log_events", arguments);
    walk_answer (walk, answer);
    return answer;
}

//  On to the end. Every event of every group must have come, exactly once.
static inline void
walk_on (fixture_t *self, walk_t *walk, const char *members)
{
    int all = 0;
    while (*walk->token && walk->calls < 5000) {
        walk_step (self, walk, members);
        assert_true (self->result.cut == (*walk->token != 0));
    }
    for (int i = 0; i < world.count; i++)
        all += world.groups [i].events;
    assert_int_equal (walk->rows, all);
}

static inline walk_t
walk (fixture_t *self, const char *members)
{
    walk_t walk;
    walk_begin (&walk, members);
    walk_step (self, &walk, members);
    walk_on (self, &walk, members);
    return walk;
}

//  A call whose time runs out while a group hangs.
static inline yyjson_val *
walk_until_late (fixture_t *self, walk_t *walk, const char *members)
{
    static char arguments [16384];
    if (*walk->token)
        snprintf (arguments, sizeof arguments, "{%s,\"next_token\":\"%s\"}", members, walk->token);
    else
        snprintf (arguments, sizeof arguments, "{%s}", members);
    int hanging = self->aws.open_count;
    uint64_t id = call_within (self, "search_log_events", arguments, 20000);
    WAIT_FOR (self, self->aws.open_count > hanging);
    settle (self);
    pass_ms (self, 19500);
    wait_for (self, id);
    yyjson_val *answer = read_result (self);
    walk_answer (walk, answer);
    return answer;
}

#endif
