/*  endpoint - which host speaks for a service in a region

    https://<prefix>[-fips].<region>.<suffix of the region's partition>, unless the environment names another: AWS_ENDPOINT_URL_<SERVICE>,
    then AWS_ENDPOINT_URL (or the AWS profile in their place: profile_settings.h). Nothing here comes from a tool's argument but the region, and that
    only in the form that endpoint_region_valid accepts.

    Thread: any; no state. Source: AWS SDK endpoint rules (partitions.json, rule sets of cloudwatch, logs, sts, sso,
    sso-oidc). */

#ifndef ENDPOINT_H
#define ENDPOINT_H

#include "slice.h"
#include "status.h"

//  The last two are those through which people sign in: they hand out keys of roles, and renew tokens. Their requests are not signed.
typedef enum { AWS_MONITORING, AWS_LOGS, AWS_STS, AWS_SSO, AWS_SSO_OIDC, AWS_SERVICES } aws_service_t;

typedef struct {
    const char *url;                        //  AWS_ENDPOINT_URL; NULL or "": none
    const char *url_of [AWS_SERVICES];      //  AWS_ENDPOINT_URL_CLOUDWATCH, _CLOUDWATCH_LOGS, _STS, _SSO, _SSO_OIDC; NULL or "": none
    bool        fips;                       //  AWS_USE_FIPS_ENDPOINT
    bool        dual_stack;                 //  AWS_USE_DUALSTACK_ENDPOINT
    bool        sts_global;                 //  AWS_STS_REGIONAL_ENDPOINTS=legacy: the regions of old ask sts.amazonaws.com, signed for us-east-1
    bool        insecure;                   //  http:// may leave the machine (--insecure-endpoint)
} endpoint_config_t;

typedef struct {
    char url [416];             //  Scheme, host, port if not the scheme's own, and a base path if one was configured; no '/' at the end
    char host [288];            //  As the Host header has it, port included where it is not the scheme's own
    char path [128];            //  What is signed and asked: the base path and "/"
    char region [33];           //  To sign with
    const char *service;        //  To sign with: "monitoring", "logs", "sts"; for the others as good as none
} endpoint_t;

//  The form of every region there is or may be: ^[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}$, at most 32 characters.
bool endpoint_region_valid (slice_t region);

//  INVALID_ARGUMENT: the region, or a configured URL that is none, has credentials, a query or a fragment; or an own endpoint together with
//  FIPS or dual-stack. REFUSED: plain http to an address that is not loopback (127.0.0.0/8, ::1, and the name localhost), without insecure.
//  *reason: a sentence that names the variable; NULL when it went well. It lives for ever.
MUST_CHECK status_t endpoint_find (const endpoint_config_t *config, aws_service_t service, slice_t region, endpoint_t *endpoint, const char **reason);

//  "CloudWatch", "CloudWatch Logs", "STS", "IAM Identity Center" (both); and as IAM writes it: "cloudwatch", "logs", "sts", "sso".
const char *aws_service_title (aws_service_t service);
const char *aws_service_iam (aws_service_t service);

//  The variable of the service's own endpoint, "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS".
const char *endpoint_variable (aws_service_t service);

#endif
