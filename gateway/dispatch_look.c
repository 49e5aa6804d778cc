#include "dispatch_internal.h"

//  A queue is in the order of deadlines, so the one that has waited longest may be anywhere in it.
static int64_t
s_oldest_ms (const queue_t *queue, int64_t now_us)
{
    int64_t oldest_us = now_us;
    for (size_t i = 0; i < queue->count; i++)
        if (queue->heap [i]->accepted_us < oldest_us)
            oldest_us = queue->heap [i]->accepted_us;
    return (now_us - oldest_us) / 1000;
}

void
dispatch_look (const dispatch_t *self, service_t service, dispatch_service_t *look)
{
    const line_t *line = &self->lines [service];
    int64_t now_us = reactor_now_us (self->reactor);
    int64_t brief_ms = s_oldest_ms (&line->brief.queue, now_us), slow_ms = s_oldest_ms (&line->slow.queue, now_us);
    *look = (dispatch_service_t) { .served = line->served, .queued = line->brief.queue.count + line->slow.queue.count,
                                   .oldest_ms = brief_ms > slow_ms ? brief_ms : slow_ms };
    for (size_t i = 0; i < peers_capacity (self->peers); i++) {
        const peer_entry_t *peer = peers_at (self->peers, i);
        if (!peer->used || peer->service != service)
            continue;
        look->workers++;
        look->credit += peer->credit;
        look->in_flight += peer->in_flight;
    }
}

bool
dispatch_worker (const dispatch_t *self, size_t place, dispatch_worker_t *worker)
{
    if (place >= peers_capacity (self->peers) || !peers_at (self->peers, place)->used)
        return false;
    const peer_entry_t *peer = peers_at (self->peers, place);
    *worker = (dispatch_worker_t) {
        .service = peer->service, .id = peer->incarnation, .credit = peer->credit, .in_flight = peer->in_flight, .draining = peer->draining,
        .silent_ms = reactor_now_ms (self->reactor) - peer->heard_ms };
    return true;
}
