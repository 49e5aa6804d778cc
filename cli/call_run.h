/*  call_run - one call of a tool in this process

    A session (session.h) of one call. The answer goes to standard output, for a person or as JSON; what went wrong, and progress on a terminal, to
    standard error.

    Thread: main. */

#ifndef CALL_RUN_H
#define CALL_RUN_H

#include "config.h"
#include "contract.h"

//  Returns the exit code; that of a call that a signal cancelled is 128 and the signal's number.
int call_run (const config_t *config, const contracts_t *contracts, const contract_t *contract, const contract_arguments_t *arguments, bool json);

#endif
