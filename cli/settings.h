/*  settings - the last look at the configuration before anything starts

    What neither flag nor variable nor file has set is completed from the AWS profile. Then all that can be known to be wrong without asking anybody
    is said, once and at the start, and not by every call: each sentence names who set it.

    Thread: main. */

#ifndef SETTINGS_H
#define SETTINGS_H

#include "config.h"
#include "proxy.h"

//  INVALID_ARGUMENT, SYSTEM or TOO_LARGE with a sentence; NO_MEMORY. lookup NULL: getenv.
MUST_CHECK status_t settings_complete (config_t *config, config_lookup_fn *lookup, void *lookup_arg, buffer_t *sentence);

//  Where nobody has set a region, that of the EC2 instance, if this is one. Asks its metadata service and waits (imds_region.h).
MUST_CHECK status_t settings_find_region (config_t *config, config_lookup_fn *lookup, void *lookup_arg);

//  Where the region comes from: "--region", "AWS_REGION", "the profile dev in ~/.aws/config" …; "nowhere" when there is none.
const char *settings_region_source (const config_t *config);

//  How fast and how often AWS is asked: lines for the log at the start. The throttle is adaptive in every retry mode; legacy, which AWS's SDKs have
//  given up, is taken as standard, with a warning.
void settings_log_pace (const config_t *config);

//  The proxy by which CloudWatch is asked, else that of CloudWatch Logs; NULL: neither. proxies: where it is kept.
const proxy_t *settings_proxy (const config_t *config, proxies_t *proxies);

#endif
