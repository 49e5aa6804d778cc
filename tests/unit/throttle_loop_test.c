//  Throttles against a model of AWS, in virtual time: how much of what the others left of a quota is used, and how many attempts that takes.
//
//  The servers want more than they may have, all of the time. Each attempt is under way for 20 to 120 ms; AWS has a token bucket with a second's
//  worth, and what it refuses is wanted again. (An attempt is an attempt, be it the first of its call or the third: both wait at the throttle.)

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "throttle.h"

#include <stdbool.h>

enum { SERVERS_MAX = 4, SECONDS_MAX = 240, MS_AHEAD = 256, WAY_MS_MIN = 10, WAY_MS = 50, LEARNT_S = 10, WINDOW_S = 15 };

typedef struct {
    throttle_t *throttle;
    int64_t ask_ms;                     //  When the throttle says that asking can succeed
    int     arriving [MS_AHEAD];        //  Attempts that reach AWS at this ms (mod MS_AHEAD)
    int     refused [MS_AHEAD];         //  Words of AWS that reach the server then
    int     accepted [SECONDS_MAX];
    int     attempts [SECONDS_MAX];
} server_t;

typedef struct {
    server_t servers [SERVERS_MAX];
    int      count;
    int64_t  now_ms;
    double   per_s;                     //  What AWS gives
    double   burst;                     //  Its bucket
    double   tokens;
    double   at_random;                 //  Or it refuses this share of all, whatever the rate
    uint64_t chance;
} world_t;

static double
chance (world_t *world)
{
    world->chance ^= world->chance << 13;
    world->chance ^= world->chance >> 7;
    world->chance ^= world->chance << 17;
    return (double) (world->chance >> 11) / (double) (UINT64_C (1) << 53);
}

static void
give (world_t *world, double per_s)
{
    world->per_s = per_s;
    world->burst = per_s;
}

//  So many servers, each of which takes share_per_s for its own, where AWS gives per_s to all of them.
static world_t *
begin (int servers, double share_per_s, double per_s)
{
    static world_t world;
    world = (world_t) { .count = servers, .chance = UINT64_C (88172645463325252) };
    give (&world, per_s);
    world.tokens = per_s;
    for (int i = 0; i < servers; i++)
        world.servers [i].throttle = throttle_new (&(throttle_share_t) { .per_s = share_per_s, .burst = share_per_s > 1 ? share_per_s : 1 }, 0);
    return &world;
}

static void
end (world_t *world)
{
    for (int i = 0; i < world->count; i++)
        throttle_destroy (&world->servers [i].throttle);
}

static int
way (world_t *world)
{
    return (int) ((world->now_ms + WAY_MS_MIN + (int64_t) (chance (world) * WAY_MS)) % MS_AHEAD);
}

static bool
aws_accepts (world_t *world)
{
    if (world->at_random > 0)
        return chance (world) >= world->at_random;
    if (world->tokens < 1)
        return false;
    world->tokens -= 1;
    return true;
}

static void
one_ms (world_t *world, server_t *server)
{
    int at = (int) (world->now_ms % MS_AHEAD);
    int64_t second = world->now_ms / 1000;
    for (; server->arriving [at] > 0; server->arriving [at]--)
        if (aws_accepts (world))
            server->accepted [second]++;
        else
            server->refused [way (world)]++;
    for (; server->refused [at] > 0; server->refused [at]--)
        throttle_slow_down (server->throttle, world->now_ms);
    while (world->now_ms >= server->ask_ms) {
        int64_t wait_ms = throttle_take (server->throttle, world->now_ms);
        server->ask_ms = world->now_ms + wait_ms;
        if (wait_ms > 0)
            break;
        server->attempts [second]++;
        server->arriving [way (world)]++;
    }
}

static void
go_on (world_t *world, int until_s)
{
    assert_true (until_s <= SECONDS_MAX);
    for (; world->now_ms < until_s * 1000; world->now_ms++) {
        world->tokens += world->per_s / 1000;
        if (world->tokens > world->burst)
            world->tokens = world->burst;
        for (int i = 0; i < world->count; i++)
            one_ms (world, &world->servers [i]);
    }
}

static int
sum (const int *counts, int from_s, int to_s)
{
    int all = 0;
    for (int s = from_s; s < to_s; s++)
        all += counts [s];
    return all;
}

static int
accepted (const world_t *world, int from_s, int to_s)
{
    int all = 0;
    for (int i = 0; i < world->count; i++)
        all += sum (world->servers [i].accepted, from_s, to_s);
    return all;
}

static int
attempts (const world_t *world, int from_s, int to_s)
{
    int all = 0;
    for (int i = 0; i < world->count; i++)
        all += sum (world->servers [i].attempts, from_s, to_s);
    return all;
}

//  In each window of these seconds at least nine tenths of what AWS gave were used, with at most 1.2 attempts for each that it accepted.
static void
assert_good_between (const world_t *world, int from_s, int to_s)
{
    for (int s = from_s; s + WINDOW_S <= to_s; s++) {
        int good = accepted (world, s, s + WINDOW_S), all = attempts (world, s, s + WINDOW_S);
        if (good < 0.9 * world->per_s * WINDOW_S || all > 1.2 * good)
            fail_msg ("from second %d: %d of %.0f, %.3f attempts each", s, good, world->per_s * WINDOW_S, (double) all / good);
    }
}

