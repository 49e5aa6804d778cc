/*  dashboard_body - the text in which a dashboard is kept: JSON within AWS's JSON

        {"start":"-PT6H","widgets":[…],"variables":[…]}

    AWS checks it when it is put, not when it is read, and not all of it. So it is read like anything from outside: strictly, to a bounded depth,
    and what is wrong with it becomes a sentence.

    Thread: any; no state. Source: "Dashboard Body Structure and Syntax" in the API reference of CloudWatch. */

#ifndef DASHBOARD_BODY_H
#define DASHBOARD_BODY_H

#include "json.h"

//  OK with a document whose root is an object with an array "widgets"; the caller frees it. MALFORMED, and why it cannot be read in the sentence.
//  NO_MEMORY.
MUST_CHECK status_t dashboard_body_read (slice_t text, yyjson_doc **doc_p, buffer_t *sentence);

//  Appends what stands beside the widgets, each with a comma before it: "start_time" and "end_time", in the form that our tools take, and
//  "variables". A sentence of the note says what these mean.
void dashboard_body_append (yyjson_val *root, buffer_t *members, buffer_t *note);

#endif
