#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aliases_text.h"
#include "expect.h"
#include "metrics_text.h"

#define SPACE "namespace   AWS/X\ntitle       X Service\nabout       A service that does what it does.\nmetric      A\nunit        Count\n" \
    "statistic   Sum\ndimensions  Id\ntells       Something that is told in more than forty characters here.\n"

//  Reads the aliases beside one namespace; the next call takes back what was said.
static const char *
said (const char *text, int *items, alias_t *last)
{
    static char words [8192];
    complaints_t complaints;
    complaints_init (&complaints);
    arena_t *arena = arena_new (1 << 20);
    draft_t draft;
    draft_init (&draft, arena, &complaints);
    metrics_text_read (&draft, "AWS_X.metrics", slice_of (SPACE));
    draft_sort (&draft);
    *items = 0;
    for (const alias_t *alias = aliases_text_read (&draft, "aliases.txt", slice_of (text)); alias; alias = alias->next, (*items)++)
        *last = *alias;
    slice_t told = buffer_slice (&complaints.text);
    assert_true (told.size < sizeof words);
    memcpy (words, told.size ? told.data : "", told.size);
    words [told.size] = '\0';
    arena_destroy (&arena);
    complaints_deinit (&complaints);
    return words;
}

static void
each_item_of_a_line_is_an_alias (void **state)
{
    (void) state;
    int items;
    alias_t last;
    assert_string_equal (said ("#  comment\n\nsame      latency: response time, slow\nservice   AWS/X: x\nstop      the, of\n", &items, &last), "");
    assert_int_equal (items, 5);
    assert_string_equal (said ("popular   1.25: AWS/X\n", &items, &last), "");
    assert_true (items == 1 && last.kind == ALIAS_POPULAR && last.prior == 1250);
}

static void
what_is_wrong_is_told_with_its_line (void **state)
{
    (void) state;
    static const struct { const char *text, *said; } WRONG [] = {
        { "\nsam       a: b\n", "aliases.txt:2: the kind of alias \"sam\" is none of the known (did you mean same?)" },
        { "same      a\n", "same wants a name, a colon, and a list" },
        { "same      a: b,,c\n", "an empty place between commas" },
        { "service   AWS/Y: b\n", "there is no namespace \"AWS/Y\"" },
        { "popular   1.2: AWS/Y\n", "there is no namespace \"AWS/Y\"" },
        { "popular   9: AWS/X\n", "is no number from 1 to 2" },
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        int items;
        alias_t last;
        expect_part (said (WRONG [i].text, &items, &last), WRONG [i].said);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_item_of_a_line_is_an_alias),
        cmocka_unit_test (what_is_wrong_is_told_with_its_line),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
