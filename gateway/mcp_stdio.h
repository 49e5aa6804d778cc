/*  mcp_stdio - MCP over standard input and output: a message a line

    The transport's other side: one client, which started us, writes messages into one descriptor and reads answers from another, in whatever order
    they are ready. Each message says by itself which revision it speaks, or is of the one that initialize agreed on. notifications/cancelled
    cancels its call, of which nothing more is said then.

        a line that cannot be read      its error, without an id; the next line is as good as ever
        a line longer than the limit    the same
        an empty line                   nothing; a line may end with CR LF

    A client that does not read is not read from either: while much waits for it, or as many calls as we take are under way, its lines wait in the
    pipe, and it is told of no progress. What it should have read by then has a limit; beyond that it is given up.

    When the input ends, what is in flight is answered, or cancelled after MCP_STDIO_END_MS; so it is when a signal asks for the end (mcp_stdio_end).

    Owner:   the gateway's thread. Reads are made when the descriptor has something; files, which epoll refuses, a piece in each turn.
    Source:  MCP specification, basic/transports (stdio). */

#ifndef MCP_STDIO_H
#define MCP_STDIO_H

#include "mcp.h"

enum {
    MCP_STDIO_LINE_BYTES_MAX = 8 * 1024 * 1024,         //  Of one message
    MCP_STDIO_UNREAD_BYTES = 1024 * 1024,               //  So much waits for the client before it is not read from
    MCP_STDIO_UNREAD_BYTES_MAX = 64 * 1024 * 1024,      //  So much, from calls that were under way, before it is given up
    MCP_STDIO_CALLS_MAX = 1024,                         //  Under way
    MCP_STDIO_END_MS = 2000,                            //  From the end of input to the end of everything
};

typedef struct mcp_stdio mcp_stdio_t;

typedef struct {
    mcp_t     *mcp;                     //  Made with one_client
    reactor_t *reactor;
    int        in, out;                 //  The caller's, with flags as they are
    //  There is nothing more to do. OK: the input ended, or the client did (it reads no more). Else it was given up. Called once, from a turn.
    void     (*ended) (void *arg, status_t status);
    void      *arg;
} mcp_stdio_config_t;

//  All borrowed. NULL without memory. Reading begins with the next turn.
mcp_stdio_t *mcp_stdio_new (const mcp_stdio_config_t *config);

//  Calls under way are cancelled.
void         mcp_stdio_destroy (mcp_stdio_t **self_p);

//  As if the input had ended here.
void         mcp_stdio_end (mcp_stdio_t *self);

#endif
