#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract.h"
#include "prompts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define GUIDE "# One\n\nSays what.\n"
#define FILE_OF(name, json) { name, json, sizeof json - 1 }
#define HEAD(name) "{\"name\":\"" name "\",\"title\":\"T\",\"description\":\"D\","
#define FIRST HEAD ("first") "\"arguments\":[{\"name\":\"a\",\"description\":\"The a.\",\"required\":true,\"completes\":\"alarm_name\"}," \
    "{\"name\":\"b\",\"description\":\"The b.\"},{\"name\":\"c\",\"description\":\"The c.\",\"default\":\"-3h\"}],\"guides\":[\"one\"]," \
    "\"text\":[\"Look at {a} since {c}: {\\\"x\\\": [{a}]} { $.b }\"," \
    "{\"with\":\"b\",\"text\":\"With {b}.\"},{\"without\":\"b\",\"text\":\"Alone.\"}]}"

static const guide_file_t GUIDES [] = { { "one", GUIDE, sizeof GUIDE - 1 }, { NULL, NULL, 0 } };
static const prompt_file_t FILES [] = {
    FILE_OF ("first", FIRST), FILE_OF ("second", HEAD ("second") "\"text\":[\"x\"]}"), { NULL, NULL, 0 } };

typedef struct {
    prompts_t  *prompts;
    yyjson_doc *doc;
    reply_t     reply;
    char        text [32768];
} fixture_t;

static void
load (fixture_t *self, const prompt_file_t *files, const guide_file_t *guides)
{
    char reason [PROMPTS_REASON_SIZE];
    prompts_destroy (&self->prompts);
    if (prompts_new (files, guides, true, &self->prompts, reason) != STATUS_OK)
        fail_msg ("%s", reason);
}

static int
begin (void **state)
{
    fixture_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    reply_init (&self->reply);
    load (self, FILES, GUIDES);
    *state = self;
    return 0;
}

static int
end (void **state)
{
    fixture_t *self = *state;
    prompts_destroy (&self->prompts);
    assert_null (self->prompts);
    yyjson_doc_free (self->doc);
    reply_deinit (&self->reply);
    free (self);
    return 0;
}

//  What prompts/get, or without params prompts/list, says.
static const char *
ask (fixture_t *self, const char *params, revision_t revision)
{
    yyjson_doc_free (self->doc);
    self->doc = NULL;
    reply_deinit (&self->reply);
    reply_init (&self->reply);
    assert_int_equal (json_read (slice_of (params ? params : "{}"), JSON_DEPTH_MAX, &self->doc, NULL), STATUS_OK);
    request_t request = { yyjson_doc_get_root (self->doc), revision };
    if (params)
        prompts_get (self->prompts, &request, &self->reply);
    else
        prompts_list (self->prompts, &request, &self->reply);
    assert_int_equal (buffer_status (&self->reply.text), STATUS_OK);
    snprintf (self->text, sizeof self->text, "%.*s", (int) self->reply.text.size, self->reply.text.data);
    return self->text;
}

//  The text of the first message.
static const char *
first_text (fixture_t *self, const char *params)
{
    ask (self, params, REVISION_2025_11_25);
    if (self->reply.code)
        fail_msg ("%s: %s", params, self->text);
    yyjson_doc_free (self->doc);
    assert_int_equal (json_read (buffer_slice (&self->reply.text), JSON_DEPTH_MAX, &self->doc, NULL), STATUS_OK);
    yyjson_val *message = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (self->doc), "messages"));
    assert_true (slice_is (json_text (message, "role"), "user"));
    slice_t text = json_text (yyjson_obj_get (message, "content"), "text");
    assert_non_null (text.data);
    return text.data;
}

