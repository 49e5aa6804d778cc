/*  sso_profile - what a profile says about IAM Identity Center

        [profile dev]                               [profile old]
        sso_session = corp                          sso_start_url = https://corp.awsapps.com/start
        sso_account_id = 123456789012               sso_region = eu-west-1
        sso_role_name = ReadOnly                    sso_account_id = 123456789012
                                                    sso_role_name = ReadOnly
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        sso_region = eu-west-1
        sso_registration_scopes = sso:account:access        which only "aws sso login" needs

    A profile with neither sso_account_id nor sso_role_name does not get keys here, whatever else it has: sso_session alone is for services that take
    the token itself (botocore's rule). What a profile and its session both say must be the same.

    Owner:   a provider; the texts are in the look's arena or in its files. */

#ifndef SSO_PROFILE_H
#define SSO_PROFILE_H

#include "find.h"

enum { SSO_PROFILE_QUERY_SIZE = 1024 };

typedef struct {
    slice_t cache_name;                 //  The session's name, or the start URL: of which the cache's file has its name
    char   *region;
    char   *role, *account;             //  For sentences: visible, and cut where they are long
    char   *query;                      //  "role_name=…&account_id=…", percent-encoded, < SSO_PROFILE_QUERY_SIZE
    char   *login;                      //  "aws sso login --profile dev"
} sso_profile_t;

//  False: the provider has ended, as not here or with a sentence that names what is missing or wrong.
bool sso_profile_read (find_t *find, sso_profile_t *self);

//  Where AWS_SSO or AWS_SSO_OIDC is asked, in the region of the sign-in. False: the provider has ended with a sentence.
bool sso_profile_endpoint (find_t *find, const sso_profile_t *self, aws_service_t service, endpoint_t *endpoint);

#endif
