/*  http_internal - what the files of the HTTP server share

        http.c              the server: listening, accepting, room for connections, draining
        http_connection.c   one client: its socket, its times, its states
        http_request.c      bytes become a request
        http_reply.c        an answer becomes bytes
        http_exchange.c     what a handler does with an exchange

    Nobody else includes this, but for the fuzz target. */

#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include "http.h"
#include "log_quota.h"

#include <llhttp.h>
#include <sys/socket.h>

typedef struct http_connection http_connection_t;

//  An idle connection keeps a buffer up to this size, so that small requests need no allocation.
enum { HTTP_IDLE_BYTES_MAX = 4096 };

//  ---------------------------------------------------------------- request

//  Bytes counted from the first of the request: the buffer may move while more of it arrives.
typedef struct {
    uint32_t at;
    uint32_t size;
} http_span_t;

typedef struct {
    http_span_t name;
    http_span_t value;
} http_line_t;

typedef enum {
    HTTP_PARTIAL,               //  Every byte was looked at; more must come
    HTTP_HEAD_READ,             //  The head is whole and acceptable; ask again for the body
    HTTP_WHOLE,                 //  The request is whole
    HTTP_REFUSED                //  See refusal and why; nothing more can be parsed
} http_progress_t;

typedef struct {
    llhttp_t parser;
    const http_limits_t *limits;
    buffer_t in;                //  [answered before][this request: head, body][not parsed yet]
    size_t   begin;             //  Where this request begins in it
    size_t   parsed;            //  Bytes of this request that the parser has seen
    size_t   head_size;         //  With the empty line; 0 until that was seen
    size_t   body_size;         //  The body follows the head, without gaps; chunks are moved together
    size_t   extra_bytes;       //  Chunk extensions and trailers so far: read, bounded, and dropped
    http_span_t method, target, version, path, query;
    http_line_t *lines;         //  limits->head_lines_max places
    int      line_count;
    bool     in_name;           //  The last line's name has begun and not ended
    bool     has_query;
    bool     has_body;          //  One is announced
    bool     awaits_continue;   //  Expect: 100-continue
    bool     keep_alive;
    bool     whole;
    int      refusal;           //  Status to answer with; 0 while there is no objection
    const char *why;            //  A phrase for a person
} http_request_t;

//  The limits and the lines are borrowed.
void   http_request_init (http_request_t *self, const http_limits_t *limits, http_line_t *lines);
void   http_request_deinit (http_request_t *self);

//  Bytes from the client. NO_MEMORY, or TOO_LARGE if the caller piles up more than it parses.
MUST_CHECK status_t http_request_append (http_request_t *self, const char *data, size_t size);

//  Bytes that were appended and not parsed.
size_t http_request_unparsed (const http_request_t *self);

//  Goes on to the next event of the request. To be called until it is PARTIAL, WHOLE or REFUSED.
http_progress_t http_request_parse (http_request_t *self);

//  Forgets a whole request; what was sent behind it comes next. Gives back memory that an idle connection should not hold.
void   http_request_next (http_request_t *self);

bool   http_request_is_head (const http_request_t *self);

//  Valid until the request is forgotten.
slice_t http_request_slice (const http_request_t *self, http_span_t span);

//  ---------------------------------------------------------------- reply

//  How the end of an answer's body is told.
typedef enum {
    HTTP_COUNTED,               //  Content-Length
    HTTP_CHUNKED,
    HTTP_UNTIL_CLOSE            //  By the end of the connection: for HTTP/1.0 streams
} http_framing_t;

typedef struct {
    http_framing_t framing;
    size_t      body_bytes;     //  If counted
    const char *connection;     //  The Connection header's value; NULL: none
    const char *date;
} http_answer_t;

void   http_reply_head (buffer_t *out, const http_reply_t *reply, const http_answer_t *answer);

//  These never have a body, whatever the reply says.
bool   http_reply_is_bodiless (int status);

//  IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT". HTTP_DATE_SIZE bytes are enough.
#define HTTP_DATE_SIZE 32
void   http_date (int64_t wall_s, char *text);

//  ---------------------------------------------------------------- connection

//  As a list keeps its members in the order in which they came, the first is the one that has been there longest.
typedef struct {
    http_connection_t *first, *last;
    int count;
} http_list_t;

