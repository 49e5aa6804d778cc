/*  aws_wire - how a request looks on the wire, and how its answer is read

    CloudWatch and Logs speak AWS JSON. STS speaks the Query protocol: a form goes there and XML comes back, both translated here, so that whoever
    asks has JSON in both directions (form.h, aws_xml.h).

    Pure translation, without state: the client (aws_client.h) decides when and how often.

    Thread: any. Source: AWS JSON 1.0 and 1.1, and Query protocols; the service models' target prefixes. */

#ifndef AWS_WIRE_H
#define AWS_WIRE_H

#include "operation.h"
#include "sigv4.h"
#include "transfer.h"

typedef struct {
    aws_service_t service;
    const char   *api;
    slice_t       body;                 //  A JSON object; of STS one of texts
    const endpoint_t *endpoint;
    const sigv4_keys_t *keys;
    int64_t       wall_ms;              //  With the learnt skew
    uint64_t      invocation [2];       //  The same over all attempts of a request: AWS counts retries by it
    int           attempt, attempts_max;
    int64_t       first_byte_ms;        //  0: no limit of its own
} aws_wire_request_t;

//  Signs and starts it, for CloudWatch, Logs or STS. Values of headers are copied. NULL: *status says why.
transfer_t *aws_wire_start (const aws_wire_request_t *request, sigv4_t *signer, transfers_t *transfers, int64_t connect_ms, int64_t total_ms,
                            size_t answer_bytes_max, void (*done) (void *arg, const transfer_answer_t *answer), void *arg, status_t *status);

//  What an answer means.
typedef struct {
    aws_error_t error;                  //  class AWS_NO_ERROR: doc is there. code "" when the network and not AWS said no
    yyjson_doc *doc;                    //  The caller frees
    int64_t     retry_after_ms;         //  -1: not said
    bool        has_date;
    int64_t     date_ms;                //  The server's clock; whole seconds
} aws_wire_answer_t;

void aws_wire_read (aws_service_t service, const transfer_answer_t *transfer, aws_wire_answer_t *answer);

//  An HTTP date (IMF-fixdate) of the years 2000 to 2999, as milliseconds since 1970; false for anything else.
bool aws_wire_date (slice_t text, int64_t *wall_ms);

#endif
