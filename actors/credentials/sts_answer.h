/*  sts_answer - what STS says to somebody who asks for the keys of a role

        <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>…</AccessKeyId>…</Credentials></AssumeRoleResult></AssumeRoleResponse>
        <ErrorResponse><Error><Code>AccessDenied</Code><Message>…</Message></Error></ErrorResponse>

    Of the first it takes the four parts of Credentials, whatever the request was called (AssumeRole, AssumeRoleWithWebIdentity); of the second,
    code and message. All else is passed over. A document type is refused, so there are no entities but XML's own five; so is what is nested deeper
    than STS_DEPTH_MAX.

    Thread: any; no state. What the parser used is wiped: it held the keys.
    Source: the model of STS 2011-06-15 (AWS Query protocol). */

#ifndef STS_ANSWER_H
#define STS_ANSWER_H

#include "aws_error.h"
#include "provider.h"

enum { STS_DEPTH_MAX = 16 };

//  From a whole HTTP answer. OK: keys are there, with their end (*keys was initialised and empty); error->class is AWS_NO_ERROR. MALFORMED: a
//  success without all four parts, or no such document: error says so, as AWS_BROKEN. Otherwise the status of the error (aws_error_status).
MUST_CHECK status_t sts_answer_read (int http_status, slice_t body, found_keys_t *keys, aws_error_t *error);

#endif
