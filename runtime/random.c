#include "random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/types.h>

static uint64_t
s_system_next (void *self)
{
    (void) self;
    uint64_t bits;
    ssize_t size;
    do
        size = getrandom (&bits, sizeof bits, 0);
    while (size < 0 && errno == EINTR);

    //  A kernel without randomness: identifiers that can be guessed would be worse than none, and there is nobody to ask instead
    if (size != (ssize_t) sizeof bits)
        abort ();
    return bits;
}

const random_source_t *
random_system (void)
{
    static const random_source_t source = { .next = s_system_next };
    return &source;
}
