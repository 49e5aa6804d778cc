/*  gates_fixture - a gate on a clock that stands still, and letters that wait at it

    10 requests per second, a full bucket of 10; who passes is told as a letter. Include it behind cmocka.h. */

#ifndef GATES_FIXTURE_H
#define GATES_FIXTURE_H

#include "gates.h"
#include "reactor_fixture.h"

#include <stdio.h>

static const char API [] = "DescribeLogGroups";
enum { PER_S = 10, MS = 1000 / PER_S, PATIENCE_MS = 60000 };

typedef struct {
    fixture_t *fixture;
    gates_t   *gates;
    gate_t    *gate;
    gate_wait_t waits [26];
} scene_t;

static char s_letters [] = "abcdefghijklmnopqrstuvwxyz";

//  A scene with one gate in use, and its bucket as it was filled at first.
static inline void
open_scene (void **state, scene_t *scene, double share)
{
    *scene = (scene_t) { .fixture = *state };
    scene->gates = gates_new (scene->fixture->reactor, share);
    assert_non_null (scene->gates);
    scene->gate = gates_use (scene->gates, "", "eu-west-1", AWS_LOGS, API);
    assert_non_null (scene->gate);
    for (size_t i = 0; i < 26; i++)
        scene->waits [i] = (gate_wait_t) { .pass = tell_letter, .arg = &s_letters [i] };
}

//  Also that nobody is left at the gate: a wait or a timer would end the test.
static inline void
close_scene (scene_t *scene)
{
    gates_release (scene->gates, scene->gate);
    gates_destroy (&scene->gates);
    assert_null (scene->gates);
}

static inline status_t
enter (scene_t *scene, char letter, int64_t *wait_ms)
{
    int64_t unused;
    return gate_enter (scene->gates, scene->gate, &scene->waits [letter - 'a'], PATIENCE_MS, wait_ms ? wait_ms : &unused);
}

static inline void
leave (scene_t *scene, char letter)
{
    gate_leave (&scene->waits [letter - 'a']);
}

static inline void
use_up (scene_t *scene)
{
    gate_wait_t wait = { .pass = tell_letter, .arg = s_letters };
    int64_t wait_ms;
    while (gate_enter (scene->gates, scene->gate, &wait, 0, &wait_ms) == STATUS_OK);
    assert_null (wait.gate);
}

static inline const char *
after_ms (scene_t *scene, int64_t ms)
{
    fake_clock_advance (&scene->fixture->clock, ms);
    return turn (scene->fixture);
}

#endif
