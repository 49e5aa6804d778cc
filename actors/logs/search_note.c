#include "search_note.h"

#include "body.h"
#include "number.h"
#include "visible.h"

enum { NAME_BYTES_MAX = 200, NAMES_MAX = 3 };

static void
s_name (buffer_t *out, const search_group_t *group)
{
    visible_append_cut (out, group->shown, NAME_BYTES_MAX);
}

//  One more of a list of names: "a, b, c, d, e and 5 more (10 in all)". count: those before it.
static void
s_list_name (buffer_t *out, int *count, const search_group_t *group)
{
    if (*count < SEARCH_NAMED_MAX) {
        buffer_append_text (out, *count ? ", " : "");
        s_name (out, group);
    }
    ++*count;
}

static void
s_list_rest (buffer_t *out, int count)
{
    if (count > SEARCH_NAMED_MAX)
        buffer_printf (out, " and %d more (%d in all)", count - SEARCH_NAMED_MAX, count);
}

//  Between one sentence and the next.
static void
s_blank (buffer_t *out)
{
    if (out->size)
        buffer_append_char (out, ' ');
}

static bool
s_unfinished (const search_group_t *group)
{
    return group->state == GROUP_WAITING || group->state == GROUP_ASKING || group->state == GROUP_HELD;
}

//  "50 of at least 1,204 matching events, newest first; 2 of 7 groups searched to the end."
static void
s_counts (buffer_t *out, const search_t *search, const search_given_t *given)
{
    const search_query_t *query = &search->query;
    int done = search_count (search, GROUP_DONE), searched = search->count - search_count (search, GROUP_LEFT_OUT);
    number_append (out, (int64_t) given->rows);
    buffer_append_text (out, done < searched ? " of at least " : " of ");
    number_append (out, query->matched);
    buffer_printf (out, "%s matching event%s, %s first", query->has_place ? " further" : "", query->matched == 1 ? "" : "s",
                   query->newest ? "newest" : "oldest");
    if (searched > 1)
        buffer_printf (out, "; %d of %d groups searched to the end", done, searched);
    buffer_append_text (out, given->cut_at_bytes ? "; cut at max_bytes." : ".");
}

static void
s_unfinished_names (buffer_t *out, const search_t *search)
{
    int count = 0;
    for (int i = 0; i < search->count; i++) {
        if (!s_unfinished (&search->groups [i]))
            continue;
        buffer_append_text (out, count ? "" : " Not searched to the end: ");
        s_list_name (out, &count, &search->groups [i]);
    }
    s_list_rest (out, count);
    buffer_append_text (out, count ? "." : "");
}

static void
s_broken_off (buffer_t *out, const search_t *search, const search_given_t *given)
{
    buffer_append_text (out, " Broken off: ");
    buffer_append_slice (out, given->trouble);
    if (search->count > 1)
        s_unfinished_names (out, search);
    if (given->rows == 0 && search->query.matched > 0)
        buffer_printf (out, " No row can be given yet: groups that are not done may have %s ones.", search->query.newest ? "newer" : "older");
    if (given->token)
        buffer_append_text (out, " Pass next_token to go on from here.");
    else
        buffer_printf (out, " Narrow the window or the pattern, or search fewer groups%s.",
                       search->resumed ? "; the next_token that was passed stays good" : "");
}

static void
s_more (buffer_t *out, const search_t *search, const search_given_t *given)
{
    if (given->row_bytes) {
        buffer_printf (out, "The next row takes %zu bytes, and max_bytes is %zu: raise it, or lower line_bytes_max, to read on.", given->row_bytes,
                       search->query.rows.bytes_max);
        return;
    }
    s_counts (out, search, given);
    if (given->trouble.size)
        s_broken_off (out, search, given);
    else
        buffer_append_text (out, " Narrow the window or the pattern, or pass next_token, which does not see what arrives late behind it.");
}

