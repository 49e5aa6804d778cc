/*  reactor_fixture - a reactor whose clock stands still, and a story of what it called

    Functions that a reactor calls tell a letter each; turn() makes one turn and gives back the letters, in order. Included behind cmocka.h. */

#ifndef REACTOR_FIXTURE_H
#define REACTOR_FIXTURE_H

#include "fake_clock.h"
#include "reactor.h"

#include <stdlib.h>
#include <string.h>

//  What happened, as letters in order.
static char s_story [256];

static inline void
tell (char c)
{
    size_t size = strlen (s_story);
    assert_true (size + 1 < sizeof s_story);
    s_story [size] = c;
    s_story [size + 1] = '\0';
}

typedef struct {
    fake_clock_t clock;
    reactor_t *reactor;
} fixture_t;

static inline int
begin (void **state)
{
    fixture_t *self = calloc (1, sizeof *self);
    fake_clock_init (&self->clock);
    self->reactor = reactor_new (&self->clock.source);
    s_story [0] = '\0';
    *state = self;
    return self->reactor ? 0 : -1;
}

static inline int
end (void **state)
{
    fixture_t *self = *state;
    reactor_destroy (&self->reactor);
    free (self);
    return 0;
}

//  One turn without sleeping; what it told.
static inline const char *
turn (fixture_t *self)
{
    s_story [0] = '\0';
    assert_int_equal (reactor_turn (self->reactor, 0), STATUS_OK);
    return s_story;
}

static inline void
tell_letter (void *arg)
{
    tell (*(const char *) arg);
}

#endif
