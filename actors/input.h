/*  input - what an AWS request is asked with, written member by member

        yyjson_mut_doc *doc = input_new ();                     NULL without memory
        yyjson_mut_val *input = yyjson_mut_doc_get_root (doc);
        …add members…
        return input_ask (&doc, call, slot, &(aws_request_t) { .service = …, .api = … });

    Owner: the operation, until it is asked with. Thread: the actor's. */

#ifndef INPUT_H
#define INPUT_H

#include "operation.h"

//  A document whose root is an empty object.
yyjson_mut_doc *input_new (void);

//  Asks AWS (call_ask) with the document as the request's body, and takes it, whatever comes of that. TOO_LARGE: AWS takes no more than 1 MB.
MUST_CHECK status_t input_ask (yyjson_mut_doc **doc_p, call_t *call, int slot, const aws_request_t *request);

#endif