static void
s_searched (buffer_t *out, const search_t *search)
{
    int named = 0, searched = search->count - search_count (search, GROUP_LEFT_OUT);
    if (searched > NAMES_MAX) {
        buffer_printf (out, "%d log groups", searched);
        return;
    }
    for (int i = 0; i < search->count; i++)
        if (search->groups [i].state != GROUP_LEFT_OUT) {
            buffer_append_text (out, named++ ? ", " : "");
            s_name (out, &search->groups [i]);
        }
}

//  Where to look when there is nothing.
static void
s_none (buffer_t *out, const search_t *search)
{
    const search_query_t *query = &search->query;
    if (query->has_place) {
        buffer_append_text (out, "There are no further matching events.");
        return;
    }
    buffer_append_text (out, "No matching events in ");
    s_searched (out, search);
    buffer_append_text (out, " in this window.");
    if (query->pattern.size)
        buffer_append_text (out, " Patterns are case-sensitive, and all terms must be there: ?ERROR ?error matches either.");
    if (query->streams.data || query->stream_prefix.size)
        buffer_printf (out, " Only the streams %s were searched: filter_log_streams shows which there are.",
                       query->streams.data ? "that were named" : "of this stream_prefix");
    buffer_append_text (out, " Try an earlier start_time (-1d); how long a group keeps its events, describe_log_groups shows.");
}

//  Does the text go on with this name? Then it is passed.
static bool
s_pass (const char **text, slice_t name)
{
    bool there = name.size > 0 && strncmp (*text, name.data, name.size) == 0;
    *text += there ? name.size : 0;
    return there;
}

//  Was the one left out for the same reason as the other? AWS puts the group's name into some of them.
static bool
s_alike (const search_group_t *a, const search_group_t *b)
{
    const char *of_a = a->trouble, *of_b = b->trouble;
    while (*of_a || *of_b) {
        bool named = s_pass (&of_a, a->shown);
        if (s_pass (&of_b, b->shown) != named || (!named && *of_a++ != *of_b++))
            return false;
    }
    return true;
}

//  Was a group before this one left out for the same reason?
static bool
s_is_told (const search_t *search, int at)
{
    for (int i = 0; i < at; i++)
        if (search->groups [i].state == GROUP_LEFT_OUT && s_alike (&search->groups [i], &search->groups [at]))
            return true;
    return false;
}

void
search_note_append_left_out (buffer_t *out, const search_t *search, const char *before)
{
    int reasons = 0, rest = search_count (search, GROUP_LEFT_OUT);
    for (int i = 0; i < search->count && reasons < SEARCH_NAMED_MAX; i++) {
        const search_group_t *first = &search->groups [i];
        int count = 0;
        if (first->state != GROUP_LEFT_OUT || s_is_told (search, i))
            continue;
        s_blank (out);
        buffer_append_text (out, before);
        for (int j = i; j < search->count; j++)
            if (search->groups [j].state == GROUP_LEFT_OUT && s_alike (first, &search->groups [j]))
                s_list_name (out, &count, &search->groups [j]);
        s_list_rest (out, count);
        buffer_printf (out, ": %s", first->trouble);
        rest -= count;
        reasons++;
    }
    if (rest > 0)
        buffer_printf (out, " And %d more.", rest);
}

void
search_note_append_fenced (buffer_t *out, const search_t *search)
{
    if (search->fenced == 0)
        return;
    s_blank (out);
    number_append_of (out, search->fenced, "log group");
    buffer_printf (out, " with this prefix %s not among those that this server's configuration allows for the account \"%s\".",
                   search->fenced == 1 ? "is" : "are", call_account (search->call));
}

void
search_note_append (buffer_t *out, const search_t *search, const search_given_t *given)
{
    if (given->more)
        s_more (out, search, given);
    else if (given->rows == 0)
        s_none (out, search);
    search_note_append_left_out (out, search, "Left out: ");
    search_note_append_fenced (out, search);
}
