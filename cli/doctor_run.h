/*  doctor_run - the probes of the doctor, all at once, in this process

    A session (session.h) of a call for each action that a tool needs.

    Thread: main. */

#ifndef DOCTOR_RUN_H
#define DOCTOR_RUN_H

#include "config.h"
#include "contract.h"
#include "doctor_report.h"

//  Longer than this no probe is waited for.
enum { DOCTOR_DEADLINE_MS = 15000 };

//  Every action that a tool of the contracts needs gets its place in the report, and so does the question who asks; a tool that is answered without
//  AWS needs none.
void doctor_run_collect (const config_t *config, const contracts_t *contracts, doctor_report_t *report);

//  Asks for each, and keeps what was said. The exit code when it could not be run, or was cancelled; EXIT_DONE otherwise.
int doctor_run (const config_t *config, const contracts_t *contracts, doctor_report_t *report);

#endif
