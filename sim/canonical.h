/*  canonical - the one spelling of a request that both sides of a signature agree on

    Signature Version 4 signs not the bytes on the wire but a normal form of them: a path without detours, a query in order, header values
    without extra spaces. These are the three rules, each on its own, so that a test can hold them against the published examples.

    Source: "Create a signed AWS API request" in the AWS IAM user guide; all services but S3.
    Thread: any; no state. */

#ifndef SIM_CANONICAL_H
#define SIM_CANONICAL_H

#include "buffer.h"

//  More parameters than this in one query are refused.
enum { CANONICAL_PARAMETERS_MAX = 64 };

//  The path as sent (so already encoded once): dot segments and empty ones removed, every byte but the unreserved ones encoded again.
void canonical_path (slice_t path, buffer_t *out);

//  The query as sent, without '?': decoded, encoded in the one way, sorted by name, then by value. False when it has too many parameters.
bool canonical_query (slice_t query, buffer_t *out);

//  A header's value: trimmed, runs of spaces made one.
void canonical_value (slice_t value, buffer_t *out);

#endif
