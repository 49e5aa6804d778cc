#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "call_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wordexp.h>

static const char SCHEMA [] =
    "{\"name\":\"find\",\"title\":\"Find\",\"description\":\"Finds.\",\"service\":\"logs\","
    "\"version\":1,\"slow\":false,\"actions\":[\"logs:Find\"],\"idempotent\":true,"
    "\"annotations\":{\"readOnlyHint\":true,\"destructiveHint\":false,\"idempotentHint\":true,\"openWorldHint\":true},"
    "\"inputSchema\":{\"type\":\"object\",\"properties\":{"
    "\"prefix\":{\"type\":\"string\",\"maxLength\":64},"
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":50},"
    "\"detail\":{\"type\":\"boolean\"},"
    "\"names\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":64},\"maxItems\":9},"
    "\"periods\":{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":50},\"maxItems\":9},"
    "\"dimensions\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\",\"maxLength\":64},\"maxProperties\":9},"
    "\"max_bytes\":{\"type\":\"integer\",\"minimum\":1024,\"maximum\":1048576,\"default\":65536},"
    "\"account\":{\"type\":\"string\",\"maxLength\":64},"
    "\"region\":{\"type\":\"string\",\"maxLength\":32}"
    "},\"additionalProperties\":false},"
    "\"outputSchema\":{\"type\":\"object\",\"properties\":{}},\"example\":{\"prefix\":\"a\"}}";

static const contract_file_t FILES [] = { { "find", SCHEMA, sizeof SCHEMA - 1 }, { NULL, NULL, 0 } };

static contracts_t *
contracts_of (const contract_file_t *files)
{
    contracts_t *contracts;
    char reason [CONTRACT_REASON_SIZE] = "";
    if (contracts_new (files, &contracts, reason) != STATUS_OK)
        fail_msg ("%s", reason);
    return contracts;
}

//  The words as JSON, or the sentence that refuses them. NULL ends the words. The caller frees.
static char *
read_words (const contract_t *contract, char *const *words)
{
    buffer_t out;
    buffer_init (&out, 65536);
    int count = 0;
    while (words [count])
        count++;
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    yyjson_mut_val *object = yyjson_mut_obj (doc);
    yyjson_mut_doc_set_root (doc, object);
    if (call_words_read (contract, count, words, doc, object, &out))
        assert_int_equal (json_write (doc, &out), STATUS_OK);
    buffer_append_char (&out, 0);
    yyjson_mut_doc_free (doc);
    size_t size;
    return buffer_release (&out, &size);
}

static void
assert_read (char *const *words, const char *expected)
{
    contracts_t *contracts = contracts_of (FILES);
    char *said = read_words (contracts_at (contracts, 0), words);
    assert_string_equal (said, expected);
    free (said);
    contracts_destroy (&contracts);
}

#define WORDS(...) ((char *[]) { __VA_ARGS__, NULL })

static void
a_value_is_what_the_argument_is (void **state)
{
    (void) state;
    assert_read (WORDS ("limit=20", "prefix=20", "detail=true"), "{\"limit\":20,\"prefix\":\"20\",\"detail\":true}");
    assert_read (WORDS ("prefix=a=b c"), "{\"prefix\":\"a=b c\"}");
    assert_read (WORDS ("prefix="), "{\"prefix\":\"\"}");
    assert_read (WORDS ("prefix=[1]"), "{\"prefix\":\"[1]\"}");
}

static void
lists_and_objects_have_a_short_form (void **state)
{
    (void) state;
    assert_read (WORDS ("names=a,b", "periods=1,20"), "{\"names\":[\"a\",\"b\"],\"periods\":[1,20]}");
    assert_read (WORDS ("names=[\"a,b\"]"), "{\"names\":[\"a,b\"]}");
    assert_read (WORDS ("names=[prod]-cpu"), "{\"names\":[\"[prod]-cpu\"]}");
    assert_read (WORDS ("names="), "{\"names\":[]}");
    assert_read (WORDS ("dimensions=A=1,B=x=y,C"), "{\"dimensions\":{\"A\":\"1\",\"B\":\"x=y\",\"C\":\"\"}}");
    assert_read (WORDS ("dimensions={\"A\":\"1,2\"}"), "{\"dimensions\":{\"A\":\"1,2\"}}");
}

