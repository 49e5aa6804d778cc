/*  known_names - the names of the catalogue, for those who complete what somebody types

    A namespace that begins with AWS/ is a service's: accounts cannot add to it, so that nobody needs to be asked who has typed so far. In all others
    the account may have names of its own besides.

    Thread: any; no state. */

#ifndef KNOWN_NAMES_H
#define KNOWN_NAMES_H

#include "completes.h"
#include "slice.h"

//  What is being completed, and what it depends on, as far as it is filled in.
typedef struct {
    completes_t completes;
    slice_t typed;
    slice_t namespace, metric_name;
} known_names_t;

//  Calls take for each name of this kind, some of them more than once; also for those that what was typed does not fit.
void known_names_each (const known_names_t *self, void (*take) (void *arg, slice_t name), void *arg);

//  Has the catalogue all that there can be?
bool known_names_suffice (const known_names_t *self);

#endif
