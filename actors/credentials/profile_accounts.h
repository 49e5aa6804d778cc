/*  profile_accounts - what the profiles of AWS's files add to the accounts that a call may name

    An account that has a profile, and neither a region nor regions, goes where its profile says.

    With --profiles, on the machine of a developer who has them all anyway, every profile is an account under its own name; one that the configuration
    file has too stays as that says. A profile whose name no call could carry is left out, and so are those beyond ACCOUNTS_MAX, with a warning.

    The files are read once, at start: a profile that is new needs a restart, while its keys are looked for each time.

    Thread: main, before any other. */

#ifndef PROFILE_ACCOUNTS_H
#define PROFILE_ACCOUNTS_H

#include "config.h"

//  lookup NULL: getenv. Reads nothing where no profile is asked for. SYSTEM or TOO_LARGE with a sentence about a file that cannot be read; NO_MEMORY.
MUST_CHECK status_t profile_accounts_complete (config_t *config, config_lookup_fn *lookup, void *lookup_arg, buffer_t *sentence);

#endif
