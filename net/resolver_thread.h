/*  resolver_thread - the look-up that may hang, in a thread where that harms nobody

    A thread owns its end of a SOCK_SEQPACKET pair: it takes a question from it, looks the name up, and puts a report back, one datagram each.
    Several threads read the same end; the kernel gives each question to one of them. Datagrams are plain bytes: no pointer crosses, so a
    reason travels as its number. The thread ends when the resolver has closed the other end, which it learns at its next receive or send.

    Owner:   a thread owns its descriptor and its settings from the moment it was started. Nobody waits for it (it is detached). */

#ifndef RESOLVER_THREAD_H
#define RESOLVER_THREAD_H

#include "resolver.h"

enum { RESOLVER_NAME_SIZE = 254 };          //  253 characters are the longest name of the DNS, and a zero byte

typedef struct {
    uint32_t slot;                          //  Comes back in the report
    char     name [RESOLVER_NAME_SIZE];
} resolver_question_t;

typedef struct {
    uint32_t slot;
    uint32_t reason;                        //  For resolver_reason
    int32_t  status;
    int32_t  count;
    int64_t  took_us;
    char     addresses [RESOLVER_ADDRESSES_MAX] [RESOLVER_ADDRESS_SIZE];
} resolver_report_t;

//  Starts a thread on its own duplicate of this end. SYSTEM when there is no descriptor or no thread to be had, NO_MEMORY.
MUST_CHECK status_t resolver_thread_start (int end, const resolver_config_t *config);

//  The literal of a number; a number that is none reads as the first.
const char *resolver_reason (uint32_t number);

#endif