static void
what_looks_like_json_must_be_json (void **state)
{
    (void) state;
    static char *const BROKEN [] = { "names=[\"a", "names=[a,b]", "names=[", "names=[\"a\",]", "dimensions={\"A\":1", "dimensions={A:1}",
                                     "periods=[1,2", "names= [\"a", "names=[[\"a\"]" };
    contracts_t *contracts = contracts_of (FILES);
    for (size_t i = 0; i < sizeof BROKEN / sizeof BROKEN [0]; i++) {
        bool name = strcmp (BROKEN [i], "names=[") == 0 || strcmp (BROKEN [i], "periods=[1,2") == 0;        //  These may be names
        char *said = read_words (contracts_at (contracts, 0), WORDS (BROKEN [i]));
        assert_true ((strstr (said, " looks like JSON and is none: it breaks off or goes wrong at character ") != NULL) != name);
        free (said);
    }
    contracts_destroy (&contracts);
    assert_read (WORDS ("names={\"a\":1}"), "{\"names\":{\"a\":1}}");           //  The contract says that it must be a list
    assert_read (WORDS ("dimensions=[\"a\"]"), "{\"dimensions\":[\"a\"]}");
    assert_read (WORDS ("prefix=[\"a"), "{\"prefix\":\"[\\\"a\"}");
}

static void
a_member_of_an_object_may_have_a_word_of_its_own (void **state)
{
    (void) state;
    assert_read (WORDS ("dimensions.A=1", "limit=2", "dimensions.B=x.y=z"), "{\"dimensions\":{\"A\":\"1\",\"B\":\"x.y=z\"},\"limit\":2}");
    assert_read (WORDS ("dimensions=A=1", "dimensions.B=2"), "{\"dimensions\":{\"A\":\"1\",\"B\":\"2\"}}");
    assert_read (WORDS ("dimensions.a.b=1"), "{\"dimensions\":{\"a.b\":\"1\"}}");
    assert_read (WORDS ("dimensions.A=1", "dimensions.A=2"), "A is given twice. Several values of one argument have commas between them: KEY=A,B.");
    assert_read (WORDS ("nobody.A=1", "names.A=1", "dimensions.=1"), "{\"nobody.A\":\"1\",\"names.A\":\"1\",\"dimensions.\":\"1\"}");
}

//  A file with this text; its path is good until the next one.
static char *
file_with (const char *text)
{
    static char word [64];
    snprintf (word, sizeof word, "@/tmp/call_words_test.XXXXXX");
    int fd = mkstemp (word + 1);
    assert_true (fd >= 0);
    assert_int_equal (write (fd, text, strlen (text)), (ssize_t) strlen (text));
    close (fd);
    return word;
}

static void
a_file_may_hold_the_arguments (void **state)
{
    (void) state;
    static const struct {
        const char *text, *said;
    } CASES [] = {
        { "{\"limit\": 20, \"names\": [\"a,b\"]}\n", "{\"limit\":20,\"names\":[\"a,b\"],\"prefix\":\"x\"}" },
        { "{\"prefix\": \"y\"}", "prefix is given twice." },
        { "[1]", "does not hold a JSON object with the arguments, as in {\"limit\": 20}." },
        { "{\"limit\": 20", "does not hold a JSON object" },
        { "", "does not hold a JSON object" },
    };
    contracts_t *contracts = contracts_of (FILES);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char *word = file_with (CASES [i].text);
        char *said = read_words (contracts_at (contracts, 0), WORDS (word, "prefix=x"));
        if (!strstr (said, CASES [i].said))
            fail_msg ("%s", said);
        free (said);
        assert_int_equal (unlink (word + 1), 0);
    }
    char *said = read_words (contracts_at (contracts, 0), WORDS ("@/nonexistent/file"));
    assert_string_equal (said, "/nonexistent/file cannot be read: No such file or directory.");
    free (said);
    contracts_destroy (&contracts);
}

