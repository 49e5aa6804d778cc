#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sso_token.h"

#include <ftw.h>

#include "provider_fixture.h"

#include <errno.h>

#define FILE_NAME "token.json"

//  What the file holds when somebody has signed in: with members that nobody here knows.
static const char WHOLE [] =
    "{\"startUrl\": \"https://corp.example/start\", \"region\": \"eu-west-1\", \"accessToken\": \"verysecret-access\",\n"
    " \"expiresAt\": \"2026-11-22T20:00:00Z\", \"clientId\": \"verysecret-id\", \"clientSecret\": \"verysecret-\\u00e4\",\n"
    " \"registrationExpiresAt\": \"2027-02-20T12:00:00Z\", \"refreshToken\": \"verysecret-refresh\", \"scopes\": [\"a\", {\"b\": 1}]}";

static const int64_t EXPIRES_MS = 1795377600000, REGISTRATION_MS = 1803124800000;

typedef struct {
    sso_token_t token;
    buffer_t why;
    status_t status;
} loaded_t;

static loaded_t
load (const home_t *home)
{
    loaded_t loaded;
    buffer_init (&loaded.why, 1024);
    sso_token_init (&loaded.token);
    loaded.status = sso_token_load (&loaded.token, home_path (home, FILE_NAME), &loaded.why);
    buffer_append_char (&loaded.why, 0);
    assert_null (strstr (loaded.why.data, "verysecret"));
    return loaded;
}

static void
let_go (loaded_t *loaded)
{
    sso_token_deinit (&loaded->token);
    buffer_deinit (&loaded->why);
}

//  The digests are those of sha1sum.
static void
the_file_is_named_by_the_digest_of_the_session_or_the_url (void **state)
{
    (void) state;
    char path [SSO_TOKEN_PATH_SIZE];
    assert_int_equal (sso_token_path ("/h", SLICE ("my-sso"), path, sizeof path), STATUS_OK);
    assert_string_equal (path, "/h/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json");
    assert_int_equal (sso_token_path ("", SLICE ("https://d-92671207e4.awsapps.com/start"), path, sizeof path), STATUS_OK);
    assert_string_equal (path, "/.aws/sso/cache/13f9d35043871d073ab260e020f0ffde092cb14b.json");
    assert_int_equal (sso_token_path ("/h", SLICE ("my-sso"), path, 63), STATUS_TOO_LARGE);
    assert_int_equal (sso_token_path ("/h", SLICE ("my-sso"), path, 64), STATUS_OK);
}

static void
a_token_is_read_into_memory_that_is_wiped (void **state)
{
    home_write (*state, FILE_NAME, WHOLE);
    loaded_t loaded = load (*state);
    sso_token_t *token = &loaded.token;
    assert_int_equal (loaded.status, STATUS_OK);
    assert_true (slice_is (buffer_slice (&token->access_token), "verysecret-access"));
    assert_true (slice_is (buffer_slice (&token->refresh_token), "verysecret-refresh"));
    assert_true (slice_is (buffer_slice (&token->client_id), "verysecret-id"));
    assert_true (slice_is (buffer_slice (&token->client_secret), "verysecret-\u00e4"));
    assert_int_equal (token->expires_ms, EXPIRES_MS);
    assert_int_equal (token->registration_expires_ms, REGISTRATION_MS);
    const buffer_t *const buffers [] = { &token->file, &token->access_token, &token->refresh_token, &token->client_id, &token->client_secret };
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        assert_true (buffers [i]->secret);
    let_go (&loaded);
}

