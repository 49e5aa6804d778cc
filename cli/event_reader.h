/*  event_reader - server-sent events, from the bytes in which they come

        event: call\n
        data: {"number": 17}\n
        \n

    Lines end with LF, CR or both; several lines of data are one text with LF between them; comments, ids and other fields are passed over; an event
    without data is none. Bytes come in any pieces: what is not whole yet is kept.

    Limit:   of an event, its name and data together, and of each of its lines: given at the beginning.
    Thread:  one at a time. Source: WHATWG HTML, server-sent events, "interpreting an event stream". */

#ifndef EVENT_READER_H
#define EVENT_READER_H

#include "buffer.h"

//  The slices are valid until it returns. An event that has no name is a "message".
typedef void (event_read_t) (void *arg, slice_t name, slice_t data);

typedef struct {
    buffer_t      line, name, data;
    bool          after_return;         //  The last byte was a CR: a LF belongs to it
    bool          has_data;             //  Of the event that is being read
    bool          begun;                //  The first line is over: behind it a byte order mark is none
    event_read_t *read;
    void         *arg;
} event_reader_t;

void event_reader_init (event_reader_t *self, size_t bytes_max, event_read_t *read, void *arg);
void event_reader_deinit (event_reader_t *self);

//  Calls read for each event that these bytes complete. False: one is too large, or there is no memory; then nothing more can be read.
MUST_CHECK bool event_reader_take (event_reader_t *self, slice_t bytes);

#endif
