/*  config_quotas - how often AWS lets this account ask, where it is not what AWS publishes

        "quotas": {"logs:FilterLogEvents": 25, "cloudwatch:GetMetricData": 50}

    An account's quotas can be raised, and a team may want to leave more of one to others. A name is that of the IAM action, so that one list serves
    for both; which names there are is for whoever knows the APIs to say (quota.h).

    Owner: config_read, while it reads; read-only from then on. */

#ifndef CONFIG_QUOTAS_H
#define CONFIG_QUOTAS_H

#include "config.h"
#include "json.h"

enum { CONFIG_QUOTAS_MAX = 64, CONFIG_QUOTA_PER_S_MAX = 100000 };

//  INVALID_ARGUMENT with a sentence; NO_MEMORY.
MUST_CHECK status_t config_quotas_read (config_t *config, yyjson_val *quotas, buffer_t *sentence);

#endif