static void
what_cannot_be_taken_so_stays_a_text_for_the_contract_to_refuse (void **state)
{
    (void) state;
    assert_read (WORDS ("limit=x", "detail=yes"), "{\"limit\":\"x\",\"detail\":\"yes\"}");
    assert_read (WORDS ("limit=[1]"), "{\"limit\":\"[1]\"}");
    assert_read (WORDS ("limit=null"), "{\"limit\":\"null\"}");
    assert_read (WORDS ("nobody=1"), "{\"nobody\":\"1\"}");
    assert_read (WORDS ("periods=1,x"), "{\"periods\":[1,\"x\"]}");
}

static void
a_word_that_is_no_argument_is_refused (void **state)
{
    (void) state;
    assert_read (WORDS ("limit"), "\"limit\" is not KEY=VALUE, as in limit=20.");
    assert_read (WORDS ("=x"), "\"=x\" is not KEY=VALUE, as in limit=20.");
    assert_read (WORDS ("limit=1", "limit=2"), "limit is given twice. Several values of one argument have commas between them: KEY=A,B.");
}

static void
assert_written (const char *json, const char *words)
{
    buffer_t out;
    buffer_init (&out, 4096);
    yyjson_doc *doc = yyjson_read (json, strlen (json), 0);
    call_words_write (&out, yyjson_doc_get_root (doc));
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, words);
    yyjson_doc_free (doc);
    buffer_deinit (&out);
}

static void
arguments_are_written_as_a_shell_takes_them (void **state)
{
    (void) state;
    assert_written ("{\"limit\":20,\"detail\":true,\"prefix\":\"/aws/lambda/\"}", " limit=20 detail=true prefix=/aws/lambda/");
    assert_written ("{\"names\":[\"a\",\"b\"],\"dimensions\":{\"A\":\"1\",\"B\":\"2\"}}", " names=a,b dimensions=A=1,B=2");
    assert_written ("{\"q\":\"fields @message | limit 5\"}", " 'q=fields @message | limit 5'");
    assert_written ("{\"q\":\"it's $HOME\"}", " 'q=it'\\''s $HOME'");
    assert_written ("{\"names\":[\"a,b\"]}", " 'names=[\"a,b\"]'");
    assert_written ("{\"dimensions\":{\"A\":\"\"}}", " 'dimensions={\"A\":\"\"}'");
}

static void
the_example_of_every_tool_can_be_typed (void **state)
{
    (void) state;
    contracts_t *contracts = contracts_of (contract_files);
    assert_true (contracts_count (contracts) > 0);
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        slice_t json = contract_json (contract, "example");
        if (!json.data)
            continue;
        buffer_t line;
        buffer_init (&line, 65536);
        yyjson_doc *doc = yyjson_read (json.data, json.size, 0);
        call_words_write (&line, yyjson_doc_get_root (doc));
        buffer_append_char (&line, 0);

        wordexp_t shell;
        assert_int_equal (wordexp (line.data, &shell, WRDE_NOCMD | WRDE_UNDEF), 0);
        char *said = read_words (contract, shell.we_wordv);
        yyjson_doc *read = yyjson_read (said, strlen (said), 0);
        if (!yyjson_equals (yyjson_doc_get_root (doc), yyjson_doc_get_root (read)))
            fail_msg ("%s:%s is read as %s", contract_name (contract), line.data, said);
        yyjson_doc_free (read);
        yyjson_doc_free (doc);
        free (said);
        wordfree (&shell);
        buffer_deinit (&line);
    }
    contracts_destroy (&contracts);
}

static void
flags_and_words_may_be_mixed (void **state)
{
    (void) state;
    char *flags [16], *words [16];
    assert_int_equal (call_words_split (6, WORDS ("--region", "x", "tool", "--insecure-endpoint", "a=b", "--profile=p"), flags, words), 4);
    assert_string_equal (flags [0], "--region");
    assert_string_equal (flags [1], "x");
    assert_string_equal (flags [2], "--insecure-endpoint");
    assert_string_equal (flags [3], "--profile=p");
    assert_null (flags [4]);
    assert_string_equal (words [0], "tool");
    assert_string_equal (words [1], "a=b");
    assert_null (words [2]);
}

static void
behind_two_dashes_there_are_only_words (void **state)
{
    (void) state;
    char *flags [16], *words [16];
    assert_int_equal (call_words_split (3, WORDS ("tool", "--", "--region"), flags, words), 0);
    assert_string_equal (words [1], "--region");
    assert_false (call_words_has_flag (2, WORDS ("--", "--help"), "--help"));
}

