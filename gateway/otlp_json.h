/*  otlp_json - spans as OTLP/HTTP has them in JSON

    Ids are hex, enumerations numbers, 64-bit integers texts. Times are those of one clock: the wall clock of the gateway at the call's end, and
    durations from there, whatever a worker's clock says. Where the time of an attempt went (name, connection, TLS, first byte) are events too.

    Thread: any; no state. Source: opentelemetry-proto 1.5, trace.proto and "JSON Protobuf Encoding". */

#ifndef OTLP_JSON_H
#define OTLP_JSON_H

#include "buffer.h"
#include "ring.h"

//  Appends the spans of a call behind those that were taken already, with commas between, and returns how many. What cannot be read behind a good
//  span is left out.
size_t otlp_json_spans (const ring_call_t *call, slice_t spans, buffer_t *out);

//  Around them: a request's begin, with the resource's attributes as a JSON array, and its end.
void   otlp_json_begin (slice_t resource, buffer_t *out);
void   otlp_json_end (buffer_t *out);

//  Of a collector's answer: how many spans it would not have, and why (in the answer; absent when it does not say).
size_t otlp_json_rejected (slice_t answer, char *reason, size_t size);

#endif
