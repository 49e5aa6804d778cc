/*  reply - what a method has to say: a result, or an error of the protocol

    A method is given a request and fills a reply; it knows neither the id nor the transport. What revisions demand of every result (resultType,
    who answers, how long it may be kept) is written here, once.

    Thread: any; plain values. */

#ifndef REPLY_H
#define REPLY_H

#include "era.h"

//  One message, checked for its era. params: an object, or NULL.
typedef struct {
    yyjson_val *params;
    revision_t  revision;
    const struct asks *asks;            //  For what must ask the client first (asks.h)
} request_t;

typedef struct {
    int      code;                      //  0: text is the result, as JSON; else JSON-RPC's code, and text is a sentence
    buffer_t text;
    buffer_t data;                      //  With an error: JSON, or empty
} reply_t;

void reply_init (reply_t *self);
void reply_deinit (reply_t *self);

//  How long a result may be kept, and by whom. Only the modern revision says it.
typedef enum { REPLY_NOT_KEPT, REPLY_PUBLIC, REPLY_PRIVATE } reply_scope_t;

//  Opens the result's object and writes what this revision wants in it; the method writes its members, the first one without a comma, and then "}".
void reply_begin (reply_t *self, revision_t revision, reply_scope_t scope, int ttl_ms);

//  Makes it an error, with a sentence. Whatever was written before is forgotten.
void reply_refuse (reply_t *self, int code, const char *format, ...) __attribute__ ((format (printf, 3, 4)));

//  The whole JSON-RPC message. A result that did not fit is an error then.
void reply_write (const reply_t *self, slice_t id, buffer_t *json);

//  The error for a resource that is not there: its code depends on the revision, its data names the resource.
void reply_no_resource (reply_t *self, revision_t revision, slice_t uri, const char *sentence);

//  Lists have one page each, so that no cursor is ours: true, and an error, for a request that has one.
bool reply_refuses_cursor (reply_t *self, const request_t *request);

//  A text from outside inside one of our sentences: cut, and printable.
typedef struct {
    char text [96];
} reply_shown_t;

reply_shown_t reply_shown (slice_t text);

#endif