static void
an_argument_that_is_written_as_a_flag_is_told_how_it_is_written (void **state)
{
    (void) state;
    contracts_t *contracts = contracts_of (FILES);
    const contract_t *contract = contracts_find (contracts, SLICE ("find"));
    static const struct {
        char *const words [8];
        const char *sentence;
    } CASES [] = {
        { { "find", "--prefix", "a" }, "--prefix is not a flag but an argument of find: write prefix=a." },
        { { "find", "limit=2", "--prefix=a b" }, "--prefix is not a flag but an argument of find: write prefix=a b." },
        { { "--max-bytes", "2048", "find" }, "--max-bytes is not a flag but an argument of find: write max_bytes=2048." },
        { { "find", "--region", "x", "--detail" }, "--detail is not a flag but an argument of find: write detail=VALUE." },
        { { "find", "--region", "--prefix" }, NULL },
        { { "find", "--region=x" }, NULL },
        { { "find", "--xyzzy" }, NULL },
        { { "find", "--", "--prefix" }, NULL },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        int count = 0;
        while (CASES [i].words [count])
            count++;
        buffer_t sentence;
        buffer_init (&sentence, 1024);
        assert_int_equal (call_words_refuse_flag (contract, count, CASES [i].words, &sentence), CASES [i].sentence != NULL);
        if (CASES [i].sentence)
            assert_true (slice_is (buffer_slice (&sentence), CASES [i].sentence));
        buffer_deinit (&sentence);
    }
    contracts_destroy (&contracts);
}

static void
a_flag_in_the_place_of_a_value_is_no_flag (void **state)
{
    (void) state;
    assert_true (call_words_has_flag (2, WORDS ("a=b", "--help"), "--help"));
    assert_true (call_words_has_flag (2, WORDS ("--insecure-endpoint", "--help"), "--help"));
    assert_true (call_words_has_flag (2, WORDS ("--profile=x", "--help"), "--help"));
    assert_false (call_words_has_flag (2, WORDS ("--profile", "--help"), "--help"));
    assert_false (call_words_has_flag (1, WORDS ("a=--help"), "--help"));
}

static void
a_flag_is_taken_wherever_it_stands (void **state)
{
    (void) state;
    char *argv [] = { "--json", "tool", "--profile", "--json", "--json", NULL };
    int argc = 5;
    assert_true (call_words_take_flag (&argc, argv, "--json"));
    assert_int_equal (argc, 3);
    assert_string_equal (argv [0], "tool");
    assert_string_equal (argv [2], "--json");           //  The profile's name
    assert_false (call_words_take_flag (&argc, argv, "--json"));
}

static void
the_first_word_is_neither_flag_nor_value (void **state)
{
    (void) state;
    assert_int_equal (call_words_first (4, WORDS ("--region", "x", "-h", "tool")), 3);
    assert_int_equal (call_words_first (2, WORDS ("--help", "--region")), 2);
    assert_int_equal (call_words_first (0, WORDS ("")), 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_value_is_what_the_argument_is),
        cmocka_unit_test (lists_and_objects_have_a_short_form),
        cmocka_unit_test (what_looks_like_json_must_be_json),
        cmocka_unit_test (a_member_of_an_object_may_have_a_word_of_its_own),
        cmocka_unit_test (a_file_may_hold_the_arguments),
        cmocka_unit_test (what_cannot_be_taken_so_stays_a_text_for_the_contract_to_refuse),
        cmocka_unit_test (a_word_that_is_no_argument_is_refused),
        cmocka_unit_test (arguments_are_written_as_a_shell_takes_them),
        cmocka_unit_test (the_example_of_every_tool_can_be_typed),
        cmocka_unit_test (flags_and_words_may_be_mixed),
        cmocka_unit_test (behind_two_dashes_there_are_only_words),
        cmocka_unit_test (a_flag_in_the_place_of_a_value_is_no_flag),
        cmocka_unit_test (a_flag_is_taken_wherever_it_stands),
        cmocka_unit_test (an_argument_that_is_written_as_a_flag_is_told_how_it_is_written),
        cmocka_unit_test (the_first_word_is_neither_flag_nor_value),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
