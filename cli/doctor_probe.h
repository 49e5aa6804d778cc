/*  doctor_probe - one probe of the doctor: what was tried, for which tools, and what was said

    The answer is the JSON of an internal operation (actors/probe.h); its member verdict is "allowed", "denied", "keyless", "refused", "unreached" or
    "unknown".

    Owner: the report that has it, by value. Thread: main. */

#ifndef DOCTOR_PROBE_H
#define DOCTOR_PROBE_H

#include "json.h"

enum { DOCTOR_TOOLS_SIZE = 200 };

typedef struct {
    const char *action;         //  "logs:FilterLogEvents"; of the probe of an account, its name
    char        tools [DOCTOR_TOOLS_SIZE];      //  That need it: "search_log_events, tail"
    yyjson_doc *answer;         //  NULL: it did not answer, or was not asked
    buffer_t    trouble;        //  Why not, in a sentence; empty: it was not asked
} doctor_probe_t;

//  Borrows the action.
void doctor_probe_init (doctor_probe_t *self, const char *action);
void doctor_probe_deinit (doctor_probe_t *self);

//  One more tool that needs the action; names for which there is no room are left out.
void doctor_probe_add_tool (doctor_probe_t *self, const char *tool);

//  A member of the answer; NULL where there is none, or no answer, or it is null. And one that is a text.
yyjson_val *doctor_probe_member (const doctor_probe_t *self, const char *name);
const char *doctor_probe_text (const doctor_probe_t *self, const char *name);

//  "unknown" also where nothing was said.
const char *doctor_probe_verdict (const doctor_probe_t *self);
bool        doctor_probe_is (const doctor_probe_t *self, const char *verdict);

//  Why it is as it is, in a sentence: the answer's, else the trouble.
slice_t     doctor_probe_why (const doctor_probe_t *self);

#endif
