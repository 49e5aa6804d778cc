/*  nearest - the name that was probably meant

    A person who mistypes a name is helped most by the right one. The distance between two names is the number of letters to be added, left
    out, replaced or swapped with their neighbour; capitals, and '-' for '_', cost nothing.

    Thread: any; no state. */

#ifndef NEAREST_H
#define NEAREST_H

#include "slice.h"

//  Names longer than this (bytes) are like nothing.
enum { NEAREST_NAME_MAX = 64 };

//  The one of count names (NULLs among them are skipped) that is nearest; of equals, the first. NULL when none is near enough to have been
//  meant: one change, and one more for each four letters.
const char *nearest_name (slice_t name, const char *const *names, size_t count);

#endif