static void
what_is_no_token_is_said_without_any_of_it (void **state)
{
    static const struct {
        const char *text, *why;
    } rows [] = {
        { "", "is not JSON" },
        { "verysecret", "is not JSON" },
        { "{\"accessToken\": \"verysecret\"", "is not JSON" },
        { "[\"verysecret\"]", "has no accessToken" },
        { "{\"expiresAt\": \"2026-11-22T20:00:00Z\"}", "has no accessToken" },
        { "{\"accessToken\": 1, \"expiresAt\": \"2026-11-22T20:00:00Z\"}", "has no accessToken" },
        { "{\"accessToken\": \"verysecret\"}", "has no expiresAt that is a time like 2026-11-22T20:00:00Z" },
        { "{\"accessToken\": \"verysecret\", \"expiresAt\": \"now\"}", "has no expiresAt that is a time like 2026-11-22T20:00:00Z" },
        { "{\"accessToken\": \"verysecret\", \"expiresAt\": \"verysecretverysecret\"}", "has no expiresAt that is a time like 2026-11-22T20:00:00Z" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        home_write (*state, FILE_NAME, rows [i].text);
        loaded_t loaded = load (*state);
        assert_int_equal (loaded.status, STATUS_MALFORMED);
        assert_string_equal (loaded.why.data, rows [i].why);
        let_go (&loaded);
    }
}

static void
a_file_that_is_not_there_or_no_file_or_too_large_is_told_apart (void **state)
{
    home_t *home = *state;
    loaded_t loaded = load (home);
    assert_int_equal (loaded.status, STATUS_NOT_FOUND);
    let_go (&loaded);
    char *text = calloc (1, SSO_TOKEN_FILE_BYTES_MAX + 2);
    memset (text, ' ', SSO_TOKEN_FILE_BYTES_MAX + 1);
    home_write (home, FILE_NAME, text);
    loaded = load (home);
    assert_int_equal (loaded.status, STATUS_MALFORMED);
    assert_string_equal (loaded.why.data, "is larger than 65536 bytes");
    let_go (&loaded);
    memcpy (text, WHOLE, sizeof WHOLE - 1);
    text [SSO_TOKEN_FILE_BYTES_MAX] = 0;
    home_write (home, FILE_NAME, text);
    loaded = load (home);
    assert_int_equal (loaded.status, STATUS_OK);
    let_go (&loaded);
    free (text);
    assert_int_equal (unlink (home_path (home, FILE_NAME)), 0);
    home_folder (home, FILE_NAME);
    loaded = load (home);
    assert_int_equal (loaded.status, STATUS_SYSTEM);
    assert_string_equal (loaded.why.data, "cannot be read: Is a directory");
    let_go (&loaded);
}

//  The times that the command line and the SDKs write.
static void
times_are_read_in_every_form_that_was_ever_written (void **state)
{
    static const char *const times [] = { "2026-11-22T20:00:00Z", "2026-11-22T20:00:00UTC", "2026-11-22T20:00:00.000Z", "2026-11-22T21:00:00+01:00" };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text [256];
        snprintf (text, sizeof text, "{\"accessToken\": \"a\", \"expiresAt\": \"%s\", \"registrationExpiresAt\": \"soon\"}", times [i]);
        home_write (*state, FILE_NAME, text);
        loaded_t loaded = load (*state);
        assert_int_equal (loaded.status, STATUS_OK);
        assert_int_equal (loaded.token.expires_ms, EXPIRES_MS);
        assert_int_equal (loaded.token.registration_expires_ms, 0);
        let_go (&loaded);
    }
}

static void
it_is_renewable_with_a_refresh_token_and_a_client_that_is_registered (void **state)
{
    home_write (*state, FILE_NAME, WHOLE);
    loaded_t loaded = load (*state);
    assert_true (sso_token_renewable (&loaded.token, REGISTRATION_MS - 1));
    assert_false (sso_token_renewable (&loaded.token, REGISTRATION_MS));
    loaded.token.registration_expires_ms = 0;
    assert_true (sso_token_renewable (&loaded.token, REGISTRATION_MS));
    buffer_t *const needed [] = { &loaded.token.refresh_token, &loaded.token.client_id, &loaded.token.client_secret };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        size_t size = needed [i]->size;
        needed [i]->size = 0;
        assert_false (sso_token_renewable (&loaded.token, 0));
        needed [i]->size = size;
    }
    buffer_t request;
    buffer_init_secret (&request, 1024);
    sso_token_write_request (&loaded.token, &request);
    assert_true (slice_is (buffer_slice (&request), "{\"clientId\": \"verysecret-id\", \"clientSecret\": \"verysecret-\u00e4\", "
                           "\"grantType\": \"refresh_token\", \"refreshToken\": \"verysecret-refresh\"}"));
    buffer_deinit (&request);
    let_go (&loaded);
}

