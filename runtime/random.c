#include "random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/types.h>

//  What the kernel gave a thread and nobody has had: a call needs several numbers, and a system call for each would show.
enum { POOL_COUNT = 32 };       //  256 bytes: the kernel gives as many in one piece, signals or not

typedef struct {
    uint64_t numbers [POOL_COUNT];
    size_t   left;
} pool_t;

static _Thread_local pool_t s_pool;

static uint64_t
s_system_next (void *self)
{
    (void) self;
    if (s_pool.left == 0) {
        ssize_t size;
        do
            size = getrandom (s_pool.numbers, sizeof s_pool.numbers, 0);
        while (size < 0 && errno == EINTR);

        //  A kernel without randomness: identifiers that can be guessed would be worse than none, and there is nobody to ask instead
        if (size != (ssize_t) sizeof s_pool.numbers)
            abort ();
        s_pool.left = POOL_COUNT;
    }
    //  What was given is given once: no memory dump tells what ids there were
    uint64_t *next = &s_pool.numbers [--s_pool.left];
    uint64_t bits = *next;
    *next = 0;
    return bits;
}

const random_source_t *
random_system (void)
{
    static const random_source_t source = { .next = s_system_next };
    return &source;
}
