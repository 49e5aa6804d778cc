#include "lines_write.h"

//  The extra groups hold shop_t.log_events events together, all within the last hour, with serial numbers that rise with time. They are dealt
//  out by two rows of weights: every minute has its share of them, and of a minute's every group has its own; a share ends where the sum of
//  the weights up to it ends, so that together they are exactly all. In every third minute the whole share of a group falls into one
//  millisecond, the same one for all groups.

//  From the minute that began 59 minutes ago up to the last but one, of which all has arrived.
enum { MINUTES_FIRST = 59, MINUTES_LAST = 2, MINUTES = MINUTES_FIRST - MINUTES_LAST + 1, BURST_EVERY = 3, WEIGHT_MAX = 10 };

#define PREFIX "test-"

//  0 for some, much for others.
static uint64_t
s_weight (const char *what, uint64_t number)
{
    chance_t chance;
    chance_init (&chance, chance_of_text (what) + number);
    uint64_t weight = chance_u64 (&chance) % (WEIGHT_MAX + 1);
    return weight * weight;
}

typedef struct {
    uint64_t before;            //  The sum of all weights before one, and
    uint64_t own, all;
} share_t;

static share_t
s_share (const char *what, uint64_t count, uint64_t one, uint64_t first)
{
    share_t share = { 0 };
    for (uint64_t i = 0; i < count; i++) {
        uint64_t weight = s_weight (what, first + i) + 1;
        share.before += i < one ? weight : 0;
        share.own = i == one ? weight : share.own;
        share.all += weight;
    }
    return share;
}

static uint64_t
s_from (const share_t *share, uint64_t total)
{
    return total * share->before / share->all;
}

static uint64_t
s_to (const share_t *share, uint64_t total)
{
    return total * (share->before + share->own) / share->all;
}

//  How many extra groups there are, and which of them this one is.
static uint64_t
s_count_groups (const lines_t *self, uint64_t *index)
{
    uint64_t count = 0;
    for (size_t i = 0; i < self->shop->log_groups_count; i++)
        if (strncmp (self->shop->log_groups [i].name, PREFIX, sizeof PREFIX - 1) == 0) {
            if (&self->shop->log_groups [i] == self->group)
                *index = count;
            count++;
        }
    return count;
}

void
lines_write_bulk (lines_t *self)
{
    int64_t minutes_ago = (self->shop->now_ms / LINES_MINUTE_MS) - self->minute_ms / LINES_MINUTE_MS;
    uint64_t index = 0;
    if (minutes_ago < MINUTES_LAST || minutes_ago > MINUTES_FIRST || !self->shop->log_events)
        return;
    uint64_t number = (uint64_t) (MINUTES_FIRST - minutes_ago);
    share_t minute = s_share ("minute", MINUTES, number, 0);
    uint64_t first = s_from (&minute, (uint64_t) self->shop->log_events);
    uint64_t total = s_to (&minute, (uint64_t) self->shop->log_events) - first;
    uint64_t groups = s_count_groups (self, &index);
    share_t group = s_share ("group", groups, index, number * groups);
    uint64_t from = s_from (&group, total);
    uint64_t count = s_to (&group, total) - from;
    int64_t instant_ms = self->minute_ms + (int64_t) ((chance_of_text ("instant") >> 1) + number * 7919) % LINES_MINUTE_MS;
    for (uint64_t i = 0; i < count; i++) {
        bool burst = number % BURST_EVERY == 0;
        lines_open (self, burst ? instant_ms : self->minute_ms + (int64_t) (i * LINES_MINUTE_MS / count), 0);
        if (buffer_status (&self->text) != STATUS_OK)
            return;
        buffer_printf (&self->text, "bulk group=%s n=%llu of %d", self->group->name, (unsigned long long) (first + from + i + 1),
                       self->shop->log_events);
        lines_close (self);
    }
}
