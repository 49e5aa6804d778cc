#include "logs.h"
#include "search.h"

#include "body.h"
#include "log_group.h"
#include "number.h"
#include "seal.h"
#include "search_note.h"
#include "sentence.h"
#include "window.h"

#include <stdio.h>

//  The call begins with the groups (search_groups.c). Then pages are asked, of at most SEARCH_AT_ONCE_MAX groups at once: first of those about
//  which nothing is known, then of those that are known least far, because they are what holds the rows back. A group that is known beyond
//  the last row that the answer can hold is passed: it needs no further page. When no group needs one, the answer is there.

enum { HOUR_MS = 3600 * 1000, REQUEST_BYTES_MAX = 256 * 1024, SENTENCE_BYTES_MAX = 4096 };

//  2024-01-01T00:00Z: AWS begins at the tail only of windows that begin then or later.
static const int64_t TAIL_SINCE_MS = 1704067200000;

static const char PATTERN_SYNTAX [] = "A pattern is terms that must all be there (ERROR timeout), \"a phrase\" or any term with other "
                                      "characters than letters, digits and _ in quotes, ?any ?of, -not; "
                                      "{ $.level = \"ERROR\" } for JSON; [ip, user, status = 5*] for columns; %4[0-9]+% for a regular expression.";

void
search_close (search_t *self)
{
    search_rows_deinit (&self->query.rows);
    for (int i = 0; i < self->count; i++)
        buffer_deinit (&self->groups [i].token);
    buffer_deinit (&self->groups_page);
    buffer_deinit (&self->from_bytes);
}

int
search_count (const search_t *self, search_group_state_t state)
{
    int count = 0;
    for (int i = 0; i < self->count; i++)
        count += self->groups [i].state == state;
    return count;
}

//  --- Failures of groups

static const char *
s_keep (search_t *self, buffer_t *sentence)
{
    const char *kept = arena_copy (call_arena (self->call), buffer_slice (sentence));
    buffer_deinit (sentence);
    return kept ? kept : "There is no memory to say why.";
}

//  AWS will not have it, whatever is asked when; or it could not be asked now, and can be again.
static bool
s_for_good (const search_group_t *group, const outcome_t *outcome)
{
    return group->pages == 0 && outcome->error && (outcome->error->class == AWS_INVALID || outcome->error->class == AWS_DENIED);
}

static bool
s_pattern_is_wrong (const search_t *self, const outcome_t *outcome)
{
    if (!self->query.pattern.size || !outcome->error || outcome->error->class != AWS_INVALID)
        return false;
    const char *message = outcome->error->message;
    return strstr (message, "ilter pattern") || strstr (message, "ilterPattern");
}

//  FilterLogEvents reads the class STANDARD alone; AWS says so, but not what to do.
static bool
s_class_is_wrong (const outcome_t *outcome)
{
    return outcome->error && outcome->error->class == AWS_INVALID &&
           (strstr (outcome->error->message, "log class") || strstr (outcome->error->message, "log-group-class"));
}

static void
s_explain (search_t *self, const search_group_t *group, const outcome_t *outcome, buffer_t *sentence)
{
    bool for_good = s_for_good (group, outcome);
    if (self->count > 1 && !for_good) {
        buffer_append_slice (sentence, group->shown);
        buffer_append_text (sentence, ": ");
    }
    if (log_group_is_unknown (outcome))
        log_group_explain (sentence, group->identifier, call_region (self->call));
    else
        sentence_of_outcome (sentence, outcome, call_region (self->call));
    if (for_good && strcmp (outcome->error->code, "ResourceNotFoundException") == 0 && !log_group_is_unknown (outcome))
        buffer_append_text (sentence, " filter_log_streams shows the streams of a group.");
    if (s_class_is_wrong (outcome))
        buffer_append_text (sentence, " Only groups of the class STANDARD can be searched; describe_log_groups shows the class. Logs Insights in "
                                      "the AWS console reads INFREQUENT_ACCESS.");
}

//  An old token of AWS's may have run out: then the group is read from its beginning.
static bool
s_begin_anew (search_group_t *group, const outcome_t *outcome)
{
    bool anew = group->carried && s_for_good (group, outcome) && outcome->error->class == AWS_INVALID;
    if (anew) {
        group->carried = false;
        buffer_clear (&group->token);
        group->state = GROUP_WAITING;
    }
    return anew;
}

static void
s_failed (search_t *self, search_group_t *group, const outcome_t *outcome)
{
    if (s_begin_anew (group, outcome))
        return;
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    s_explain (self, group, outcome, &sentence);
    group->state = s_for_good (group, outcome) ? GROUP_LEFT_OUT : GROUP_HELD;
    group->status = outcome->status;
    group->retry_ms = outcome->retry_ms;
    group->trouble = s_keep (self, &sentence);
}

