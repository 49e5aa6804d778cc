/*  provider_fixture - an environment and a home folder of the test's own, and what a provider made of them

    Include it behind cmocka.h. HOME is a new folder; nothing else is set. */

#ifndef PROVIDER_FIXTURE_H
#define PROVIDER_FIXTURE_H

#include "provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

//  Made up, and easy to find where they must not be.
#define KEY_ID "AKIDEXAMPLE"
#define SECRET "verysecretsecretkey"
#define TOKEN  "verysecrettoken"

enum { VARIABLES_MAX = 16 };

typedef struct {
    char home [32];
    struct {
        const char *name;
        char value [128];
    } variables [VARIABLES_MAX];
    int count;
    provider_context_t context;
    found_keys_t found;
    buffer_t sentence;
} home_t;

static inline const char *
home_lookup (void *arg, const char *name)
{
    const home_t *self = arg;
    for (int i = 0; i < self->count; i++)
        if (strcmp (self->variables [i].name, name) == 0)
            return self->variables [i].value;
    return NULL;
}

static inline void
home_set (home_t *self, const char *name, const char *value)
{
    int at = 0;
    while (at < self->count && strcmp (self->variables [at].name, name) != 0)
        at++;
    assert_true (at < VARIABLES_MAX);
    self->variables [at].name = name;
    assert_true (strlen (value) < sizeof self->variables [at].value);
    memcpy (self->variables [at].value, value, strlen (value) + 1);
    self->count += at == self->count;
}

static inline void
home_init (home_t *self)
{
    *self = (home_t) { .home = "/tmp/cloudwatch-mcp-home-XXXXXX" };
    assert_non_null (mkdtemp (self->home));
    char folder [64];
    snprintf (folder, sizeof folder, "%s/.aws", self->home);
    assert_int_equal (mkdir (folder, 0700), 0);
    home_set (self, "HOME", self->home);
    self->context = (provider_context_t) { .account = "", .lookup = home_lookup, .lookup_arg = self };
    found_keys_init (&self->found);
    buffer_init (&self->sentence, 4096);
}

//  The path of a file below the home folder; valid until the next call but one.
static inline const char *
home_path (const home_t *self, const char *name)
{
    static char paths [2] [96];
    static int turn;
    turn = !turn;
    snprintf (paths [turn], sizeof paths [turn], "%s/%s", self->home, name);
    return paths [turn];
}

static inline void
home_write_bytes (const home_t *self, const char *name, slice_t bytes)
{
    FILE *file = fopen (home_path (self, name), "w");
    assert_non_null (file);
    assert_int_equal (fwrite (bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal (fclose (file), 0);
}

static inline void
home_write (const home_t *self, const char *name, const char *text)
{
    home_write_bytes (self, name, slice_of (text));
}

static inline void
home_deinit (home_t *self)
{
    found_keys_deinit (&self->found);
    buffer_deinit (&self->sentence);
    static const char *const files [] = { ".aws/config", ".aws/credentials", "elsewhere" };
    for (size_t i = 0; i < sizeof files / sizeof files [0]; i++) {
        unlink (home_path (self, files [i]));
        rmdir (home_path (self, files [i]));
    }
    rmdir (home_path (self, ".aws"));
    assert_int_equal (rmdir (self->home), 0);
}

//  One more look, which forgets what the last one found.
static inline status_t
home_ask (home_t *self, status_t (*find) (const provider_context_t *context, found_keys_t *found, buffer_t *sentence))
{
    found_keys_deinit (&self->found);
    buffer_clear (&self->sentence);
    return find (&self->context, &self->found, &self->sentence);
}

static inline status_t
home_ask_all (home_t *self, const provider_t *providers)
{
    found_keys_deinit (&self->found);
    buffer_clear (&self->sentence);
    return providers_find (providers, &self->context, &self->found, &self->sentence);
}

//  The sentence as a text; no secret is in any.
static inline const char *
home_sentence (home_t *self)
{
    buffer_append_char (&self->sentence, 0);
    self->sentence.size--;
    assert_null (strstr (self->sentence.data, "verysecret"));
    return self->sentence.data;
}

//  What was found, and that it is in memory that will be wiped.
static inline void
assert_found (const home_t *home, const char *key_id, const char *secret, const char *token)
{
    assert_true (slice_is (buffer_slice (&home->found.key_id), key_id));
    assert_true (slice_is (buffer_slice (&home->found.secret), secret));
    assert_true (slice_is (buffer_slice (&home->found.token), token));
    assert_true (home->found.key_id.secret && home->found.secret.secret && home->found.token.secret);
    assert_int_equal (home->sentence.size, 0);
}

static inline int
home_begin (void **state)
{
    home_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    home_init (self);
    *state = self;
    return 0;
}

static inline int
home_end (void **state)
{
    home_deinit (*state);
    free (*state);
    return 0;
}

#define HOME_TEST(name) cmocka_unit_test_setup_teardown (name, home_begin, home_end)

#endif