static void
an_answer_that_is_no_token_changes_nothing (void **state)
{
    static const char *const answers [] = {
        "", "[]", "{", "{\"accessToken\": \"a\"}", "{\"expiresIn\": 1}", "{\"accessToken\": \"a\", \"expiresIn\": 0}",
        "{\"accessToken\": \"a\", \"expiresIn\": \"1\"}", "{\"accessToken\": \"a\", \"expiresIn\": 9223372036854775807}",
    };
    home_write (*state, FILE_NAME, WHOLE);
    loaded_t loaded = load (*state);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        assert_int_equal (sso_token_take (&loaded.token, slice_of (answers [i]), 0), STATUS_MALFORMED);
        assert_true (slice_is (buffer_slice (&loaded.token.access_token), "verysecret-access"));
        assert_int_equal (loaded.token.expires_ms, EXPIRES_MS);
    }
    assert_int_equal (sso_token_take (&loaded.token, SLICE ("{\"accessToken\": \"b\", \"expiresIn\": 60}"), 1000), STATUS_OK);
    assert_true (slice_is (buffer_slice (&loaded.token.access_token), "b"));
    assert_true (slice_is (buffer_slice (&loaded.token.refresh_token), "verysecret-refresh"));       //  It goes on being good
    assert_int_equal (loaded.token.expires_ms, 61000);
    let_go (&loaded);
}

//  All of the file, as a text.
static const char *
file_text (const home_t *home)
{
    static char text [2048];
    FILE *file = fopen (home_path (home, FILE_NAME), "r");
    assert_non_null (file);
    size_t size = fread (text, 1, sizeof text - 1, file);
    fclose (file);
    text [size] = 0;
    return text;
}

static void
a_renewed_token_takes_the_place_of_the_old_one_for_its_owner_alone (void **state)
{
    home_t *home = *state;
    home_write (home, FILE_NAME, WHOLE);
    assert_int_equal (chmod (home_path (home, FILE_NAME), 0644), 0);
    loaded_t loaded = load (home);
    static const char answer [] = "{\"accessToken\": \"new\\\"\", \"expiresIn\": 3600, \"refreshToken\": \"next\", \"tokenType\": \"Bearer\"}";
    assert_int_equal (sso_token_take (&loaded.token, slice_of (answer), EXPIRES_MS), STATUS_OK);
    assert_int_equal (sso_token_save (&loaded.token, home_path (home, FILE_NAME)), STATUS_OK);
    assert_string_equal (file_text (home),
        "{\"startUrl\": \"https://corp.example/start\", \"region\": \"eu-west-1\", \"clientId\": \"verysecret-id\", "
        "\"clientSecret\": \"verysecret-\u00e4\", \"registrationExpiresAt\": \"2027-02-20T12:00:00Z\", \"scopes\": [\"a\",{\"b\":1}], "
        "\"accessToken\": \"new\\\"\", \"expiresAt\": \"2026-11-22T21:00:00Z\", \"refreshToken\": \"next\"}");
    struct stat about;
    assert_int_equal (stat (home_path (home, FILE_NAME), &about), 0);
    assert_int_equal (about.st_mode & 0777, 0600);
    let_go (&loaded);
    loaded = load (home);
    assert_int_equal (loaded.status, STATUS_OK);
    assert_int_equal (loaded.token.expires_ms, EXPIRES_MS + 3600000);
    let_go (&loaded);
}

//  A folder stands in its place: nothing is left beside it.
static void
a_file_that_cannot_be_replaced_stays (void **state)
{
    home_t *home = *state;
    home_write (home, FILE_NAME, WHOLE);
    loaded_t loaded = load (home);
    assert_int_equal (unlink (home_path (home, FILE_NAME)), 0);
    home_folder (home, FILE_NAME);
    assert_int_equal (sso_token_save (&loaded.token, home_path (home, FILE_NAME)), STATUS_SYSTEM);
    assert_int_equal (errno, EISDIR);
    assert_int_equal (sso_token_save (&loaded.token, home_path (home, "none/token.json")), STATUS_SYSTEM);
    assert_int_equal (errno, ENOENT);
    let_go (&loaded);
    assert_int_equal (rmdir (home_path (home, FILE_NAME)), 0);
    assert_int_equal (rmdir (home_path (home, ".aws")), 0);
    assert_int_equal (rmdir (home->home), 0);           //  Empty
    assert_int_equal (mkdir (home->home, 0700), 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_file_is_named_by_the_digest_of_the_session_or_the_url),
        HOME_TEST (a_token_is_read_into_memory_that_is_wiped),
        HOME_TEST (what_is_no_token_is_said_without_any_of_it),
        HOME_TEST (a_file_that_is_not_there_or_no_file_or_too_large_is_told_apart),
        HOME_TEST (times_are_read_in_every_form_that_was_ever_written),
        HOME_TEST (it_is_renewable_with_a_refresh_token_and_a_client_that_is_registered),
        HOME_TEST (an_answer_that_is_no_token_changes_nothing),
        HOME_TEST (a_renewed_token_takes_the_place_of_the_old_one_for_its_owner_alone),
        HOME_TEST (a_file_that_cannot_be_replaced_stays),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
