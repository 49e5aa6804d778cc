/*  aws_error - what AWS said when it did not say yes

    Reads code and message from an answer's body, whatever its Content-Type claims, and from the headers; sorts the code into the classes by which
    everything else is decided: retry, slow down, refresh the credentials, tell the caller.

    The code comes, in this order, from: the header x-amzn-query-error (CloudWatch's old codes, which is what people know), __type in the body,
    the header x-amzn-errortype, errorType in the body (PromQL, whose message is "error"). "ns#Code:url" is "Code".

    Thread: any; no state. Source: AWS JSON 1.0/1.1 protocols; the SDKs' lists of transient, throttling and skew codes (2026-11-10). */

#ifndef AWS_ERROR_H
#define AWS_ERROR_H

#include "slice.h"
#include "status.h"

typedef enum {
    AWS_NO_ERROR,
    AWS_THROTTLED,              //  Slow down and ask again
    AWS_TRANSIENT,              //  Their fault or the network's; ask again
    AWS_EXPIRED,                //  The credentials that signed are not good (any more): refresh them once
    AWS_SKEWED,                 //  The signature's time may be wrong: compare with their Date
    AWS_DENIED,                 //  The policy lacks an action
    AWS_INVALID,                //  The request is wrong, or names what does not exist: the caller must change it
    AWS_BROKEN,                 //  A success that cannot be read, or a status that AWS does not use (a redirect, 501)
} aws_error_class_t;

//  The texts are copied and made printable: control characters become spaces, bytes that are no UTF-8 become U+FFFD, and what is too long is cut
//  between two characters and ends in "…". What a message says of the headers that were signed is left out: the session token is among them.
typedef struct {
    aws_error_class_t class;
    char code [96];             //  "ThrottlingException"; "HTTP 503" when the answer names none
    char message [512];         //  As AWS words it; "" without one
} aws_error_t;

//  From a whole HTTP answer with a status of 300 or more. Headers are absent where missing.
void aws_error_read (int http_status, slice_t errortype, slice_t query_error, slice_t body, aws_error_t *error);

//  The same from a code and a message that are known already (STS answers in XML); either may be absent.
void aws_error_say (int http_status, slice_t code, slice_t message, aws_error_t *error);

//  The class of a code alone, or, for a code that nobody knows, of the status: AWS_THROTTLED for 429, AWS_TRANSIENT for 500, 502, 503, 504,
//  AWS_INVALID for any other 4xx, AWS_BROKEN for the rest.
aws_error_class_t aws_error_classify (slice_t code, int http_status);

//  How the whole program calls it: THROTTLED, AWS_FAULT, NO_CREDENTIALS, REFUSED, INVALID_ARGUMENT …
status_t aws_error_status (aws_error_class_t class);

#endif
