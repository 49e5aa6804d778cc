/*  probe - may this server do what its tools need?

    An internal operation of each actor: it asks AWS for one IAM action, by a request that reads nothing worth having and changes nothing, and tells
    what came of it, together with what the request went to and was signed with. Who asks is the doctor (cli/doctor.c).

        argument    {"action": "logs:FilterLogEvents"}
        answer      {"verdict": "allowed", "text": null, "endpoint": "https://logs.eu-west-1.amazonaws.com", "first_byte_ms": 34, "skew_s": 0,
                     "source": "environment", "key_id": "AKIA…MPLE", "expires_s": null, "newer_s": null,
                     "arn": null, "sources": [{"verdict": "used", "source": "environment", "why": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"}, …]}

    verdict: allowed; denied, by a policy; refused, because AWS does not take the keys or the signature; unreached, when no answer came; keyless,
    when there are no credentials, and nothing was asked; unknown. text: what went wrong, in a sentence. arn: whose the keys are, from
    sts:GetCallerIdentity alone. newer_s: when newer keys are looked for, once somebody needs them. sources: where keys were looked for, as
    credentials/trail.h has it. What is not known is null.

    AWS looks at permissions before it looks for what a request names: that a log group does not exist is told only to who may read it.

    Thread: the actor's; the table is constant. */

#ifndef PROBE_H
#define PROBE_H

#include "operation.h"

typedef struct {
    const char   *action;               //  As IAM writes it: "logs:FilterLogEvents"
    aws_service_t service;
    const char   *api;
    const char   *body;                 //  JSON
    const char   *times;                //  Names, with a comma between them, of members for the start and the end of the last minute; NULL: none
    int           unit_ms;              //  Of these: 1,000 or 1
} probe_t;

//  One for every action that a tool needs, and one that says who asks; ended by a NULL action.
extern const probe_t PROBES [];

const probe_t *probe_find (slice_t action);

extern const operation_t PROBE_LOGS, PROBE_METRICS, PROBE_ALARMS;

#endif
