/*  quota - how often AWS lets an account ask

    The published default rates per account and region. Ours is a share of them (--quota-share). An API without a published rate is taken
    for QUOTA_UNPUBLISHED_PER_S.

    Thread: any; no state. Source: "CloudWatch service quotas" and "CloudWatch Logs quotas", AWS documentation, 2026. */

#ifndef QUOTA_H
#define QUOTA_H

#include "config.h"
#include "endpoint.h"

enum { QUOTA_UNPUBLISHED_PER_S = 5, QUOTA_EMULATOR_PER_S = 1000 };

//  Requests per second for this API in this region.
double quota_per_s (aws_service_t service, const char *api, const char *region);

//  What the settings say of every API; 0: what AWS publishes. An http:// endpoint is a simulator or an emulator, as AWS speaks https only: its
//  account has no quota that others share, and QUOTA_EMULATOR_PER_S only keeps us from flooding it. Where it stands in for one service only, the
//  other is AWS's, and what AWS publishes holds for both.
double quota_configured_per_s (const config_t *settings);

//  What the settings say of one API in particular, which goes before both; 0: nothing.
double quota_own_per_s (const config_quota_t *quotas, size_t count, aws_service_t service, const char *api);

//  Are the settings' quotas of APIs that are asked here? INVALID_ARGUMENT with a sentence.
MUST_CHECK status_t quota_check (const config_t *settings, buffer_t *sentence);

#endif
