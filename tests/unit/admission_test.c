#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "admission.h"

enum { PLACES_MAX = 4 };

typedef struct {
    const char *what;
    double  free_ms [PLACES_MAX];
    size_t  places;
    double  took_ms;
    size_t  ahead;
    int64_t budget_ms;
    int64_t wait_ms;            //  As expected, and so is the next
    bool    in_time;
} row_t;

static const row_t ROWS [] = {
    //  What                                        free in                  places  took  ahead budget   wait   in time
    { "nobody works here",                          { 0 },                        0, 4000,   99,  1000,      0,  true },
    { "nobody knows how long it takes",             { 0, 0 },                     2,    0,   99,  1000,      0,  true },
    { "a place is free now",                        { 0, 3000 },                  2, 4000,    0,  5000,      0,  true },
    { "the first to be free is its own",            { 1000, 3000 },               2, 4000,    0,  5000,   1000,  true },
    { "the second is its own",                      { 1000, 3000 },               2, 4000,    1,  7000,   3000,  true },
    { "a millisecond too little",                   { 1000, 3000 },               2, 4000,    1,  6999,   3000,  true },    //  Half is enough
    { "the second, too late for half of it",        { 1000, 3000 },               2, 4000,    1,  5998,   3000,  false },
    { "the first again, a turn later",              { 1000, 3000 },               2, 4000,    2,  9000,   5000,  true },
    { "the first again, too late",                  { 1000, 3000 },               2, 4000,    2,  8999,   5000,  false },
    { "all begin together",                         { 1000, 1000, 1000, 1000 },   4, 1000,    7,  3000,   2000,  true },
    { "one more than go in two turns",              { 1000, 1000, 1000, 1000 },   4, 1000,    8,  3999,   3000,  false },
    { "one more, with the time for it",             { 1000, 1000, 1000, 1000 },   4, 1000,    8,  4000,   3000,  true },
    { "places are taken in any order",              { 900, 100, 500 },            3, 1000,    1,  1500,    500,  true },
    { "a place that is long taken is not waited for", { 90000, 100 },             2, 1000,    3,  4200,   3100,  true },
    { "calls that take as long as they may",        { 20000 },                    1, 50000,   0, 50000,  20000,  true },
    { "the same, and one ahead",                    { 20000 },                    1, 50000,   1, 50000,  70000,  false },
    { "more than anybody waits",                    { 0 },                        1, 60000, 9999, 50000, ADMISSION_WAIT_MS_MAX, false },
};

static void
a_turn_comes_when_those_ahead_have_had_theirs (void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const row_t *row = &ROWS [i];
        admission_t admission = { row->free_ms, row->places, row->took_ms, row->ahead, row->budget_ms };
        if (admission_wait_ms (&admission) != row->wait_ms || admission_in_time (&admission) != row->in_time)
            fail_msg ("%s: in %lld ms, %s", row->what, (long long) admission_wait_ms (&admission),
                      admission_in_time (&admission) ? "in time" : "too late");
    }
}

//  Turn by turn, with places that are given to the first who waits, as dispatch does it.
static int64_t
played_ms (const double *free_ms, size_t places, double took_ms, size_t ahead)
{
    double next [PLACES_MAX];
    for (size_t i = 0; i < places; i++)
        next [i] = free_ms [i];
    for (;;) {
        size_t first = 0;
        for (size_t i = 1; i < places; i++)
            if (next [i] < next [first])
                first = i;
        if (ahead-- == 0)
            return (int64_t) next [first];
        next [first] += took_ms;
    }
}

static void
the_estimate_is_what_playing_it_through_gives (void **state)
{
    (void) state;
    for (unsigned seed = 0; seed < 500; seed++) {
        double free_ms [PLACES_MAX];
        size_t places = 1 + seed % PLACES_MAX, ahead = seed % 23;
        double took_ms = (double) (1 + seed * 37 % 1000);
        for (size_t i = 0; i < places; i++)
            free_ms [i] = (double) ((seed * 7919 + i * 104729) % 1000);
        admission_t admission = { free_ms, places, took_ms, ahead, 1000 };
        assert_int_equal (admission_wait_ms (&admission), played_ms (free_ms, places, took_ms, ahead));
    }
}

static void
the_average_begins_with_the_first_and_follows_slowly (void **state)
{
    (void) state;
    double average_ms = admission_average_ms (0, 4000);
    assert_true (average_ms == 4000);
    average_ms = admission_average_ms (average_ms, 5000);
    assert_true (average_ms > 4099 && average_ms < 4101);
    for (int i = 0; i < 64; i++)
        average_ms = admission_average_ms (average_ms, 100);
    assert_true (average_ms < 110);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_turn_comes_when_those_ahead_have_had_theirs),
        cmocka_unit_test (the_estimate_is_what_playing_it_through_gives),
        cmocka_unit_test (the_average_begins_with_the_first_and_follows_slowly),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
