/*  floor - the same HTTP server, answering the same bytes to everything

    What our HTTP layer costs when nothing is done behind it. The server is measured beside it in the same run on the same machine: the ratio
    says what MCP costs, whatever the machine is.

        floor FILE      answers each request with the file's bytes as JSON; prints its address and ends with SIGTERM */

#include "http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char  *bytes;
    size_t size;
} answer_t;

static void
s_answer (void *self, http_exchange_t *exchange)
{
    const answer_t *answer = self;
    buffer_t body;
    buffer_init (&body, answer->size);
    buffer_append (&body, answer->bytes, answer->size);
    http_reply (&exchange, &(http_reply_t) { .status = 200, .content_type = "application/json" }, &body);
}

static void
s_gone (void *self, http_exchange_t *exchange)
{
    (void) self;
    (void) exchange;
}

static bool
s_read (const char *path, answer_t *answer)
{
    FILE *file = fopen (path, "rb");
    if (!file)
        return false;
    answer->bytes = malloc (1 << 20);
    answer->size = answer->bytes ? fread (answer->bytes, 1, 1 << 20, file) : 0;
    fclose (file);
    return answer->size > 0;
}

int
main (int argc, char **argv)
{
    answer_t answer;
    if (argc != 2 || !s_read (argv [1], &answer)) {
        fprintf (stderr, "floor: name a file with the bytes to answer.\n");
        return 2;
    }
    http_limits_t limits = {
        .connections_max = 2048,
        .head_bytes_max = 16 * 1024,
        .head_lines_max = 64,
        .body_bytes_max = 1 << 20,
        .stream_bytes_max = 1 << 20,
        .head_ms = 10000,
        .body_ms = 15000,
        .idle_ms = 75000,
        .write_ms = 30000,
    };
    http_handler_t handler = { .request = s_answer, .gone = s_gone, .self = &answer };
    int port = 0;
    reactor_t *reactor = reactor_new (clock_system ());
    http_server_t *server = reactor ? http_server_new (reactor, &limits, &handler) : NULL;
    if (!server || http_server_listen (server, "127.0.0.1", 0, &port) != STATUS_OK) {
        fprintf (stderr, "floor: cannot listen on 127.0.0.1.\n");
        return 1;
    }
    printf ("floor listening on http://127.0.0.1:%d\n", port);
    fflush (stdout);
    return reactor_run (reactor) == STATUS_OK ? 0 : 1;
}
