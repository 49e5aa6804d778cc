/*  log_mask - what a data protection policy hides

    Groups with an active policy show mail addresses and card numbers as asterisks, one for each character, to everybody who does not ask to
    see them.

    Thread: any; no state. */

#ifndef SIM_LOG_MASK_H
#define SIM_LOG_MASK_H

#include "buffer.h"

void    log_mask_append (buffer_t *out, slice_t message);

#endif
