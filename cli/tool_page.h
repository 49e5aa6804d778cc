/*  tool_page - a tool as a person reads about it: what it does, its arguments, how to type it, what it needs in IAM

    All of it is made from the contract.

    Thread: main; no state. */

#ifndef TOOL_PAGE_H
#define TOOL_PAGE_H

#include "contract.h"
#include "terminal.h"

//  The tool by its name. NULL when there is none; then standard error has been told, with the name that was probably meant.
const contract_t *tool_page_find (const contracts_t *contracts, const char *name);

void tool_page_write (buffer_t *out, const contract_t *contract, const terminal_t *terminal);

#endif
