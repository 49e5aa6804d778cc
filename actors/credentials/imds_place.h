/*  imds_place - where and how EC2's metadata service is asked, as the settings say

        variable                                  in the profile
        AWS_EC2_METADATA_DISABLED                 -                                        true: not at all
        AWS_EC2_METADATA_SERVICE_ENDPOINT         ec2_metadata_service_endpoint            goes before the mode
        AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE    ec2_metadata_service_endpoint_mode       IPv4 or IPv6
        AWS_IMDS_USE_IPV6                         imds_use_ipv6                            true: IPv6, where no mode is set
        AWS_METADATA_SERVICE_TIMEOUT              metadata_service_timeout                 seconds, of an attempt
        AWS_METADATA_SERVICE_NUM_ATTEMPTS         metadata_service_num_attempts            of each request

    A variable goes before the key of the profile that was asked for, else of default. IMDSv1 is never spoken, whatever ec2_metadata_v1_disabled says.

    Thread: any; no state. Source: botocore's settings. */

#ifndef IMDS_PLACE_H
#define IMDS_PLACE_H

#include "arena.h"
#include "profile_file.h"

typedef struct {
    bool        disabled;               //  Then the rest is not set
    const char *base;                   //  Scheme, host and port, perhaps a path; no '/' at the end. Of the arena, or a literal
    int64_t     timeout_ms;             //  Of an attempt
    int         attempts_max;           //  Of a request
} imds_place_t;

//  INVALID_ARGUMENT with a sentence that names the variable, or the key and the profile; NO_MEMORY.
MUST_CHECK status_t imds_place_read (imds_place_t *self, const provider_context_t *context, const profile_files_t *files, arena_t *arena,
                                     buffer_t *sentence);

#endif
