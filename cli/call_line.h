/*  call_line - one call that a server tells of, in a line

        17  23:05:07.042  search_log_events      OK          48.2 ms  4bf92f3577b34da6a3ce929d0e0e4736  AWS 45 ms in 2 requests, wait 3 ms

    Number, time (UTC), tool, status, how long in all, trace id, and where the time went: the largest shares first, those under 5 % left out. On a
    terminal a line is cut where that ends, and the trace id is shown where there is room for it: the number names the call as well. In a pipe it is
    always there.

    Whatever a server says may have been written by anybody: it is escaped (plain.h).

    Thread: any; no state. */

#ifndef CALL_LINE_H
#define CALL_LINE_H

#include "json.h"
#include "terminal.h"

//  As /trace/calls has it. Slices are the document's.
typedef struct {
    int64_t number;
    slice_t trace_id, tool, service, status, ended, account, region;
    bool    error;                      //  The client got an error, or nothing
    bool    shared;                     //  Its answer came of another call's request
    int64_t total_us, queue_us, send_us, worker_us, aws_us, waited_us, encode_us, write_us;
    int64_t aws_requests, aws_shared, aws_cached, hops, retries, throttled;
} call_line_t;

//  A time that a server tells: within bounds that can be added up and multiplied, whatever it says. The bound is some thirty years.
#define CALL_LINE_US_MAX INT64_C (1000000000000000)
int64_t call_line_us (const yyjson_val *object, const char *key);

//  False when it is no call.
bool call_line_read (call_line_t *self, yyjson_val *value);

//  "AWS 45 ms in 2 requests (1 throttled), wait 1 ms". short_form: "AWS 45 ms x2, wait 1 ms".
void call_line_append_where (buffer_t *out, const call_line_t *self, bool short_form);

//  The headings that belong above the lines, and a line; each with its end.
void call_line_append_heading (buffer_t *out, const terminal_t *terminal);
void call_line_append (buffer_t *out, const call_line_t *self, const terminal_t *terminal);

//  "48.2 ms", to stand in that many columns; 0: as it is.
void call_line_append_us (buffer_t *out, int64_t us, size_t width);

//  The text, escaped, in exactly so many columns: cut or filled up.
void call_line_append_cell (buffer_t *out, slice_t text, size_t width);

#endif
