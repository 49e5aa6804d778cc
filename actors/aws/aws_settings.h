/*  aws_settings - what the configuration says of the way to AWS, as those who go there want it

    Thread: any; the texts are the configuration's. */

#ifndef AWS_SETTINGS_H
#define AWS_SETTINGS_H

#include "config.h"
#include "endpoint.h"
#include "proxy.h"

endpoint_config_t aws_settings_endpoints (const config_t *settings);
proxies_config_t  aws_settings_proxies (const config_t *settings);

#endif
