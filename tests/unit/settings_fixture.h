/*  settings_fixture - a configuration as it is read at the start, from variables, our own file and both of AWS's

    Include it behind cmocka.h. The home folder is the test's own, and so is the working directory. */

#ifndef SETTINGS_FIXTURE_H
#define SETTINGS_FIXTURE_H

#include "provider_fixture.h"

enum { SETTINGS_VARIABLES_MAX = 8 };

//  What a row of a table gives; variables are "NAME=value", ended by NULL; NULL texts: no such file.
typedef struct {
    const char *variables [SETTINGS_VARIABLES_MAX];
    const char *file, *config, *credentials;
    const char *flag;
} settings_given_t;

//  HOME is the folder of the test, and nothing else is set but what the row gives.
static inline status_t
settings_read (home_t *home, const settings_given_t *given, config_t *config, buffer_t *sentence)
{
    home->count = 1;
    for (int i = 0; given->variables [i]; i++) {
        const char *equals = strchr (given->variables [i], '=');
        assert_non_null (equals);
        static char names [SETTINGS_VARIABLES_MAX] [64];
        snprintf (names [i], sizeof names [i], "%.*s", (int) (equals - given->variables [i]), given->variables [i]);
        home_set (home, names [i], equals + 1);
    }
    home_write (home, ".aws/config", given->config ? given->config : "");
    home_write (home, ".aws/credentials", given->credentials ? given->credentials : "");
    home_write (home, "cloudwatch-mcp.json", given->file ? given->file : "{}");
    assert_int_equal (chdir (home->home), 0);
    int rest, count = given->flag != NULL;
    buffer_clear (sentence);
    return config_read (config, count, (char *const []) { (char *) given->flag }, home_lookup, home, &rest, sentence);
}

#endif
