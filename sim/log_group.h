/*  log_group - which log group a request means

    Requests name a group of the own account, or one of any linked account by its ARN.

    Thread: any; no state. */

#ifndef SIM_LOG_GROUP_H
#define SIM_LOG_GROUP_H

#include "wire.h"

//  The patterns of the model: of a group's name, a part of one, an identifier (name or ARN), and a stream's name.
extern const check_pattern_t LOG_GROUP_NAME;
extern const check_pattern_t LOG_GROUP_NAME_PART;
extern const check_pattern_t LOG_GROUP_IDENTIFIER;
extern const check_pattern_t LOG_STREAM_NAME;

//  The group of logGroupName or logGroupIdentifier, of which a request has one. NULL after refusing.
const shop_log_group_t *log_group_asked (wire_call_t *call);

//  The same for an operation that reads events, which groups of other classes than STANDARD do not give.
const shop_log_group_t *log_group_readable (wire_call_t *call);

#endif
