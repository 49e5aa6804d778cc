/*  meant - which argument, tool or choice was probably meant?

    runtime/nearest knows mistyped names. People and models also use names that they know from elsewhere: the SDK's ("nextToken"), another
    server's ("log_group_name_prefix", where we say "prefix"). So a name is brought to our spelling first, and when none is near, one that
    consists of the same words, with others before or behind, is taken.

    Thread: any; no state. */

#ifndef MEANT_H
#define MEANT_H

#include "slice.h"

//  One of the names, or NULL when none resembles what was given.
const char *meant_name (slice_t given, const char *const *names, size_t count);

#endif
