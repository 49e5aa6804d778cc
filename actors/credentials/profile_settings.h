/*  profile_settings - what the AWS profile sets beside credentials

        [profile dev]
        region = eu-west-1
        use_fips_endpoint = true            use_dualstack_endpoint, ca_bundle, max_attempts, retry_mode, sts_regional_endpoints
        services = local
        endpoint_url = https://for.the.others.example
        ignore_configured_endpoint_urls = false

        [services local]
        cloudwatch =                        cloudwatch_logs, sts, sso, sso_oidc
          endpoint_url = http://127.0.0.1:4566

    It is the profile that was asked for, else default, and it completes what neither a flag nor the environment nor our own file has set. For
    endpoints the SDKs' order holds: the service's variable, AWS_ENDPOINT_URL, the service's in the services section, the profile's endpoint_url.
    Where AWS_IGNORE_CONFIGURED_ENDPOINT_URLS (else the profile's ignore_configured_endpoint_urls) is true, none of these four counts; what only
    our own file says does.

    Thread: main, at the start. It reads both files. Source: "Settings reference" of the AWS SDKs and Tools reference guide; botocore's rules where
    SDKs differ. */

#ifndef PROFILE_SETTINGS_H
#define PROFILE_SETTINGS_H

#include "config.h"

//  INVALID_ARGUMENT with a sentence that names the file, the profile and the key: a value that cannot be, a services section that is not there.
//  SYSTEM or TOO_LARGE with a sentence that names the file: it cannot be read. NO_MEMORY. lookup NULL: getenv.
MUST_CHECK status_t profile_settings_complete (config_t *config, config_lookup_fn *lookup, void *lookup_arg, buffer_t *sentence);

#endif