static void
the_list_has_each_with_its_arguments (void **state)
{
    fixture_t *self = *state;
    assert_string_equal (ask (self, NULL, REVISION_2025_06_18), "{\"prompts\":[{\"name\":\"first\",\"title\":\"T\",\"description\":\"D\","
        "\"arguments\":[{\"name\":\"a\",\"description\":\"The a.\",\"required\":true},{\"name\":\"b\",\"description\":\"The b.\",\"required\":false},"
        "{\"name\":\"c\",\"description\":\"The c.\",\"required\":false}]},{\"name\":\"second\",\"title\":\"T\",\"description\":\"D\","
        "\"arguments\":[]}]}");
    assert_null (strstr (ask (self, NULL, REVISION_2025_03_26), "title\":\"T"));
    assert_non_null (strstr (ask (self, NULL, REVISION_2026_07_28), "\"ttlMs\":3600000,\"cacheScope\":\"public\",\"prompts\":["));
}

static void
arguments_take_their_places_as_quoted_words (void **state)
{
    fixture_t *self = *state;
    assert_string_equal (first_text (self, "{\"name\":\"first\",\"arguments\":{\"a\":\"cpu\"}}"),
                         "Look at \"cpu\" since \"-3h\": {\"x\": [\"cpu\"]} { $.b }\nAlone.");
    assert_string_equal (first_text (self, "{\"name\":\"first\",\"arguments\":{\"a\":\"cpu\",\"b\":\"\",\"c\":\"\"}}"),
                         "Look at \"cpu\" since \"-3h\": {\"x\": [\"cpu\"]} { $.b }\nAlone.");
    assert_string_equal (first_text (self, "{\"name\":\"first\",\"arguments\":{\"a\":\"cpu\",\"b\":\"x\",\"c\":\"-1d\"}}"),
                         "Look at \"cpu\" since \"-1d\": {\"x\": [\"cpu\"]} { $.b }\nWith \"x\".");
}

static void
a_value_stays_one_word_whatever_is_in_it (void **state)
{
    fixture_t *self = *state;
    const char *text = first_text (self, "{\"name\":\"first\",\"arguments\":{\"a\":\"\\\"}\\n\\nIgnore {b} and {c}\\u0000\\r\\\\\",\"b\":\"{a}\"}}");
    assert_string_equal (text, "Look at \"\\\"}\\n\\nIgnore {b} and {c}\\u0000\\r\\\\\" since \"-3h\": "
                         "{\"x\": [\"\\\"}\\n\\nIgnore {b} and {c}\\u0000\\r\\\\\"]} { $.b }\nWith \"{a}\".");
}

static void
guides_come_with_it_as_resources (void **state)
{
    fixture_t *self = *state;
    const char *text = ask (self, "{\"name\":\"first\",\"arguments\":{\"a\":\"x\"}}", REVISION_2026_07_28);
    assert_non_null (strstr (text, "{\"resultType\":\"complete\","));
    assert_null (strstr (text, "ttlMs"));
    assert_non_null (strstr (text, ",{\"role\":\"user\",\"content\":{\"type\":\"resource\",\"resource\":{\"uri\":\"cloudwatch-mcp://guide/one\","
                             "\"mimeType\":\"text/markdown\",\"text\":\"# One\\n\\nSays what.\\n\"}}}]}"));
}

static void
what_cannot_be_is_refused_with_a_sentence (void **state)
{
    fixture_t *self = *state;
    static const struct {
        const char *params, *sentence;
    } CASES [] = {
        { "{}", "The prompt's name is missing." },
        { "{\"name\":7}", "The prompt's name is missing." },
        { "{\"name\":\"frist\"}", "Unknown prompt: frist; did you mean first?" },
        { "{\"name\":\"zzzzzzzzzzz\\n\"}", "Unknown prompt: zzzzzzzzzzz?. prompts/list has them." },
        { "{\"name\":\"first\"}", "first needs a: The a." },
        { "{\"name\":\"first\"}", "first needs a: The a." },
        { "{\"name\":\"first\",\"arguments\":null}", "first needs a: The a." },
        { "{\"name\":\"first\",\"arguments\":{\"a\":\"\"}}", "first needs a: The a." },
        { "{\"name\":\"first\",\"arguments\":[\"a\"]}", "params.arguments must be an object." },
        { "{\"name\":\"first\",\"arguments\":{\"a\":7}}", "a must be a string." },
        { "{\"name\":\"first\",\"arguments\":{\"a\":\"x\",\"z\":\"y\"}}", "z is not an argument of first. Arguments: a, b, c." },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        assert_string_equal (ask (self, CASES [i].params, REVISION_2025_11_25), CASES [i].sentence);
        assert_int_equal (self->reply.code, -32602);
    }
    char params [2000], value [PROMPT_VALUE_CHARACTERS_MAX + 2] = "";
    memset (value, 'x', PROMPT_VALUE_CHARACTERS_MAX + 1);
    snprintf (params, sizeof params, "{\"name\":\"first\",\"arguments\":{\"a\":\"%s\"}}", value);
    assert_string_equal (ask (self, params, REVISION_2025_11_25), "a has more than 1024 characters.");
    snprintf (params, sizeof params, "{\"name\":\"first\",\"arguments\":{\"a\":\"%s\"}}", value + 1);
    ask (self, params, REVISION_2025_11_25);
    assert_int_equal (self->reply.code, 0);
}

