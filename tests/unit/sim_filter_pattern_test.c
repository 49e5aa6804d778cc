#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filter_pattern.h"

#include <stdio.h>

#define ACCESS "127.0.0.1 - frank [10/Oct/2026:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534"
#define ORDER "{\"level\":\"ERROR\",\"status\":503,\"user\":{\"id\":1,\"mail\":\"John@example.com\"},\"items\":[{\"sku\":\"a\"},{\"sku\":\"b\"}]," \
    "\"grid\":[[0,1],[4,5]],\"a-b\":\"-\",\"none\":null,\"flag\":true,\"off\":false,\"ratio\":0.5,\"big\":\"12\",\"code\":\"E42\"}"

typedef struct {
    const char *pattern;
    const char *message;
    bool matches;
} case_t;

static void
assert_cases (const case_t *cases, size_t count)
{
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    for (size_t i = 0; i < count; i++) {
        filter_pattern_t *pattern = filter_pattern_new (slice_of (cases [i].pattern), &sentence);
        if (!pattern)
            fail_msg ("%s is refused: %.*s", cases [i].pattern, (int) sentence.size, sentence.data);
        if (filter_pattern_matches (pattern, slice_of (cases [i].message)) != cases [i].matches)
            fail_msg ("%s %s %s", cases [i].pattern, cases [i].matches ? "does not match" : "matches", cases [i].message);
        filter_pattern_destroy (&pattern);
    }
    buffer_deinit (&sentence);
}

#define ASSERT_CASES(cases) assert_cases (cases, sizeof cases / sizeof cases [0])

static void
terms_are_looked_for_anywhere_and_with_their_case (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { "", "anything", true },
        { "   ", "anything", true },
        { "ERROR", "[ERROR] no", true },
        { "ERROR", "Exiting with ERRORCODE: -1", true },
        { "ERROR", "error", false },
        { "ERROR Exception", "[ERROR] Caught IllegalArgumentException", true },
        { "ERROR Exception", "[ERROR] no", false },
        { "\"BAD REQUEST\"", "400 BAD REQUEST", true },
        { "\"BAD REQUEST\"", "400 BAD  REQUEST", false },
        { "\"say \\\"no\\\"\"", "they say \"no\"", true },
        { "\"?\"", "why?", true },
        { "\"-x\"", "a -x", true },
    };
    ASSERT_CASES (CASES);
}

static void
terms_can_be_excluded_or_optional (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { "ERROR -Exiting", "[ERROR] no", true },
        { "ERROR -Exiting", "Exiting with ERRORCODE: -1", false },
        { "ERROR - \"Exiting\"", "Exiting with ERRORCODE: -1", false },
        { "-ERROR", "fine", true },
        { "-ERROR", "ERROR", false },
        { "?ERROR ?WARN", "WARN message", true },
        { "?ERROR ?WARN", "ERROR message", true },
        { "?ERROR ?WARN", "INFO message", false },
        //  As documented: "?" with other terms is ignored
        { "?ERROR message", "WARN message", true },
        { "?ERROR message", "ERROR", false },
        { "?ERROR -message", "INFO", true },
    };
    ASSERT_CASES (CASES);
}

static void
json_is_asked_by_path (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { "{ $.level = \"ERROR\" }", ORDER, true },
        { "{$.level=ERROR}", ORDER, true },
        { "{ $.level != \"ERROR\" }", ORDER, false },
        { "{ $.level != \"INFO\" }", ORDER, true },
        { "{ $.nothing != \"INFO\" }", ORDER, false },
        { "{ $.level = \"ERR*\" }", ORDER, true },
        { "{ $.level = *ROR }", ORDER, true },
        { "{ $.level = *RRO* }", ORDER, true },
        { "{ $.level = * }", ORDER, true },
        { "{ $.level = E*R }", ORDER, false },
        { "{ $.user.mail = \"John@example.com\" }", ORDER, true },
        { "{ $.items[1].sku = b }", ORDER, true },
        { "{ $.items[2].sku = b }", ORDER, false },
        { "{ $.items[*].sku = b }", ORDER, true },
        { "{ $.user.* = 1 }", ORDER, true },
        { "{ $.grid[1][0] = 4 }", ORDER, true },
        { "{ $['a-b'] = \"-\" }", ORDER, true },
        { "{ $.a-b = \"-\" }", ORDER, true },
        { "{ $.level = \"ERROR\" }", "level ERROR", false },
        { "{ $.level = \"ERROR\" }", "{\"level\":\"ERROR\"", false },
        //  A path to an object or a list fits neither = nor !=
        { "{ $.user = 1 }", ORDER, false },
        { "{ $.user != 1 }", ORDER, false },
        { "{ $.code = %^E[0-9]+$% }", ORDER, true },
        { "{ $.code != %^E[0-9]+$% }", ORDER, false },
    };
    ASSERT_CASES (CASES);
}