//  Half of the quota is used by others, be it small or large; or nearly all of it.
static void
what_the_others_leave_is_used_with_few_attempts (void **state)
{
    (void) state;
    static const double CASES [] [2] = { { 4, 2 }, { 10, 5 }, { 20, 10 }, { 50, 25 }, { 100, 50 }, { 1000, 500 }, { 20, 18 }, { 50, 5 } };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        world_t *world = begin (1, CASES [i] [0], CASES [i] [1]);
        go_on (world, SECONDS_MAX);
        assert_good_between (world, CASES [i] [1] * 4 < CASES [i] [0] ? 2 * LEARNT_S : LEARNT_S, SECONDS_MAX);
        end (world);
    }
}

static void
an_aws_that_saves_up_little_costs_little (void **state)
{
    (void) state;
    world_t *world = begin (1, 40, 20);
    world->burst = 5;
    go_on (world, SECONDS_MAX);
    assert_good_between (world, LEARNT_S, SECONDS_MAX);
    end (world);
}

static void
servers_that_do_not_know_of_each_other_share_fairly (void **state)
{
    (void) state;
    static const double PER_S [] = { 5, 10, 50 };
    for (size_t i = 0; i < sizeof PER_S / sizeof PER_S [0]; i++) {
        world_t *world = begin (2, 2 * PER_S [i], PER_S [i]);
        go_on (world, SECONDS_MAX);
        assert_good_between (world, 2 * LEARNT_S, SECONDS_MAX);
        int one = sum (world->servers [0].accepted, 2 * LEARNT_S, SECONDS_MAX), all = accepted (world, 2 * LEARNT_S, SECONDS_MAX);
        assert_true (one > 0.4 * all && one < 0.6 * all);
        end (world);
    }
}

//  Together they begin at four times what there is.
static void
what_there_is_is_learnt_within_two_seconds (void **state)
{
    (void) state;
    static const double PER_S [] = { 10, 50, 200 };
    for (size_t i = 0; i < sizeof PER_S / sizeof PER_S [0]; i++) {
        world_t *world = begin (2, 2 * PER_S [i], PER_S [i]);
        go_on (world, 20);
        assert_true (attempts (world, 2, 7) <= 1.2 * accepted (world, 2, 7));
        assert_true (accepted (world, 2, 7) >= 0.9 * PER_S [i] * 5);
        assert_good_between (world, 2, 20);
        end (world);
    }
}

//  The second one is started when the first has learnt what there is, and has all of it.
static void
a_server_that_comes_later_gets_its_part (void **state)
{
    (void) state;
    world_t *world = begin (2, 20, 10);
    world->count = 1;
    go_on (world, 30);
    throttle_destroy (&world->servers [1].throttle);
    world->servers [1].throttle = throttle_new (&(throttle_share_t) { .per_s = 20, .burst = 20 }, world->now_ms);
    world->count = 2;
    go_on (world, SECONDS_MAX);
    assert_good_between (world, 30 + 2 * LEARNT_S, SECONDS_MAX);
    int one = sum (world->servers [0].accepted, 60, SECONDS_MAX), all = accepted (world, 60, SECONDS_MAX);
    assert_true (one > 0.35 * all && one < 0.65 * all);
    end (world);
}

static void
a_quota_that_becomes_larger_is_used_within_half_a_minute (void **state)
{
    (void) state;
    world_t *world = begin (1, 20, 10);
    go_on (world, 30);
    give (world, 20);
    go_on (world, SECONDS_MAX);
    assert_true (accepted (world, 60, SECONDS_MAX) >= 0.99 * 20 * (SECONDS_MAX - 60));
    assert_good_between (world, 60, SECONDS_MAX);
    end (world);
}

static void
a_quota_that_becomes_smaller_is_kept_within_seconds (void **state)
{
    (void) state;
    static const double FROM [] = { 20, 10 };           //  Never throttled before; and as a throttled one
    for (size_t i = 0; i < sizeof FROM / sizeof FROM [0]; i++) {
        world_t *world = begin (1, 20, FROM [i]);
        go_on (world, 40);
        give (world, FROM [i] / 2);
        go_on (world, SECONDS_MAX);
        assert_good_between (world, 45, SECONDS_MAX);
        end (world);
    }
}

//  Going slower gains nothing there, but what the floor lets through goes on passing.
static void
throttling_at_random_does_not_starve_the_callers (void **state)
{
    (void) state;
    world_t *world = begin (1, 20, 20);
    world->at_random = 0.5;
    go_on (world, SECONDS_MAX);
    assert_true (attempts (world, 30, SECONDS_MAX) >= 20 / 10 * (SECONDS_MAX - 30));
    assert_true (accepted (world, 30, SECONDS_MAX) >= 20 / 10 * 0.4 * (SECONDS_MAX - 30));
    end (world);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_the_others_leave_is_used_with_few_attempts),
        cmocka_unit_test (an_aws_that_saves_up_little_costs_little),
        cmocka_unit_test (servers_that_do_not_know_of_each_other_share_fairly),
        cmocka_unit_test (what_there_is_is_learnt_within_two_seconds),
        cmocka_unit_test (a_server_that_comes_later_gets_its_part),
        cmocka_unit_test (a_quota_that_becomes_larger_is_used_within_half_a_minute),
        cmocka_unit_test (a_quota_that_becomes_smaller_is_kept_within_seconds),
        cmocka_unit_test (throttling_at_random_does_not_starve_the_callers),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