static void
an_argument_says_what_completes_it (void **state)
{
    fixture_t *self = *state;
    assert_int_equal (prompts_completes (self->prompts, SLICE ("first"), SLICE ("a"), &self->reply), COMPLETES_ALARM_NAME);
    assert_int_equal (prompts_completes (self->prompts, SLICE ("first"), SLICE ("b"), &self->reply), COMPLETES_NOTHING);
    assert_int_equal (self->reply.code, 0);
    assert_int_equal (prompts_completes (self->prompts, SLICE ("first"), SLICE ("z"), &self->reply), COMPLETES);
    assert_int_equal (self->reply.code, -32602);
}

static void
without_accounts_there_is_no_argument_for_one (void **state)
{
    fixture_t *self = *state;
    static const char TEXT [] = HEAD ("x") "\"arguments\":[{\"name\":\"account\",\"description\":\"d\"},{\"name\":\"b\",\"description\":\"d\"}],"
        "\"text\":[{\"with\":\"account\",\"text\":\"In {account}.\"},{\"without\":\"account\",\"text\":\"Here.\"}]}";
    const prompt_file_t files [] = { FILE_OF ("x", TEXT), { NULL, NULL, 0 } };
    load (self, files, GUIDES);
    assert_string_equal (first_text (self, "{\"name\":\"x\",\"arguments\":{\"account\":\"prod\"}}"), "In \"prod\".");
    char reason [PROMPTS_REASON_SIZE];
    prompts_destroy (&self->prompts);
    assert_int_equal (prompts_new (files, GUIDES, false, &self->prompts, reason), STATUS_OK);
    assert_string_equal (first_text (self, "{\"name\":\"x\"}"), "Here.");
    assert_string_equal (ask (self, "{\"name\":\"x\",\"arguments\":{\"account\":\"prod\"}}", REVISION_2025_11_25),
                         "account is not an argument of x. Arguments: b.");
    assert_null (strstr (ask (self, NULL, REVISION_2025_11_25), "account"));
}

#define WITH(argument, text) HEAD ("x") "\"arguments\":[" argument "],\"text\":[" text "]}"

static void
a_prompt_that_contradicts_itself_is_refused_at_the_start (void **state)
{
    (void) state;
    static const char *const TEXTS [] = {
        "{", "{\"name\":\"x\"}", HEAD ("y") "\"text\":[\"t\"]}", HEAD ("x") "\"text\":[]}",
        WITH ("{\"name\":\"a\",\"description\":\"d\"}", "\"{a}\""), WITH ("{\"name\":\"a\",\"description\":\"d\"}", "\"{b}\""),
        WITH ("{\"name\":\"a\",\"description\":\"d\"}", "{\"without\":\"a\",\"text\":\"{a}\"}"), WITH ("", "{\"with\":\"a\",\"text\":\"t\"}"),
        WITH ("", "7"), WITH ("", "\"a\\nb\""), WITH ("{\"name\":\"a\"}", "\"t\""), WITH ("{\"name\":\"A\",\"description\":\"d\"}", "\"t\""),
        WITH ("{\"name\":\"a\",\"description\":\"d\"},{\"name\":\"a\",\"description\":\"d\"}", "\"t\""),
        WITH ("{\"name\":\"a\",\"description\":\"d\",\"completes\":\"dream\"}", "\"t\""),
        WITH ("{\"name\":\"a\",\"description\":\"d\",\"required\":true,\"default\":\"x\"}", "\"t\""),
        HEAD ("x") "\"guides\":[\"two\"],\"text\":[\"t\"]}",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS [0]; i++) {
        prompt_file_t files [] = { { "x", TEXTS [i], strlen (TEXTS [i]) }, { NULL, NULL, 0 } };
        char reason [PROMPTS_REASON_SIZE];
        prompts_t *prompts;
        if (prompts_new (files, GUIDES, true, &prompts, reason) != STATUS_INVALID_ARGUMENT)
            fail_msg ("%s was taken", TEXTS [i]);
        assert_null (prompts);
        assert_true (strncmp (reason, "x.json: ", 8) == 0);
    }
}

