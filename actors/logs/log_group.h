/*  log_group - how a caller names a log group, and how AWS wants it named

    A group is given as its name, or as its ARN: a group of a linked account must be. The ARN may end in ":*", as the console shows it, which the
    operations that read logs do not accept.

        arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:*
                     region    account                name

    Thread: any; no state. Slices point into what was given. */

#ifndef LOG_GROUP_H
#define LOG_GROUP_H

#include "operation.h"

//  Without the ":*" at the end.
slice_t log_group_trim (slice_t group);

//  The parts of an ARN; absent for a group that is given by its name, or where it lacks that part. The name is the text itself when it is no ARN.
slice_t log_group_region (slice_t group);
slice_t log_group_account (slice_t group);
slice_t log_group_name (slice_t group);

//  Adds the group to a request: as logGroupName or as logGroupIdentifier. The text is borrowed. False without memory.
bool    log_group_add (yyjson_mut_doc *doc, yyjson_mut_val *input, slice_t group);

//  Did AWS say that there is no such group?
bool    log_group_is_unknown (const outcome_t *outcome);

//  Appends a sentence about that: what was looked for, where, and how to find what there is.
void    log_group_explain (buffer_t *out, slice_t group, const char *region);

//  May the call ask about this group? Otherwise appends a sentence about that, and is false.
bool    log_group_allowed (const call_t *call, slice_t group, buffer_t *sentence);

#endif