static void
json_numbers_and_states_are_compared (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { "{ $.status = 503 }", ORDER, true },
        { "{ $.status = 503.0 }", ORDER, true },
        { "{ $.status != 503 }", ORDER, false },
        { "{ $.status = 5* }", ORDER, true },
        { "{ $.status = 4* }", ORDER, false },
        { "{ $.status >= 503 }", ORDER, true },
        { "{ $.status > 503 }", ORDER, false },
        { "{ $.status < 5.04e2 }", ORDER, true },
        { "{ $.status <= 502 }", ORDER, false },
        { "{ $.ratio > +0.4 }", ORDER, true },
        { "{ $.big > 3 }", ORDER, false },              //  A text is not compared as a number
        { "{ $.big = 12 }", ORDER, true },
        { "{ $.none IS NULL }", ORDER, true },
        { "{ $.flag IS NULL }", ORDER, false },
        { "{ $.nothing IS NULL }", ORDER, false },
        { "{ $.nothing NOT EXISTS }", ORDER, true },
        { "{ $.none NOT EXISTS }", ORDER, false },
        { "{ $.flag IS TRUE }", ORDER, true },
        { "{ $.off IS TRUE }", ORDER, false },
        { "{ $.off IS FALSE }", ORDER, true },
    };
    ASSERT_CASES (CASES);
}

static void
and_binds_closer_than_or_and_parentheses_closest (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { "{ ($.user.id = 1) && ($.items[0].sku = \"a\") }", ORDER, true },
        { "{ $.user.id = 1 || $.status = 1 && $.level = INFO }", ORDER, true },
        { "{ ($.user.id = 1 || $.status = 1) && $.level = INFO }", ORDER, false },
        { "{ $.level = \"ERROR\" && ($.status >= 500 || $.items[0].sku = \"x*\") }", ORDER, true },
        { "{ $.level = \"ERROR\" && ($.status >= 600 || $.items[0].sku = \"x*\") }", ORDER, false },
    };
    ASSERT_CASES (CASES);
}

static void
fields_of_a_line_are_asked_by_place (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { "[ip, id, user, time, request, status_code, bytes]", ACCESS, true },
        { "[ip, id, user, time, request, status_code]", ACCESS, false },
        { "[ip, id, user, time, request, status_code, bytes, more]", ACCESS, false },
        { "[ip, id, user, time, request, status_code = 4*, bytes]", ACCESS, true },
        { "[ip, id, user, time, request, status_code = 5*, bytes > 1000]", ACCESS, false },
        { "[ip, id, user, time, request, status_code, bytes > 1000]", ACCESS, true },
        { "[ip, id, user, time, request, status_code, bytes > 1534]", ACCESS, false },
        { "[ip, id, user = frank, time = \"10/Oct*\", request = *html*, status_code, bytes]", ACCESS, true },
        { "[..., status_code = 404, bytes]", ACCESS, true },
        { "[ip = 127.*, ...]", ACCESS, true },
        { "[ip, ..., bytes = 1534]", ACCESS, true },
        { "[ip, ..., bytes = 1535]", ACCESS, false },
        { "[...]", ACCESS, true },
        { "[..., request=*.html*, status_code=4*,]", ACCESS, true },
        { "[..., status_code = 4* && status_code != 403, bytes]", ACCESS, true },
        { "[..., status_code = 4* && status_code != 404, bytes]", ACCESS, false },
        { "[w1 = ERROR || w1 = WARN, w2]", "WARN message", true },
        { "[w1 = ERROR || w1 = WARN, w2]", "INFO message", false },
        { "[(w1 = ERROR || w1 = WARN) && w1 != W*, w2]", "WARN message", false },
    };
    ASSERT_CASES (CASES);
}

static void
regular_expressions_are_the_documented_ones (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { "%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", true },
        { "%AUTHORIZED%", "authorized", false },
        { "%^[hc]at%", "hat", true },
        { "%^[hc]at%", "a hat", false },
        { "%[hc]at$%", "a cat", true },
        { "%[hc]at$%", "cats", false },
        { "%colou?r%", "color", true },
        { "%colou?r%", "colouur", false },
        { "%a{3,5}%", "aa", false },
        { "%^a{3,5}$%", "aaaaa", true },
        { "%^a{3,5}$%", "aaaaaa", false },
        { "%^a{2}$%", "aa", true },
        { "%^a{2,}$%", "aaaaaaa", true },
        { "%^a{2,}$%", "a", false },
        { "%gray|grey%", "grey", true },
        { "%gray|grey%", "gruy", false },
        { "%10\\.10\\.0\\.1%", "10.10.0.1", true },
        { "%10\\.10\\.0\\.1%", "10510.0.1", false },
        { "%\\d+\\sms%", "took 12 ms", true },
        { "%\\d+\\sms%", "took x ms", false },
        { "%^\\w+$%", "a_1", true },
        { "%^\\W+$%", "a_1", false },
        { "%\\x41%", "A", true },
        { "%[^a-z]%", "abc", false },
        { "%[^a-z]%", "abC", true },
        { "%a.*b.*c%", "xxa..b..c", true },
        { "%^a*a*a*b$%", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false },
    };
    ASSERT_CASES (CASES);
}

