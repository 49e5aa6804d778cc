/*  trail - which places a look for keys asked, and why it went on from each: for the doctor

    Steps in their order, each a line of three parts with a tab between them:

        skipped    environment          AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set
        followed   role of a profile    to the profile "base"
        used       credentials file
        used       role                 arn:aws:iam::123456789012:role/reader, at the STS of eu-west-1
        unasked    container

    skipped: nothing is configured there. followed: it leads to another place. used: it gave keys. broken: it is configured, but gave none; why is
    told by the sentence of the look. unasked: another place decided before.

    Names of variables, profiles, files and roles stand in it, and nothing of what they hold.

    Owner:  whoever has the buffer. Thread: any; no state. */

#ifndef TRAIL_H
#define TRAIL_H

#include "buffer.h"

//  A reason is cut at WHY; the whole is bounded by how many steps a look can have (find.h): the places twice, and the roles.
enum { TRAIL_WHY_BYTES_MAX = 240, TRAIL_BYTES_MAX = 16 * 1024 };

typedef struct {
    slice_t verdict, source, why;       //  why is empty where there is nothing to say
} trail_step_t;

void trail_add (buffer_t *trail, const char *verdict, const char *source, const char *why);

//  Takes the next step off; false when there is none, or no whole one.
bool trail_next (slice_t *rest, trail_step_t *step);

#endif