typedef enum {
    CONNECTION_IDLE,            //  No byte of a request was looked at
    CONNECTION_HEAD,            //  Reading a head
    CONNECTION_BODY,            //  Reading a body
    CONNECTION_OPEN,            //  The handler has the exchange
    CONNECTION_FLUSHING,        //  The answer is complete, the client has yet to take its end
    CONNECTION_LEAVING,         //  Our side is shut; what still arrives is dropped
    CONNECTION_CLOSED           //  Waits for its memory to be freed
} http_connection_state_t;

struct http_exchange {
    http_connection_t *connection;
    void *context;
    http_written_fn *written;   //  NULL: nobody wants to hear it
    void *written_arg;
    bool  open;                 //  The handler may use it
    bool  streaming;
    bool  chunked;
    bool  bodiless;             //  Nothing but the head is written
};

struct http_connection {
    http_server_t *server;
    http_connection_state_t state;
    bool     held;              //  A function of ours runs on it: it is settled or freed when that returns
    bool     listens;           //  EPOLLIN is wanted
    bool     half_closed;       //  The client will send nothing more
    bool     closing;           //  Close after this answer
    bool     broken;            //  The socket or the memory failed in the middle of an answer; the timer ends it
    bool     stalled;           //  Something is left to write
    int64_t  since_ms;          //  When the state was entered
    int64_t  began_ms;          //  When the request began to come, or could have
    int64_t  wrote_ms;          //  When the client last took a byte, or was first given one to take
    size_t   dropped_bytes;     //  While leaving
    http_request_t request;
    http_exchange_t exchange;
    buffer_t out;               //  Heads, and the pieces of a stream
    buffer_t body;              //  Of a reply; it goes behind out
    size_t   written;           //  Bytes of out and body together that the kernel has
    reactor_watch_t watch;
    reactor_timer_t timer;
    http_list_t *list;          //  One of the server's
    http_connection_t *prior, *next;
    char     peer [64];
    http_line_t lines [];       //  limits.head_lines_max
};

//  Takes the descriptor, also when it fails. The address may be NULL. NULL without memory.
http_connection_t *http_connection_new (http_server_t *server, int fd, const struct sockaddr_storage *address);

//  Answers without a handler and closes; for one that is new, or is reading a request.
void   http_connection_refuse (http_connection_t *self, int status, const char *why, const http_field_t *fields);

//  Writes the head of an answer behind what waits already, and decides whether the connection ends with it.
void   http_connection_answer (http_connection_t *self, const http_reply_t *reply, http_framing_t framing, size_t body_bytes);

//  Whoever works on a connection holds it, and lets it go with what hold gave; then its events and timer are set, or its memory is freed.
bool   http_connection_hold (http_connection_t *self);
void   http_connection_let_go (http_connection_t *self, bool was_held);

//  Closes the socket; with_reset throws away what the kernel still has for the client. To be called while holding it.
void   http_connection_close (http_connection_t *self, bool with_reset);

//  Bytes that wait for the client.
size_t http_connection_pending (const http_connection_t *self);

//  Writes what the client takes. When the end of an answer is out, the connection moves on. To be called while holding it.
void   http_connection_flush (http_connection_t *self);

//  ---------------------------------------------------------------- server

enum { HTTP_SCRATCH_BYTES = 64 * 1024 };

typedef struct http_listener http_listener_t;

struct http_server {
    reactor_t *reactor;
    http_limits_t  limits;
    http_handler_t handler;
    http_counts_t  counts;
    http_listener_t *listeners;
    reactor_timer_t accept_again;
    log_quota_t refusals;       //  Of the lines that tell of requests that were refused here
    bool     warned;            //  Of the lack of descriptors, since accepting last went well
    bool     draining;
    http_list_t idle;           //  Between requests: these make room for others
    http_list_t reading;        //  A request that is not whole: these do, too, when it takes them long and nobody is idle
    http_list_t busy;           //  With the handler, or taking their answer
    http_list_t leaving;
    int64_t  date_s;            //  Of which second date speaks
    char     date [HTTP_DATE_SIZE];
    char     scratch [HTTP_SCRATCH_BYTES];      //  What recv fills; what is a request is copied from it
};

//  Moves a connection to the end of a list; NULL: to none.
void   http_server_list (http_server_t *self, http_connection_t *connection, http_list_t *list);

//  A line in the log about a request that is answered by the server itself: who asked, and why in words of ours; nothing of what was sent.
void   http_server_log_refusal (http_server_t *self, const char *peer, int status, const char *why);

//  The Date header's value for now.
const char *http_server_date (http_server_t *self);

#endif
