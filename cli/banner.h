/*  banner - what a person is told who has just started a server

    Where it is, what it answers from, and for each of the usual clients what to write where: each line can be pasted as it is.

    Owner:  none; it only writes. */

#ifndef BANNER_H
#define BANNER_H

#include "buffer.h"

typedef struct {
    const char *authority;              //  127.0.0.1:3334, [::1]:3334: where clients on this machine reach it
    const char *how;                    //  Where answers come from
    const char *program;                //  This program, for clients that start a server themselves
    bool        demo;                   //  They start a demo then
    const char *exports;                //  Lines, or ""; the last, without its end, sets variables for a shell
    const char *admin_host;
    int         admin_port;
} banner_t;

void banner_write (const banner_t *self, buffer_t *out);

#endif
