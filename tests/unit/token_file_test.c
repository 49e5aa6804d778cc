#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "token_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char     path [64];
    buffer_t token;
} file_t;

static void
write_file (const file_t *file, slice_t bytes)
{
    FILE *stream = fopen (file->path, "w");
    assert_non_null (stream);
    assert_int_equal (fwrite (bytes.data, 1, bytes.size, stream), bytes.size);
    assert_int_equal (fclose (stream), 0);
}

static void
expect_token (file_t *file, slice_t bytes, const char *token)
{
    const char *why = NULL;
    write_file (file, bytes);
    assert_int_equal (token_file_read (file->path, &file->token, &why), STATUS_OK);
    assert_true (slice_is (buffer_slice (&file->token), token));
}

static void
expect_why (file_t *file, status_t status, const char *expected)
{
    const char *why = NULL;
    buffer_append_text (&file->token, "an older one");
    assert_int_equal (token_file_read (file->path, &file->token, &why), status);
    assert_string_equal (why, expected);
}

static void
a_token_is_read_without_the_white_space_around_it (void **state)
{
    file_t *file = *state;
    expect_token (file, SLICE ("eyJhbGciOi.eyJpc3Mi.c2ln"), "eyJhbGciOi.eyJpc3Mi.c2ln");
    expect_token (file, SLICE (" \n\teyJ.a.b\r\n\r\n "), "eyJ.a.b");
    expect_token (file, SLICE ("Basic eyJ.a.b\n"), "Basic eyJ.a.b");
}

static void
the_file_is_read_anew_each_time (void **state)
{
    file_t *file = *state;
    expect_token (file, SLICE ("first"), "first");
    expect_token (file, SLICE ("second\n"), "second");
}

static void
a_token_may_have_as_many_bytes_as_sts_takes (void **state)
{
    file_t *file = *state;
    char *text = malloc (TOKEN_FILE_BYTES_MAX + 200);
    memset (text, 'a', TOKEN_FILE_BYTES_MAX + 200);
    text [TOKEN_FILE_BYTES_MAX] = '\n';
    write_file (file, (slice_t) { text, TOKEN_FILE_BYTES_MAX + 1 });
    const char *why = NULL;
    assert_int_equal (token_file_read (file->path, &file->token, &why), STATUS_OK);
    assert_int_equal (file->token.size, TOKEN_FILE_BYTES_MAX);
    text [TOKEN_FILE_BYTES_MAX] = 'a';
    write_file (file, (slice_t) { text, TOKEN_FILE_BYTES_MAX + 1 });
    expect_why (file, STATUS_TOO_LARGE, "is longer than 20,000 bytes");
    write_file (file, (slice_t) { text, TOKEN_FILE_BYTES_MAX + 200 });
    expect_why (file, STATUS_TOO_LARGE, "is longer than 20,000 bytes");
    free (text);
}

static void
a_file_without_a_token_is_an_error (void **state)
{
    file_t *file = *state;
    write_file (file, SLICE (""));
    expect_why (file, STATUS_MALFORMED, "is empty");
    write_file (file, SLICE (" \r\n\n"));
    expect_why (file, STATUS_MALFORMED, "is empty");
    static const char *const WRONG [] = { "a\r\nHost: b", "a\nb", "a\x01", "a\x7f", "\xC3\xA9" };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        write_file (file, slice_of (WRONG [i]));
        expect_why (file, STATUS_MALFORMED, "holds a line break or another character that no token has");
    }
    write_file (file, SLICE ("a\0b"));
    expect_why (file, STATUS_MALFORMED, "holds a line break or another character that no token has");
}

static void
what_cannot_be_read_says_why (void **state)
{
    file_t *file = *state;
    assert_int_equal (unlink (file->path), 0);
    expect_why (file, STATUS_SYSTEM, "does not exist");
    assert_int_equal (mkdir (file->path, 0700), 0);
    expect_why (file, STATUS_SYSTEM, "is a folder");
    assert_int_equal (rmdir (file->path), 0);
    write_file (file, SLICE ("secret"));
    assert_int_equal (chmod (file->path, 0), 0);
    if (geteuid () != 0)                //  Root reads everything
        expect_why (file, STATUS_SYSTEM, "may not be read by this process");
}

static void
a_pipe_to_which_nobody_writes_is_not_waited_for (void **state)
{
    file_t *file = *state;
    assert_int_equal (unlink (file->path), 0);
    assert_int_equal (mkfifo (file->path, 0600), 0);
    expect_why (file, STATUS_MALFORMED, "is empty");
}

static void
a_buffer_that_is_too_small_is_told (void **state)
{
    file_t *file = *state;
    const char *why = NULL;
    file->token.limit = 4;
    write_file (file, SLICE ("12345"));
    assert_int_equal (token_file_read (file->path, &file->token, &why), STATUS_TOO_LARGE);
    assert_string_equal (why, "is longer than such a token is");
}

static int
begin (void **state)
{
    file_t *file = calloc (1, sizeof *file);
    assert_non_null (file);
    snprintf (file->path, sizeof file->path, "/tmp/cloudwatch-mcp-token-XXXXXX");
    int fd = mkstemp (file->path);
    assert_true (fd >= 0);
    close (fd);
    buffer_init_secret (&file->token, TOKEN_FILE_BYTES_MAX);
    *state = file;
    return 0;
}

static int
end (void **state)
{
    file_t *file = *state;
    buffer_deinit (&file->token);
    unlink (file->path);
    free (file);
    return 0;
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FILE_TEST (a_token_is_read_without_the_white_space_around_it),
        FILE_TEST (the_file_is_read_anew_each_time),
        FILE_TEST (a_token_may_have_as_many_bytes_as_sts_takes),
        FILE_TEST (a_file_without_a_token_is_an_error),
        FILE_TEST (what_cannot_be_read_says_why),
        FILE_TEST (a_pipe_to_which_nobody_writes_is_not_waited_for),
        FILE_TEST (a_buffer_that_is_too_small_is_told),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
