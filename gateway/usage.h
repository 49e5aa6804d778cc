/*  usage - what this process takes of the machine

    Read from /proc/self, whose files never make a reader wait.

    Thread: any; no state. Source: proc(5). */

#ifndef USAGE_H
#define USAGE_H

#include <stdint.h>

//  -1 for what could not be learnt.
typedef struct {
    int64_t cpu_us;                     //  User and system, all threads
    int64_t resident_bytes, virtual_bytes;
    int64_t descriptors, descriptors_max;
    int64_t threads;
} usage_t;

usage_t usage_now (void);

//  When the process began, by the wall clock; -1. Clocks that are set move it: whoever tells it to others asks once.
int64_t usage_started_ms (void);

#endif
