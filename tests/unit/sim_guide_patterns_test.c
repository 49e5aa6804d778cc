#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filter_pattern.h"

#include <stdio.h>
#include <stdlib.h>

//  The examples of the guide to filter patterns, held against the simulator's own reading of them: in its blocks a pattern's line is followed by
//  events that match (+) and events that do not (-).

static char *
read_guide (void)
{
    FILE *file = fopen (SOURCE_DIR "/gateway/guides/filter-patterns.md", "r");
    assert_non_null (file);
    char *text = calloc (1, 65536);
    assert_non_null (text);
    size_t size = fread (text, 1, 65535, file);
    assert_true (size > 0 && size < 65535);
    fclose (file);
    return text;
}

static filter_pattern_t *
pattern_of (slice_t text)
{
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    filter_pattern_t *pattern = filter_pattern_new (text, &sentence);
    if (!pattern)
        fail_msg ("%.*s: %.*s", (int) text.size, text.data, (int) sentence.size, sentence.data ? sentence.data : "");
    buffer_deinit (&sentence);
    return pattern;
}

static void
its_examples_match_and_do_not_match_as_it_says (void **state)
{
    (void) state;
    char *guide = read_guide ();
    slice_t rest = slice_of (guide);
    filter_pattern_t *pattern = NULL;
    bool inside = false;
    int matching = 0, others = 0, patterns = 0;
    while (rest.data) {
        slice_t line = slice_cut (&rest, '\n');
        if (slice_starts (line, "```"))
            inside = slice_is (line, "```filter-pattern");
        else if (inside && (slice_starts (line, "+ ") || slice_starts (line, "- "))) {
            bool expected = line.data [0] == '+';
            slice_t event = { line.data + 2, line.size - 2 };
            assert_non_null (pattern);
            if (filter_pattern_matches (pattern, event) != expected)
                fail_msg ("it %s match: %.*s", expected ? "does not" : "does", (int) event.size, event.data);
            *(expected ? &matching : &others) += 1;
        } else if (inside && line.size) {
            filter_pattern_destroy (&pattern);
            pattern = pattern_of (line);
            patterns++;
        }
    }
    filter_pattern_destroy (&pattern);
    free (guide);
    assert_true (patterns >= 15);
    assert_int_equal (matching, patterns);
    assert_int_equal (others, patterns);
}

int
main (void)
{
    const struct CMUnitTest tests [] = { cmocka_unit_test (its_examples_match_and_do_not_match_as_it_says) };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
