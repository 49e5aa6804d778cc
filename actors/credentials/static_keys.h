/*  static_keys - the keys that stand in a profile as they are

    Key id, secret and token come from one file: the other file's may belong to another day. The credentials file is asked before all that may stand
    in the config file (PROVIDER_SHARED_FILE), and the config file's own keys behind them (PROVIDER_CONFIG_FILE).

    Owner:   a provider. */

#ifndef STATIC_KEYS_H
#define STATIC_KEYS_H

#include "find.h"

//  Does this file have either half of the keys?
bool static_keys_here (const profile_file_t *file, const char *profile);

//  Ends the provider: with the keys of this file, with a sentence when there is only half of them, or as not here.
void static_keys_look (find_t *find, const profile_file_t *file);

#endif
