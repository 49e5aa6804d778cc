/*  quota - how often AWS lets an account ask

    The published default rates per account and region. Ours is a share of them (--quota-share). An API without a published rate is taken
    for QUOTA_UNPUBLISHED_PER_S.

    Thread: any; no state. Source: "CloudWatch service quotas" and "CloudWatch Logs quotas", AWS documentation, 2026. */

#ifndef QUOTA_H
#define QUOTA_H

#include "endpoint.h"

enum { QUOTA_UNPUBLISHED_PER_S = 5 };

//  Requests per second for this API in this region.
double quota_per_s (aws_service_t service, const char *api, const char *region);

#endif
