/*  tools_accounts - the tools as a client sees them, where accounts are configured

    Every contract has an argument account, and which accounts there are is for the configuration to say. So a client's list of tools has their names
    in it, as the only values that the argument may have; where none is configured the argument is not there at all, because it could only be wrong.

    Thread: any; no state. */

#ifndef TOOLS_ACCOUNTS_H
#define TOOLS_ACCOUNTS_H

#include "config.h"
#include "json.h"

//  Of more accounts than this the list of tools has no names, only how to learn them: they would be there once for each tool.
enum { TOOLS_ACCOUNTS_NAMED_MAX = 16 };

//  Appends an input schema with this change. Ask buffer_status.
void tools_accounts_append_schema (buffer_t *out, slice_t schema, const config_t *config);

//  Appends a sentence about the accounts that there are, with their descriptions as far as there is room, as the text inside of a JSON string;
//  nothing when there are none.
void tools_accounts_append_instructions (buffer_t *out, const config_t *config);

#endif
