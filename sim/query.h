/*  query - AWS's oldest protocol: a form goes in, XML comes out

    STS speaks nothing else, and old clients still speak it to CloudWatch. The body is a form, "Action=X&Version=Y&…": the version tells the
    service, the action the operation. Operations are those of the one table (wire.h); their input is the form's other members as an object
    of texts and whole numbers, their output is written as elements. Answers and errors carry the request's id in their XML too.

    STS: AssumeRole, AssumeRoleWithWebIdentity, GetCallerIdentity. CloudWatch: every action is refused, in XML, because only its
    JSON protocol is simulated.

    Thread: any; no state. */

#ifndef SIM_QUERY_H
#define SIM_QUERY_H

#include "wire.h"

#define QUERY_CONTENT_TYPE "application/x-www-form-urlencoded"

//  Most members of one form; the rest of a longer one is not read, which makes it MalformedInput.
enum { QUERY_MEMBERS_MAX = 64 };

//  Where a form leads. Its service is NULL when the version is nobody's.
wire_route_t query_route (slice_t form);

//  Who asks, and how his request is called.
typedef struct {
    const char *region;
    const char *key_id;
    const char *request_id;
    const wire_sts_t *sts;      //  May be NULL, as wire_call's
} query_visitor_t;

//  As wire_answer, wire_fail and wire_fail_route.
void query_answer (const wire_operation_t *operation, const shop_t *shop, const query_visitor_t *visitor, slice_t form, wire_answer_t *answer);
void query_fail (const wire_service_t *service, const char *code, int status, slice_t message, const char *request_id, wire_answer_t *answer);
void query_fail_route (const wire_route_t *route, const char *request_id, wire_answer_t *answer);

#endif
