#include "rates.h"

static void
s_sum (rate_event_t *sum, const rate_event_t *event)
{
    sum->count += event->count;
    sum->errors += event->errors;
    sum->throttled += event->throttled;
    sum->took_us += event->took_us;
    sum->queue_us += event->queue_us;
}

void
rate_add (rate_t *self, int64_t now_ms, const rate_event_t *event)
{
    int64_t slot = now_ms / RATE_SLOT_MS;
    if (slot - self->slot >= RATE_SLOTS)
        self->slot = slot - RATE_SLOTS;                 //  All of it is old
    while (self->slot < slot)
        self->slots [++self->slot % RATE_SLOTS] = (rate_event_t) { 0 };
    s_sum (&self->slots [slot % RATE_SLOTS], event);
}

double
rate_read (const rate_t *self, int64_t now_ms, rate_event_t *sum)
{
    int64_t slot = now_ms / RATE_SLOT_MS;
    *sum = (rate_event_t) { 0 };
    for (int64_t i = slot - RATE_SLOTS + 1; i <= self->slot; i++)
        if (i > self->slot - RATE_SLOTS && i >= 0)
            s_sum (sum, &self->slots [i % RATE_SLOTS]);
    return (double) (RATE_WINDOW_S * 1000 + now_ms % RATE_SLOT_MS) / 1000;
}

static int
s_find (const rates_t *self, slice_t name)
{
    for (int i = 0; i < self->count; i++)
        if (slice_is (name, self->list [i].name))
            return i;
    return -1;
}

void
rates_add (rates_t *self, slice_t name, int64_t now_ms, const rate_event_t *event)
{
    int place = s_find (self, name);
    if (place < 0 && self->count == RATES_MAX) {
        place = RATES_MAX - 1;
    } else if (place < 0) {
        place = self->count++;
        slice_t kept = self->count == RATES_MAX || name.size > RATES_NAME_MAX ? SLICE ("other") : name;
        memcpy (self->list [place].name, kept.data, kept.size);
    }
    rate_add (&self->list [place].rate, now_ms, event);
}

const rate_t *
rates_find (const rates_t *self, slice_t name)
{
    int place = s_find (self, name);
    return place < 0 ? NULL : &self->list [place].rate;
}