//  --- Which group is asked next

//  Is the group known beyond all that the answer can hold?
static bool
s_is_passed (const search_t *self, const search_group_t *group)
{
    const search_place_t *last = search_rows_full (&self->query.rows) ? search_rows_last (&self->query.rows) : NULL;
    return last && !search_group_may_have (group, &self->query, last->time_ms);
}

//  Nothing behind the mark of a group that is held will be given: what is known as far need not be known further.
static bool
s_is_held_up (const search_t *self, const search_group_t *group)
{
    for (int i = 0; i < self->count; i++) {
        int64_t mark_ms;
        const search_group_t *held = &self->groups [i];
        if (held->state != GROUP_HELD)
            continue;
        if (!search_group_mark (held, &self->query, &mark_ms) || !search_group_may_have (group, &self->query, mark_ms))
            return true;
    }
    return false;
}

//  Is the one group known less far than the other?
static bool
s_less_known (const search_t *self, const search_group_t *a, const search_group_t *b)
{
    int64_t a_ms, b_ms;
    bool a_marked = search_group_mark (a, &self->query, &a_ms), b_marked = search_group_mark (b, &self->query, &b_ms);
    if (a_marked != b_marked)
        return b_marked;
    return a_marked ? search_time_before (a_ms, b_ms, self->query.newest) : a->pages < b->pages;
}

//  The ordinal of the group that needs a page most; -1: none does.
static int
s_neediest (search_t *self)
{
    int neediest = -1;
    for (int i = 0; i < self->count; i++) {
        search_group_t *group = &self->groups [i];
        if (group->state != GROUP_WAITING || s_is_held_up (self, group))
            continue;
        if (s_is_passed (self, group))
            group->state = GROUP_PASSED;
        else if (neediest < 0 || s_less_known (self, group, &self->groups [neediest]))
            neediest = i;
    }
    return neediest;
}

static status_t
s_ask (search_t *self, int ordinal)
{
    search_group_t *group = &self->groups [ordinal];
    buffer_t body;
    buffer_init (&body, REQUEST_BYTES_MAX);
    status_t status = search_group_request (group, &self->query, &body);
    if (status == STATUS_OK)
        status = call_ask (self->call, ordinal, &(aws_request_t) { .service = AWS_LOGS, .api = "FilterLogEvents", .body = buffer_slice (&body) });
    buffer_deinit (&body);
    group->state = GROUP_ASKING;
    self->asking++;
    return status;
}

//  --- The end

static const search_group_t *
s_first_in (const search_t *self, search_group_state_t state)
{
    for (int i = 0; i < self->count; i++)
        if (self->groups [i].state == state)
            return &self->groups [i];
    return NULL;
}

static status_t
s_fail_all (search_t *self)
{
    const search_group_t *first = s_first_in (self, GROUP_LEFT_OUT);
    if (self->count == 1)
        return call_fail (self->call, first->status, first->retry_ms, "%s", first->trouble);
    buffer_t reasons;
    buffer_init (&reasons, SEARCH_NOTE_BYTES_MAX);
    search_note_append_left_out (&reasons, self, "");
    status_t status = call_fail (self->call, first->status, first->retry_ms, "None of the %d log groups can be searched. %.*s", self->count,
                                 (int) reasons.size, reasons.data);
    buffer_deinit (&reasons);
    return status;
}

static status_t
s_finish (search_t *self)
{
    const search_group_t *held = s_first_in (self, GROUP_HELD);
    if (search_count (self, GROUP_LEFT_OUT) == self->count)
        return s_fail_all (self);
    if (held)
        return search_answer (self, slice_of (held->trouble), held->status, held->retry_ms);
    return search_answer (self, self->late ? SLICE ("the time allowed is nearly over.") : SLICE_ABSENT, STATUS_OK, -1);
}

static status_t
s_go_on (search_t *self)
{
    int ordinal;
    while (!self->late && self->asking < SEARCH_AT_ONCE_MAX && (ordinal = s_neediest (self)) >= 0) {
        status_t status = s_ask (self, ordinal);
        if (status != STATUS_OK)
            return status;
    }
    return self->asking == 0 || self->late ? s_finish (self) : STATUS_OK;
}

//  Rises with each page, however many are still to come.
static void
s_progress (search_t *self)
{
    double done = 0;
    for (int i = 0; i < self->count; i++) {
        const search_group_t *group = &self->groups [i];
        bool is_over = group->state != GROUP_WAITING && group->state != GROUP_ASKING;
        done += is_over ? 1 : group->pages / (group->pages + 1.0);
    }
    buffer_t text;
    buffer_init (&text, 128);
    buffer_append_text (&text, "groups searched, ");
    number_append_of (&text, self->query.matched, "event");
    buffer_append_text (&text, " matched");
    buffer_append_char (&text, 0);
    call_progress (self->call, done, self->count, text.data);
    buffer_deinit (&text);
}

