/*  provider_fixture - an environment and a home folder of the test's own

    Include it behind cmocka.h. HOME is a new folder; nothing else is set. */

#ifndef PROVIDER_FIXTURE_H
#define PROVIDER_FIXTURE_H

#include "provider.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

//  Made up, and easy to find where they must not be.
#define KEY_ID "AKIDEXAMPLE"
#define SECRET "verysecretsecretkey"
#define TOKEN  "verysecrettoken"

enum { VARIABLES_MAX = 32 };

typedef struct {
    char home [32];
    struct {
        const char *name;
        char value [512];
    } variables [VARIABLES_MAX];
    int count;
    provider_context_t context;         //  That looks at it
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

//  The folder goes with all that is in it.
static inline int
home_unlink (const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void) about;
    (void) kind;
    (void) where;
    return remove (path);
}

static inline void
home_deinit (home_t *self)
{
    buffer_deinit (&self->sentence);
    assert_int_equal (nftw (self->home, home_unlink, 8, FTW_DEPTH | FTW_PHYS), 0);
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

//  A folder below the home folder.
static inline void
home_folder (const home_t *self, const char *name)
{
    assert_int_equal (mkdir (home_path (self, name), 0700), 0);
}

#endif
