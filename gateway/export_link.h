/*  export_link - ended calls on their way from the gateway to the exporter's thread, and what became of them

    A pair of sockets that keep messages whole: the gateway sends a call and its spans as they are in the ring, the exporter reads. What the kernel
    has no room for is dropped and counted: the gateway never waits. The counts are read by the gateway for GET /metrics.

    Owner:   whoever made it, for longer than both threads. export_link_send is the gateway's, the rest the exporter's; counts may be read by both. */

#ifndef EXPORT_LINK_H
#define EXPORT_LINK_H

#include "ring.h"

#include <stdatomic.h>

typedef struct export_link export_link_t;

typedef struct {
    uint64_t exported;                  //  Spans that were taken
    uint64_t dropped;                   //  For which the queue had no room
    uint64_t failed;                    //  Whose batch was given up
    uint64_t rejected;                  //  That the collector would not have, of a batch that it took
    uint64_t lost_calls;                //  With their spans: the exporter did not read in time
    uint64_t retries;
    uint64_t queued;                    //  Now
} export_counts_t;

//  NULL without memory or descriptors.
export_link_t *export_link_new (void);
void           export_link_destroy (export_link_t **self_p);

//  Drops and counts what does not fit.
void export_link_send (export_link_t *self, const ring_call_t *call, slice_t spans);

//  The end that becomes readable, and the next call: its spans are in room (RING_SPANS_BYTES_MAX). False: there is none now.
int  export_link_fd (const export_link_t *self);
bool export_link_receive (export_link_t *self, ring_call_t *call, char *room, slice_t *spans);

//  The exporter's: adds what the members say; queued is set.
void export_link_count (export_link_t *self, const export_counts_t *more);
export_counts_t export_link_counts (const export_link_t *self);

#endif