static void
what_is_wrong_is_refused_in_words (void **state)
{
    (void) state;
    static const struct { const char *pattern; const char *words; } CASES [] = {
        { "a.b", "Invalid filter pattern: Invalid character(s) in term 'a.b'" },
        { "mail@example.com", "Invalid filter pattern: Invalid character(s) in term 'mail@example.com'" },
        { "\"\"", "Invalid filter pattern: Invalid character(s) in term '\"\"'" },
        { "-", "Invalid filter pattern: Invalid character(s) in term ''" },
        { "\"open", "Invalid filter pattern: a \" is never closed" },
        { "{ $.a = 1", "Invalid filter pattern: If a filter pattern starts with '{' it must end with '}'" },
        { "[a", "Invalid filter pattern: If a filter pattern starts with '[' it must end with ']'" },
        { "{}", "Invalid filter pattern" },
        { "{ a = 1 }", "Invalid filter pattern" },
        { "{ $ = 1 }", "Invalid filter pattern: a property selector must name a property" },
        { "{ $.a }", "Invalid filter pattern" },
        { "{ $.a = }", "Invalid filter pattern" },
        { "{ $.a > x }", "Invalid filter pattern: < and > compare numbers" },
        { "{ $.a > 1* }", "Invalid filter pattern: < and > compare numbers" },
        { "{ $.a IS MAYBE }", "Invalid filter pattern: IS needs NULL, TRUE or FALSE behind it" },
        { "{ ($.a = 1 }", "Invalid filter pattern: a ( is never closed" },
        { "{ $.a = 1 } x }", "Invalid filter pattern" },
        { "{ $.a[*].b[*] = 1 }", "Invalid filter pattern: a property selector has more than one wildcard" },
        { "{ $.a = 1 && }", "Invalid filter pattern" },
        { "[..., a, ...]", "Invalid filter pattern: it has more than one ellipsis" },
        { "[a, b = 1 && a = 2]", "Invalid filter pattern" },
        { "[(a), b]", "Invalid filter pattern" },
        { "%a(b)%", "Invalid filter pattern: regular expression 'a(b)': parentheses are not supported" },
        { "%a!%", "Invalid filter pattern: regular expression 'a!': a character in it is not supported, or an operator has nothing to repeat" },
        { "%[a%", "Invalid filter pattern: regular expression '[a': a [ is never closed" },
        { "%a{5,3}%", "Invalid filter pattern: regular expression 'a{5,3}': a {} ends before it begins" },
        { "%a{1001}%", "Invalid filter pattern: regular expression 'a{1001}': a repetition of more than 1000 times is not supported by the"
          " simulator" },
        { "%%", "Invalid filter pattern: regular expression '': it is empty" },
        { "%a% b", "Invalid filter pattern: nothing may stand behind a regular expression" },
        { "{ $.a = %a% && $.b = %b% && $.c = %c% }", "Invalid filter pattern: it has more than 2 regular expressions" },
    };
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        buffer_clear (&sentence);
        filter_pattern_t *pattern = filter_pattern_new (slice_of (CASES [i].pattern), &sentence);
        if (pattern || !slice_is (buffer_slice (&sentence), CASES [i].words))
            fail_msg ("%s: \"%.*s\"", CASES [i].pattern, (int) sentence.size, sentence.data ? sentence.data : "");
    }
    buffer_deinit (&sentence);
}

//  A pattern of so many characters, and the same for the depth of parentheses: the largest that is read, and one more.
static void
limits_hold_on_both_sides (void **state)
{
    (void) state;
    char text [FILTER_PATTERN_CHARACTERS_MAX + 2];
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    for (int extra = 0; extra < 2; extra++) {
        memset (text, 'a', sizeof text);
        filter_pattern_t *pattern = filter_pattern_new ((slice_t) { text, (size_t) (FILTER_PATTERN_CHARACTERS_MAX + extra) }, &sentence);
        assert_int_equal (pattern != NULL, !extra);
        filter_pattern_destroy (&pattern);
        int depth = FILTER_PATTERN_DEPTH_MAX + extra;
        int size = snprintf (text, sizeof text, "{%.*s$.a=1%.*s}", depth, "((((((((((((((((((((((((((((((((((((((((", depth,
                             "))))))))))))))))))))))))))))))))))))))))");
        buffer_clear (&sentence);
        pattern = filter_pattern_new ((slice_t) { text, (size_t) size }, &sentence);
        assert_int_equal (pattern != NULL, !extra);
        filter_pattern_destroy (&pattern);
        buffer_clear (&sentence);
    }
    buffer_deinit (&sentence);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (terms_are_looked_for_anywhere_and_with_their_case),
        cmocka_unit_test (terms_can_be_excluded_or_optional),
        cmocka_unit_test (json_is_asked_by_path),
        cmocka_unit_test (json_numbers_and_states_are_compared),
        cmocka_unit_test (and_binds_closer_than_or_and_parentheses_closest),
        cmocka_unit_test (fields_of_a_line_are_asked_by_place),
        cmocka_unit_test (regular_expressions_are_the_documented_ones),
        cmocka_unit_test (what_is_wrong_is_refused_in_words),
        cmocka_unit_test (limits_hold_on_both_sides),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