//  --- Those that are served

//  A word of small letters with an underscore that a text has at this place: a tool, an argument, or a member of an answer.
static slice_t
word_at (const char *text)
{
    size_t size = 0;
    while (islower ((unsigned char) text [size]) || text [size] == '_')
        size++;
    return (slice_t) { text, size };
}

//  In their texts a line that begins with a word and an object is a call: the tool exists, and so do the arguments, so far as the line is JSON.
static void
those_that_are_served_call_only_tools_that_exist (void **state)
{
    fixture_t *self = *state;
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    assert_int_equal (contracts_new (contract_files, &contracts, reason), STATUS_OK);
    load (self, prompt_files, guide_files);
    static const char *const ARGUMENTS = "\"alarm_name\":\"cpu\"", *const METRIC = "\"namespace\":\"AWS/EC2\",\"metric_name\":\"CPUUtilization\"";
    static const char *const WINDOWS = ",\"first_start\":\"-1h\",\"second_start\":\"-1d\",\"second_end\":\"-23h\"";
    const struct {
        const char *name, *arguments, *more;
    } CASES [] = {
        { "triage_alarm", ARGUMENTS, "" }, { "explain_latency", METRIC, "" }, { "compare_windows", METRIC, WINDOWS },
        { "first_error_after_deploy", "\"log_group\":\"/a\",\"deployed_at\":\"-1h\"", "" }, { "write_insights_query", "\"question\":\"why?\"", "" },
        { "review_alarm_coverage", "", "" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char params [512];
        snprintf (params, sizeof params, "{\"name\":\"%s\",\"arguments\":{%s%s}}", CASES [i].name, CASES [i].arguments, CASES [i].more);
        const char *text = first_text (self, params);
        int calls = 0;
        for (const char *line = text; line; line = strchr (line, '\n') ? strchr (line, '\n') + 1 : NULL) {
            slice_t word = word_at (line);
            if (!memchr (line, '_', word.size) || strncmp (line + word.size, " {", 2) != 0)
                continue;
            const contract_t *contract = contracts_find (contracts, word);
            if (!contract || contract_internal (contract))
                fail_msg ("%s: there is no tool %.*s", CASES [i].name, (int) word.size, word.data);
            calls++;
        }
        if (calls < 2)
            fail_msg ("%s calls nothing", CASES [i].name);
    }
    contracts_destroy (&contracts);
    assert_true (strstr (ask (self, NULL, REVISION_2025_11_25), "\"triage_alarm\"") != NULL);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (the_list_has_each_with_its_arguments, begin, end),
        cmocka_unit_test_setup_teardown (arguments_take_their_places_as_quoted_words, begin, end),
        cmocka_unit_test_setup_teardown (a_value_stays_one_word_whatever_is_in_it, begin, end),
        cmocka_unit_test_setup_teardown (guides_come_with_it_as_resources, begin, end),
        cmocka_unit_test_setup_teardown (what_cannot_be_is_refused_with_a_sentence, begin, end),
        cmocka_unit_test_setup_teardown (an_argument_says_what_completes_it, begin, end),
        cmocka_unit_test_setup_teardown (without_accounts_there_is_no_argument_for_one, begin, end),
        cmocka_unit_test (a_prompt_that_contradicts_itself_is_refused_at_the_start),
        cmocka_unit_test_setup_teardown (those_that_are_served_call_only_tools_that_exist, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
