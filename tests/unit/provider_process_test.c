#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

//  What has "verysecret" in it may stand in no sentence: find_for looks.
static const provider_t *const PROCESS [] = { &PROVIDER_PROCESS, NULL };

//  The config file of profile dev, with this command line.
static void
use_process (find_stage_t *stage, const char *command)
{
    char config [2048];
    assert_true (snprintf (config, sizeof config, "[profile dev]\ncredential_process = %s\n", command) < (int) sizeof config);
    home_write (&stage->home, ".aws/config", config);
    stage->config.context.profile = "dev";
}

//  A program in the home folder.
static void
write_program (const find_stage_t *stage, const char *text)
{
    home_write (&stage->home, "keys", text);
    assert_int_equal (chmod (home_path (&stage->home, "keys"), 0700), 0);
}

static void
use_printing (find_stage_t *stage, const char *printed)
{
    char command [1024];
    snprintf (command, sizeof command, "printf '%%s' \"%s\"", printed);
    use_process (stage, command);
}

static void
a_profile_without_a_process_is_not_looked_at (void **state)
{
    find_stage_t *stage = *state;
    home_write (&stage->home, ".aws/config", "[default]\ncredential_process =\nregion = eu-west-1\n");
    assert_int_equal (find_for (stage, PROCESS), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "There are no AWS credentials"));
}

static void
keys_are_what_the_process_prints (void **state)
{
    static const struct {
        const char *printed, *token;
        int64_t expires_ms;
    } rows [] = {
        { "{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"" KEY_ID "\\\",\\\"SecretAccessKey\\\":\\\"" SECRET "\\\"}", "", 0 },
        { " {\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"" KEY_ID "\\\",\\\"SecretAccessKey\\\":\\\"" SECRET "\\\",\\\"SessionToken\\\":\\\"" TOKEN
          "\\\",\\\"Expiration\\\":\\\"2030-01-01T00:00:00Z\\\",\\\"AccountId\\\":\\\"1\\\"}", TOKEN, 1893456000000 },
    };
    find_stage_t *stage = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        use_printing (stage, rows [i].printed);
        if (find_for (stage, PROCESS) != STATUS_OK)
            fail_msg ("%s", stage->sentence);
        assert_found (stage, KEY_ID, SECRET, rows [i].token);
        assert_int_equal (stage->found.expires_ms, rows [i].expires_ms);
        assert_string_equal (stage->found.source, "credential_process");
    }
}

//  Its words go to it as they are: nothing is expanded, and the line may go on.
static void
arguments_are_words_and_no_shell_sees_them (void **state)
{
    find_stage_t *stage = *state;
    write_program (stage, "#!/bin/sh\n[ \"$#\" = 4 ] && [ \"$1\" = 'my account' ] && [ \"$2\" = '$HOME' ] && "
                   "[ \"$3\" = '|' ] && [ \"$4\" = '*' ] || exit 9\n"
                   "echo '{\"Version\":1,\"AccessKeyId\":\"" KEY_ID "\",\"SecretAccessKey\":\"" SECRET "\"}'\n");
    char command [256];
    snprintf (command, sizeof command, "%s 'my account' # mine\n    $HOME |\n  *", home_path (&stage->home, "keys"));
    use_process (stage, command);
    if (find_for (stage, PROCESS) != STATUS_OK)
        fail_msg ("%s", stage->sentence);
    assert_found (stage, KEY_ID, SECRET, "");
}

static void
the_credentials_file_goes_before_the_config_file (void **state)
{
    find_stage_t *stage = *state;
    use_process (stage, "false");
    write_program (stage, "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"" KEY_ID "\",\"SecretAccessKey\":\"" SECRET "\"}'\n");
    char credentials [256];
    snprintf (credentials, sizeof credentials, "[dev]\ncredential_process = %s\n", home_path (&stage->home, "keys"));
    home_write (&stage->home, ".aws/credentials", credentials);
    assert_int_equal (find_for (stage, PROCESS), STATUS_OK);
}

static void
a_line_that_is_none_is_said_without_any_of_it (void **state)
{
    static const struct {
        const char *command, *sentence;
    } rows [] = {
        { "keys --password 'verysecret", "The credential_process of the AWS profile \"dev\" is no command line: it has a quote that is not closed." },
        { "'' verysecret", "The credential_process of the AWS profile \"dev\" is no command line: it names no program." },
        { "PASSWORD=verysecret keys", "The credential_process of the AWS profile \"dev\" begins with NAME=VALUE, which only a shell understands. "
          "Begin it with a program; env NAME=VALUE PROGRAM does the same." },
    };
    find_stage_t *stage = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        use_process (stage, rows [i].command);
        assert_int_equal (find_for (stage, PROCESS), STATUS_NO_CREDENTIALS);
        assert_string_equal (stage->sentence, rows [i].sentence);
        assert_false (stage->passing);
    }
}

