/*  config_accounts - the accounts of a configuration file

    Reads the object that stands under "accounts" (accounts.h says what it holds). A complaint says of which account and of which member it is; the
    place in the file is the reader's to say.

    Owner:   config_read, while it reads. */

#ifndef CONFIG_ACCOUNTS_H
#define CONFIG_ACCOUNTS_H

#include "config.h"
#include "json.h"

//  INVALID_ARGUMENT with a sentence; NO_MEMORY. The accounts are config's now, added to those it has.
MUST_CHECK status_t config_accounts_read (config_t *config, yyjson_val *accounts, buffer_t *sentence);

//  Adds one, whose texts are copied. TOO_LARGE: there are ACCOUNTS_MAX already. NO_MEMORY.
MUST_CHECK status_t config_accounts_add (config_t *config, const aws_account_t *account);

#endif
