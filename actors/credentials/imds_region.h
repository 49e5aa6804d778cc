/*  imds_region - the region in which this EC2 instance runs, as its metadata service says

        PUT /latest/api/token ──▶ GET /latest/meta-data/placement/region ──▶ a region, or none

    The last place to look, where nobody has set a region. Where there is no EC2 nobody answers: it blocks for IMDS_REGION_MS at most, and each
    request is made once, whatever AWS_METADATA_SERVICE_NUM_ATTEMPTS says. It is for a program's start, and nothing is said when there is none:
    whether one is needed is not known yet.

    Thread: the caller's. */

#ifndef IMDS_REGION_H
#define IMDS_REGION_H

#include "imds_place.h"

enum { IMDS_REGION_MS = 1000, IMDS_REGION_SIZE = 33 };

//  OK with a region. NOT_FOUND: nobody answers, or with something else, or it is switched off, or its settings cannot be. NO_MEMORY. lookup NULL:
//  getenv.
MUST_CHECK status_t imds_region_find (const config_t *config, config_lookup_fn *lookup, void *lookup_arg, char region [IMDS_REGION_SIZE]);

#endif
