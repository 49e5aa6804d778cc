/*  amount - a metric's value with its unit, in three digits or so

    1.2 GB, 340 ms, 97.4 %, 12 kB/s, 1,684 s: what a person takes in at a glance. Units are CloudWatch's (StandardUnit); an unknown one, None and
    Count are left out. Thousands are 1,000, as AWS bills them.

    Thread: any; no state. */

#ifndef AMOUNT_H
#define AMOUNT_H

#include "buffer.h"

//  unit: "Bytes/Second"; may be absent.
void amount_append (buffer_t *out, double value, slice_t unit);

void amount_append_bytes (buffer_t *out, double bytes);

//  Digits with commas between the thousands: "-1234567.5" as "-1,234,567.5".
void amount_append_digits (buffer_t *out, const char *digits);

#endif