static void
what_went_wrong_with_it_is_said (void **state)
{
    static const struct {
        const char *command, *sentence;
        bool passing;
    } rows [] = {
        { "sh -c 'echo verysecret; exit 3'", "sh, the credential_process of the AWS profile \"dev\", failed with exit code 3. "
          "Run it by hand to see why.", true },
        { "sh -c 'echo verysecret; kill -9 $$'", "sh, the credential_process of the AWS profile \"dev\", was ended by signal 9. "
          "Run it by hand to see why.", true },
        { "/nowhere/keys --password verysecret", "/nowhere/keys, the credential_process of the AWS profile \"dev\", could not be started. Look "
          "whether it is there and may be run; no shell runs it, so that ~ and variables in its name stand for themselves.", false },
        { "head -c 9000 /dev/zero", "head, the credential_process of the AWS profile \"dev\", printed more than 8192 bytes, "
          "which are no credentials.", false },
        { "echo verysecret", "What echo, the credential_process of the AWS profile \"dev\", printed is not JSON.", false },
        { "true", "What true, the credential_process of the AWS profile \"dev\", printed is not JSON.", false },
        { "echo '[1]'", "What echo, the credential_process of the AWS profile \"dev\", printed is no JSON object.", false },
        { "echo '{\"Version\":2,\"SecretAccessKey\":\"verysecret\"}'",
          "What echo, the credential_process of the AWS profile \"dev\", printed has not \"Version\": 1.", false },
        { "echo '{\"Version\":1,\"SecretAccessKey\":\"verysecret\"}'",
          "What echo, the credential_process of the AWS profile \"dev\", printed has no AccessKeyId.", false },
        { "echo '{\"Version\":1,\"AccessKeyId\":\"verysecret\"}'",
          "What echo, the credential_process of the AWS profile \"dev\", printed has no SecretAccessKey.", false },
        { "echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"verysecret\",\"Expiration\":\"verysecret\"}'",
          "What echo, the credential_process of the AWS profile \"dev\", printed has an Expiration that is no time like 2026-11-22T20:00:00Z.",
          false },
        { "echo '{\"Version\":1,\"AccessKeyId\":\"a b\",\"SecretAccessKey\":\"verysecret\"}'",
          "The access key id of the credential_process holds a blank, a line break or another character that none has.", false },
    };
    find_stage_t *stage = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        use_process (stage, rows [i].command);
        assert_int_equal (find_for (stage, PROCESS), STATUS_NO_CREDENTIALS);
        assert_string_equal (stage->sentence, rows [i].sentence);
        assert_true (stage->passing == rows [i].passing);
    }
}

static void
one_that_does_not_end_is_stopped (void **state)
{
    find_stage_t *stage = *state;
    use_process (stage, "tail -f /dev/null");
    stage->hurry = true;
    assert_int_equal (find_for (stage, PROCESS), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "tail, the credential_process of the AWS profile \"dev\", did not end within 60 s and was stopped.");
    assert_true (stage->passing);
}

//  A name that would move a cursor is written in letters; one without end is cut.
static void
the_programs_name_is_made_visible (void **state)
{
    find_stage_t *stage = *state;
    use_process (stage, "\"\x1b[2Jkeys\"");
    assert_int_equal (find_for (stage, PROCESS), STATUS_NO_CREDENTIALS);
    assert_ptr_equal (strstr (stage->sentence, "\\u001b[2Jkeys, the"), stage->sentence);
    char command [1001] = "/nowhere/";
    memset (command + 9, 'x', 991);
    use_process (stage, command);
    assert_int_equal (find_for (stage, PROCESS), STATUS_NO_CREDENTIALS);
    assert_true (strlen (stage->sentence) < 450);
    assert_non_null (strstr (stage->sentence, "xx…, the credential_process"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (a_profile_without_a_process_is_not_looked_at),
        FIND_TEST (keys_are_what_the_process_prints),
        FIND_TEST (arguments_are_words_and_no_shell_sees_them),
        FIND_TEST (the_credentials_file_goes_before_the_config_file),
        FIND_TEST (a_line_that_is_none_is_said_without_any_of_it),
        FIND_TEST (what_went_wrong_with_it_is_said),
        FIND_TEST (one_that_does_not_end_is_stopped),
        FIND_TEST (the_programs_name_is_made_visible),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