static status_t
s_page (search_t *self, int ordinal, const outcome_t *outcome)
{
    search_group_t *group = &self->groups [ordinal];
    self->asking--;
    if (outcome->status == STATUS_OK) {
        status_t status = search_group_page (group, ordinal, &self->query, (yyjson_val *) (uintptr_t) outcome->answer);
        if (status != STATUS_OK)
            return status;
    } else if (s_pattern_is_wrong (self, outcome)) {
        buffer_t sentence;
        buffer_init (&sentence, SENTENCE_BYTES_MAX);
        sentence_of_outcome (&sentence, outcome, call_region (self->call));
        return call_fail (self->call, STATUS_INVALID_ARGUMENT, -1, "%s %s", s_keep (self, &sentence), PATTERN_SYNTAX);
    } else {
        s_failed (self, group, outcome);
    }
    s_progress (self);
    return s_go_on (self);
}

//  --- The beginning

static status_t
s_read_window (search_t *self, slice_t token)
{
    search_query_t *query = &self->query;
    window_t window;
    if (!token.size) {
        status_t status = window_read (self->call, HOUR_MS, &window);
        query->start_ms = window.start_ms;
        query->end_ms = window.end_ms;
        return status;
    }
    self->resumed = true;
    if (search_token_read (token, self->seal, &self->from, &self->from_bytes)) {
        query->start_ms = self->from.start_ms;
        query->end_ms = self->from.end_ms;
        query->has_place = self->from.has_place;
        query->place = self->from.place;
        return STATUS_OK;
    }
    status_t failed = call_fail (self->call, STATUS_INVALID_ARGUMENT, -1, "next_token is not one of this search. Pass it exactly as the last answer "
                                 "gave it, with the same other arguments (limit and max_bytes may differ), or leave it out to begin anew.");
    return failed == STATUS_OK ? STATUS_INVALID_ARGUMENT : failed;
}

static status_t
s_read (search_t *self)
{
    slice_t arguments = call_arguments (self->call);
    search_query_t *query = &self->query;
    int64_t limit = argument_int (arguments, "limit", 50);
    self->seal = seal_of_call (self->call);
    query->newest = !slice_is (argument_text (arguments, "order"), "oldest");
    query->pattern = argument_text (arguments, "pattern");
    query->streams = argument_value (arguments, "streams");
    query->stream_prefix = argument_text (arguments, "stream_prefix");
    query->unmask = argument_bool (arguments, "unmask");
    query->line_bytes_max = (size_t) argument_int (arguments, "line_bytes_max", 2000);
    search_rows_init (&query->rows, (size_t) limit, (size_t) argument_int (arguments, "max_bytes", 65536), query->newest);
    status_t status = s_read_window (self, argument_text (arguments, "next_token"));
    query->from_tail = query->newest && query->start_ms >= TAIL_SINCE_MS;
    query->page_limit = limit < SEARCH_PAGE_MIN ? SEARCH_PAGE_MIN : limit < SEARCH_PAGE_MAX ? limit + 1 : SEARCH_PAGE_MAX;
    if (query->newest && !query->from_tail)
        query->page_limit = SEARCH_PAGE_MAX;            //  All of it will be read
    return status;
}

static status_t
s_begin (call_t *call)
{
    search_t *self = arena_alloc (call_arena (call), sizeof *self);
    if (!self)
        return STATUS_NO_MEMORY;
    self->call = call;
    buffer_init (&self->groups_page, SEARCH_AWS_TOKEN_MAX);
    buffer_init (&self->from_bytes, 0);
    call_set_state (call, self);
    status_t status = s_read (self);
    if (status == STATUS_OK)
        status = search_groups_begin (self);
    if (status == STATUS_INVALID_ARGUMENT)
        return STATUS_OK;               //  It has answered
    return status == STATUS_OK && self->count > 0 ? s_go_on (self) : status;
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    search_t *self = call_state (call);
    if (slot != SEARCH_GROUPS_SLOT)
        return s_page (self, slot, outcome);
    bool known;
    status_t status = search_groups_next (self, outcome, &known);
    return status == STATUS_OK && known ? s_go_on (self) : status;
}

//  Nothing at all to show yet: the first answer may still come within what is left.
static status_t
s_partial (call_t *call)
{
    search_t *self = call_state (call);
    bool any = false;
    for (int i = 0; i < self->count; i++)
        any = any || self->groups [i].pages > 0;
    self->late = true;
    return any ? s_finish (self) : STATUS_OK;
}

static void
s_close (call_t *call)
{
    search_t *self = call_state (call);
    if (self)
        search_close (self);
}

const operation_t SEARCH_LOG_EVENTS = {
    .tool = "search_log_events", .begin = s_begin, .next = s_next, .partial = s_partial, .close = s_close,
};
