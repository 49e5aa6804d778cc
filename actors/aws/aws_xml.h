/*  aws_xml - what a service that answers in XML says, as the JSON that the others send

        <GetCallerIdentityResponse>                     {
          <GetCallerIdentityResult>                       "GetCallerIdentityResult": {
            <Arn>arn:aws:iam::…</Arn>                       "Arn": "arn:aws:iam::…",
            <Account>123456789012</Account>                 "Account": "123456789012"
          </GetCallerIdentityResult>                      }
        </GetCallerIdentityResponse>                    }

    The outermost element is the root; an element that holds others is an object, any other a text. Of several with one name the first counts: lists
    are not read. Attributes, prefixes and what stands between elements are passed over. A document type is refused, so there are no entities but
    XML's own five; so is what is nested deeper than AWS_XML_DEPTH_MAX, or has more elements than AWS_XML_ELEMENTS_MAX.

    Not for answers that hold keys: these are read where they are wiped (credentials/sts_answer.h).

    Thread: any; no state. Source: AWS Query protocol. */

#ifndef AWS_XML_H
#define AWS_XML_H

#include "json.h"

enum { AWS_XML_DEPTH_MAX = 16, AWS_XML_ELEMENTS_MAX = 1000, AWS_XML_TEXT_BYTES_MAX = 64 * 1024 };

//  OK: *doc is the caller's, to be freed. MALFORMED, NO_MEMORY: it is NULL.
MUST_CHECK status_t aws_xml_read (slice_t xml, yyjson_doc **doc);

#endif
