#include "streams.h"

#include "chance.h"
#include "lines.h"
#include "lines_kinds.h"

#include <stdio.h>
#include <time.h>

//  A function's container is replaced after eight hours.
enum { CONTAINER_MIN = 480, DAY_MIN = 1440, TASKS = 3, CONTAINERS = 2 };

static int
s_count_words (const char *words)
{
    int count = 1;
    for (; *words; words++)
        count += *words == ' ';
    return count;
}

int
streams_slots (const shop_log_group_t *group)
{
    const lines_kind_t *kind = lines_kind_of (group);
    switch (kind->streams) {
    case STREAMS_CONTAINERS:
        return kind->every_min ? 1 : CONTAINERS;
    case STREAMS_TASKS:
        return TASKS;
    case STREAMS_NAMED:
        return s_count_words (kind->names);
    default:
        return 1;
    }
}

//  The turn of a clock that strikes every so many minutes, at a minute that the text says.
static stream_t
s_turn (int slot, int64_t time_ms, int every_min, uint64_t digest)
{
    int64_t every_ms = (int64_t) every_min * LINES_MINUTE_MS;
    int64_t phase_ms = (int64_t) (digest % (uint64_t) every_min) * LINES_MINUTE_MS;
    int64_t begin_ms = (time_ms - phase_ms) / every_ms * every_ms + phase_ms;
    return (stream_t) { slot, begin_ms, begin_ms + every_ms };
}

static stream_t
s_stream (const shop_log_group_t *group, int slot, int64_t time_ms)
{
    const lines_kind_t *kind = lines_kind_of (group);
    stream_t stream = { slot, 0, STREAMS_FOREVER };
    switch (kind->streams) {
    case STREAMS_CONTAINERS:
        return kind->every_min ? s_turn (slot, time_ms, kind->every_min, chance_of_text (group->name))
                               : s_turn (slot, time_ms, CONTAINER_MIN, chance_of_text (group->name) + (uint64_t) slot * (CONTAINER_MIN / 2 + 7));
    case STREAMS_RUNS:
        return s_turn (slot, time_ms, kind->every_min, chance_of_text (group->name));
    case STREAMS_DAILY:
        return s_turn (slot, time_ms, DAY_MIN, 0);
    case STREAMS_TASKS:
        lines_deploys_around (group, time_ms, &stream.begin_ms, &stream.end_ms);
        return stream;
    default:
        return stream;
    }
}

static void
s_cut (stream_t *stream, int64_t at_ms, int64_t time_ms)
{
    if (at_ms <= time_ms && at_ms > stream->begin_ms)
        stream->begin_ms = at_ms;
    if (at_ms > time_ms && at_ms < stream->end_ms)
        stream->end_ms = at_ms;
}

stream_t
streams_at (const shop_t *shop, const shop_log_group_t *group, int slot, int64_t time_ms)
{
    int64_t stagger_ms = lines_kind_of (group)->streams == STREAMS_TASKS ? slot * STREAMS_STAGGER_MIN * LINES_MINUTE_MS : 0;
    int64_t kill_ms, next_kill_ms;
    time_ms -= stagger_ms;
    stream_t stream = s_stream (group, slot, time_ms);
    for (const lines_deploy_t *deploy = LINES_DEPLOYS_OF_STORY; deploy->text; deploy++)
        if (deploy->group && strcmp (deploy->group, group->name) == 0 && strcmp (group->account, SHOP_ACCOUNT) == 0)
            s_cut (&stream, lines_story_ms (shop, deploy->at_min), time_ms);
    if (lines_kills_around (shop, group, time_ms, &kill_ms, &next_kill_ms)) {
        s_cut (&stream, kill_ms, time_ms);
        s_cut (&stream, next_kill_ms, time_ms);
    }
    int64_t created_ms = group->created_ms / LINES_MINUTE_MS * LINES_MINUTE_MS;
    stream.begin_ms = stream.begin_ms + stagger_ms > created_ms ? stream.begin_ms + stagger_ms : created_ms;
    if (stream.end_ms != STREAMS_FOREVER)
        stream.end_ms += stagger_ms;
    return stream;
}

//  The word of a list.
static void
s_name_of_list (const char *words, int index, const char *region, char *name)
{
    char word [STREAMS_NAME_SIZE], text [SHOP_TEXT_SIZE];
    for (; index > 0; index--)
        words = strchr (words, ' ') + 1;
    snprintf (word, sizeof word, "%.*s", (int) strcspn (words, " "), words);
    snprintf (name, STREAMS_NAME_SIZE, "%.*s", STREAMS_NAME_SIZE - 1, shop_text_in_region (word, region, text));
}

void
streams_name (const shop_log_group_t *group, const char *region, const stream_t *stream, char *name)
{
    const lines_kind_t *kind = lines_kind_of (group);
    const char *base = strrchr (group->name, '/');
    char date [32];
    struct tm parts;
    time_t seconds = (time_t) (stream->begin_ms / 1000);
    chance_t chance;
    chance_init (&chance, chance_of_text (group->name) ^ chance_of_text (group->account) ^ chance_of_text (region)
                 ^ (uint64_t) (stream->begin_ms / LINES_MINUTE_MS * STREAMS_SLOTS_MAX + stream->slot));
    unsigned long long first = chance_u64 (&chance), second = chance_u64 (&chance);
    gmtime_r (&seconds, &parts);
    base = base ? base + 1 : group->name;
    switch (kind->streams) {
    case STREAMS_CONTAINERS:
        strftime (date, sizeof date, "%Y/%m/%d", &parts);
        snprintf (name, STREAMS_NAME_SIZE, "%s/[$LATEST]%016llx%016llx", date, first, second);
        break;
    case STREAMS_TASKS:
        snprintf (name, STREAMS_NAME_SIZE, "%.60s/%.60s/%016llx%016llx", base, base, first, second);
        break;
    case STREAMS_NAMED:
        s_name_of_list (kind->names, stream->slot, region, name);
        break;
    case STREAMS_DAILY:
        strftime (date, sizeof date, "%Y-%m-%d", &parts);
        snprintf (name, STREAMS_NAME_SIZE, "%s", date);
        break;
    case STREAMS_RUNS:
        chance_uuid (&chance, name);
        break;
    }
}

void
streams_each (const shop_t *shop, const shop_log_group_t *group, const char *region, int64_t from_ms, int64_t to_ms,
              bool (*visit) (void *arg, const stream_t *stream, const char *name), void *arg)
{
    char name [STREAMS_NAME_SIZE];
    for (int slot = 0; slot < streams_slots (group); slot++)
        for (int64_t at_ms = from_ms; at_ms < to_ms;) {
            stream_t stream = streams_at (shop, group, slot, at_ms);
            streams_name (group, region, &stream, name);
            if (!visit (arg, &stream, name))
                return;
            at_ms = stream.end_ms;
        }
}

void
streams_arn (const shop_log_group_t *group, const char *region, const char *stream, char *arn)
{
    snprintf (arn, STREAMS_ARN_SIZE, "arn:aws:logs:%s:%s:log-group:%s%s%s", region, group->account, group->name, stream ? ":log-stream:" : "",
              stream ? stream : "");
}
