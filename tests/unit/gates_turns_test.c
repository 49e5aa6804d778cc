//  Several callers at one gate.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gates_fixture.h"

static const char CALLERS [10];         //  Only their addresses are compared

//  Each of the letters waits on behalf of the caller whose digit follows it: "a1b1c2".
static void
enter_all (scene_t *scene, const char *who)
{
    for (; who [0]; who += 2) {
        scene->waits [who [0] - 'a'].caller = &CALLERS [who [1] - '0'];
        assert_int_equal (enter (scene, who [0], NULL), STATUS_AGAIN);
    }
}

static void
callers_take_turns_and_each_ones_requests_keep_their_order (void **state)
{
    static const struct { const char *come, *pass; } CASES [] = {
        { "a1b1c1d1e2", "aebcd" }, { "a1b1c1d2e2f3", "adfbec" }, { "a1b2c1d2e1f2", "abcdef" }, { "a1b1c1d1", "abcd" }, { "a1b2c3d3e3", "abcde" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        scene_t scene;
        open_scene (state, &scene, 1);
        use_up (&scene);
        enter_all (&scene, CASES [i].come);
        for (const char *next = CASES [i].pass; *next; next++)
            assert_string_equal (after_ms (&scene, MS), ((char []) { *next, 0 }));
        close_scene (&scene);
    }
}

//  A search of forty groups, and a caller that asks for a page, and for the next when it has it.
static void
one_with_many_requests_takes_half_of_the_rate_from_one_with_few (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    use_up (&scene);
    enter_all (&scene, "a1b1c1d1e1f1g1h1i1j1k1l1m1");
    enter_all (&scene, "y2");
    char passed [32] = "";
    size_t size = 0;
    for (int i = 0; i < 12; i++) {
        size += (size_t) snprintf (passed + size, sizeof passed - size, "%s", after_ms (&scene, MS));
        if (i % 2 == 1)
            enter_all (&scene, i < 11 ? "y2" : "");
    }
    assert_string_equal (passed, "aybycydyeyfy");
    assert_string_equal (after_ms (&scene, 7 * MS), "ghijklm");
    close_scene (&scene);
}

//  What the wait will be is what it then is, whoever waits before.
static void
the_wait_that_is_foretold_counts_the_turns_of_the_others (void **state)
{
    static const struct { const char *before, *who; int turns; } CASES [] = {
        { "", "z1", 1 }, { "a1b1c1d1", "z2", 2 }, { "a1b1c1d1", "z1", 5 }, { "a1b1c1d2", "z2", 4 }, { "a1b1c1d2", "z1", 5 },
        { "a1b2c2d2", "z1", 3 }, { "a1b2c2d2", "z2", 5 }, { "a1b1b2c2d3", "z4", 4 }, { "a1b2c3d3e3", "z2", 4 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        scene_t scene;
        char before [32];
        snprintf (before, sizeof before, "%s", CASES [i].before);
        for (int letter = 0; before [2 * letter]; letter++)
            before [2 * letter] = (char) ('a' + letter);        //  Each letter once
        open_scene (state, &scene, 1);
        use_up (&scene);
        enter_all (&scene, before);
        int64_t wait_ms;
        scene.waits [25].caller = &CALLERS [CASES [i].who [1] - '0'];
        assert_int_equal (enter (&scene, 'z', &wait_ms), STATUS_AGAIN);
        assert_int_equal (wait_ms, CASES [i].turns * MS);
        for (int turn = 1; turn <= CASES [i].turns; turn++)
            assert_int_equal (strchr (after_ms (&scene, MS), 'z') != NULL, turn == CASES [i].turns);
        after_ms (&scene, 10 * MS);
        close_scene (&scene);
    }
}

static void
who_leaves_a_line_gives_the_turn_to_the_next_of_the_same_caller (void **state)
{
    static const struct { const char *come, *leave, *pass; } CASES [] = {
        { "a1b1c1d2e2", "a", "bdce" }, { "a1b1c1d2e2", "b", "adce" }, { "a1b1c1d2e2", "c", "adbe" }, { "a1b1c1d2e2", "d", "aebc" },
        { "a1b1c1d2e2", "de", "abc" }, { "a1b1c1d2e2", "abc", "de" }, { "a1b2c3", "b", "ac" }, { "a1b2c3", "abc", "" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        scene_t scene;
        char passed [32] = "";
        size_t size = 0;
        open_scene (state, &scene, 1);
        use_up (&scene);
        enter_all (&scene, CASES [i].come);
        for (const char *letter = CASES [i].leave; *letter; letter++)
            leave (&scene, *letter);
        enter_all (&scene, "z1");       //  The ends of the lines are where they should be
        for (int turn = 0; turn < 6; turn++)
            size += (size_t) snprintf (passed + size, sizeof passed - size, "%s", after_ms (&scene, MS));
        char *last = strchr (passed, 'z');
        assert_non_null (last);
        memmove (last, last + 1, strlen (last));
        assert_string_equal (passed, CASES [i].pass);
        close_scene (&scene);
    }
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        SCENE_TEST (callers_take_turns_and_each_ones_requests_keep_their_order),
        SCENE_TEST (one_with_many_requests_takes_half_of_the_rate_from_one_with_few),
        SCENE_TEST (the_wait_that_is_foretold_counts_the_turns_of_the_others),
        SCENE_TEST (who_leaves_a_line_gives_the_turn_to_the_next_of_the_same_caller),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
