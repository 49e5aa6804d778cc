/*  scripted_aws - an AWS that a test tells what to answer

    A web server on the loopback that keeps every request and answers from a table of rows, from a list of answers, by a function, or never. Include
    it behind cmocka.h. Owner: the test; its reactor is turned by the test too. */

#ifndef SCRIPTED_AWS_H
#define SCRIPTED_AWS_H

#include "http.h"
#include "json.h"

#include <stdio.h>
#include <stdlib.h>

enum { REQUESTS_KEPT = 256, SCRIPT_MAX = 16, OPEN_MAX = 600 };

//  A table of rows that AWS gives page by page; its tokens are "t-OFFSET".
typedef struct {
    int rows, page_rows;
    int empty_pages;                    //  So many pages come before the first row
    const char *items;                  //  "logGroups"
    const char *token;                  //  "nextToken"
    void (*write) (buffer_t *out, int row);
} table_t;

typedef struct {
    int status;                         //  HTTP; 0: never answered
    const char *body;
} scripted_t;

//  A request that came.
typedef struct {
    char     target [96];
    char    *body;
    yyjson_doc *doc;
} asked_t;

typedef struct scripted_aws {
    reactor_t     *reactor;             //  Of its own, on the real clock: it only serves
    http_server_t *server;
    char           url [64];
    table_t        table;
    scripted_t     script [SCRIPT_MAX]; //  Answers in order, before all others
    int            scripted, told;
    void         (*instead) (struct scripted_aws *self, http_exchange_t *exchange, const asked_t *asked);      //  Instead of the table
    http_exchange_t *open [OPEN_MAX];   //  Not answered
    int            open_count, left;    //  left: clients that went before their answer
    asked_t        asked [REQUESTS_KEPT];
    int            asked_count;
} scripted_aws_t;

static inline void
aws_reply (http_exchange_t *exchange, int status, slice_t text)
{
    buffer_t body;
    buffer_init (&body, 16 << 20);
    buffer_append_slice (&body, text);
    http_reply (&exchange, &(http_reply_t) { .status = status, .content_type = "application/x-amz-json-1.1" }, &body);
}

//  The page that the request's token asks for.
static inline void
aws_table (scripted_aws_t *self, http_exchange_t *exchange, const asked_t *asked)
{
    const table_t *table = &self->table;
    slice_t token = json_text (yyjson_doc_get_root (asked->doc), table->token);
    int first = token.size > 2 ? (int) strtol (token.data + 2, NULL, 10) : -table->empty_pages;
    int end = first < 0 ? 0 : first + table->page_rows < table->rows ? first + table->page_rows : table->rows;
    buffer_t body;
    buffer_init (&body, 16 << 20);
    buffer_printf (&body, "{\"%s\":[", table->items);
    for (int row = first < 0 ? 0 : first; row < end; row++) {
        buffer_append_text (&body, row > first ? "," : "");
        table->write (&body, row);
    }
    buffer_append_text (&body, "]");
    int next = first < 0 ? first + 1 : end;
    if (next < table->rows)
        buffer_printf (&body, ",\"%s\":\"t-%d\"", table->token, next);
    buffer_append_text (&body, "}");
    aws_reply (exchange, 200, buffer_slice (&body));
    buffer_deinit (&body);
}

static inline asked_t *
aws_keep (scripted_aws_t *self, const http_exchange_t *exchange)
{
    asked_t *asked = &self->asked [self->asked_count++ % REQUESTS_KEPT];
    free (asked->body);
    yyjson_doc_free (asked->doc);
    asked->doc = NULL;
    slice_t target = http_header (exchange, "x-amz-target"), body = http_body (exchange);
    snprintf (asked->target, sizeof asked->target, "%.*s", (int) target.size, target.data);
    asked->body = calloc (1, body.size + 1);
    memcpy (asked->body, body.data, body.size);
    if (target.size)                    //  What STS is asked is a form
        assert_int_equal (json_read (body, JSON_DEPTH_MAX, &asked->doc, NULL), STATUS_OK);
    return asked;
}

static inline void
aws_request (void *arg, http_exchange_t *exchange)
{
    scripted_aws_t *self = arg;
    const asked_t *asked = aws_keep (self, exchange);
    if (self->told < self->scripted) {
        const scripted_t *answer = &self->script [self->told++];
        if (answer->status) {
            aws_reply (exchange, answer->status, slice_of (answer->body));
            return;
        }
    } else if (self->instead) {
        self->instead (self, exchange, asked);
        return;
    } else if (self->table.items) {
        aws_table (self, exchange, asked);
        return;
    }
    assert_true (self->open_count < OPEN_MAX);
    self->open [self->open_count++] = exchange;
}

static inline void
aws_gone (void *arg, http_exchange_t *exchange)
{
    scripted_aws_t *self = arg;
    for (int i = 0; i < self->open_count; i++)
        if (self->open [i] == exchange)
            self->open [i] = self->open [--self->open_count];
    self->left++;
}

static inline void
aws_says (scripted_aws_t *self, int status, const char *body)
{
    assert_true (self->scripted < SCRIPT_MAX);
    self->script [self->scripted++] = (scripted_t) { status, body };
}

//  The requests that AWS got, the first one 0.
static inline yyjson_val *
asked (const scripted_aws_t *self, int index)
{
    assert_true (index < self->asked_count && self->asked_count - index <= REQUESTS_KEPT);
    return yyjson_doc_get_root (self->asked [index % REQUESTS_KEPT].doc);
}

static inline const char *
asked_text (const scripted_aws_t *self, int index)
{
    assert_true (index < self->asked_count && self->asked_count - index <= REQUESTS_KEPT);
    return self->asked [index % REQUESTS_KEPT].body;
}

//  An answer with nothing in it, to every request.
static inline void
answer_empty (scripted_aws_t *self, http_exchange_t *exchange, const asked_t *asked_now)
{
    (void) self;
    (void) asked_now;
    aws_reply (exchange, 200, SLICE ("{}"));
}

//  Listens from now on.
static inline void
scripted_aws_init (scripted_aws_t *self)
{
    static const http_limits_t LIMITS = {
        .connections_max = 600, .head_bytes_max = 65536, .head_lines_max = 64, .body_bytes_max = 1 << 20, .stream_bytes_max = 1 << 20,
        .head_ms = 60000, .body_ms = 60000, .idle_ms = 600000, .write_ms = 60000,
    };
    int port;
    *self = (scripted_aws_t) { .reactor = reactor_new (clock_system ()) };
    self->server = http_server_new (self->reactor, &LIMITS, &(http_handler_t) { .request = aws_request, .gone = aws_gone, .self = self });
    assert_int_equal (http_server_listen (self->server, "127.0.0.1", 0, &port), STATUS_OK);
    snprintf (self->url, sizeof self->url, "http://127.0.0.1:%d", port);
}

static inline void
scripted_aws_deinit (scripted_aws_t *self)
{
    http_server_destroy (&self->server);
    reactor_destroy (&self->reactor);
    for (int i = 0; i < REQUESTS_KEPT; i++) {
        free (self->asked [i].body);
        yyjson_doc_free (self->asked [i].doc);
    }
}

#endif
