/*  accounts - the AWS accounts that a call may name

    A call names an account by the word under which the configuration has it, and by nothing else: a role or a profile is never an argument, so
    that nobody who talks to a model can send the server into an account of his choosing. The configuration file says

        "accounts": {
            "prod":    {"role_arn": "arn:aws:iam::111122223333:role/cloudwatch-reader", "external_id": "shop", "regions": ["eu-west-1"],
                        "log_groups": ["shop-*"], "description": "the shop"},
            "staging": {"profile": "staging", "region": "eu-central-1"},
            "own":     {"log_groups": ["*-public"]}
        }

    role_arn        the role to assume there; external_id, role_session_name and duration_seconds (900 to 43200) go with it
    profile         the profile of the AWS configuration files whose credentials are used, or with which the role is assumed; without it, the
                    server's own credentials
    region          where a call goes that names none; without it, and without regions, where the profile says
    regions         the only ones that may be asked; without region, the first of them is where a call goes that names none, unless the server's
                    own region is among them
    log_groups      the only log groups whose streams and lines may be read, and that are listed: names, in which * stands for any text
    description     what is there, for the model, which has to choose

    With --profiles every profile of those files is an account too, by its own name; that is for a developer's machine.

    The fence of log_groups is ours, for what a model may be shown. What the role may do is for IAM to say.

    Owner: main, in config_t; read-only once read, and then readable from any thread. */

#ifndef ACCOUNTS_H
#define ACCOUNTS_H

#include "buffer.h"

//  As many as the credentials actor keeps keys of, with one place for the server's own.
enum { ACCOUNTS_MAX = 63 };

//  Bytes of a name, as the envelope carries it, and of a description, which models read in every conversation; and how many regions or log groups an
//  account may name.
enum { ACCOUNT_NAME_MAX = 64, ACCOUNT_DESCRIPTION_MAX = 200, ACCOUNT_TEXTS_MAX = 64 };

typedef struct {
    const char *name;
    const char *description;            //  NULL: none, as in all the others
    const char *role_arn;               //  NULL: the credentials are used as they are
    const char *external_id;
    const char *role_session_name;
    int64_t     duration_s;             //  0: as long as AWS gives by itself
    const char *profile;                //  NULL: the server's own credentials
    const char *region;
    const char *const *regions;         //  Ended by NULL; NULL: all
    const char *const *log_groups;      //  Ended by NULL; NULL: all
} aws_account_t;

//  The one of this name; NULL when there is none.
const aws_account_t *accounts_find (const aws_account_t *accounts, size_t count, slice_t name);

//  May be called: up to ACCOUNT_NAME_MAX bytes of printable ASCII, no blank at either end, no quote or backslash.
bool account_name_valid (slice_t name);

//  No account (NULL) has no fence.
bool account_allows_region (const aws_account_t *self, slice_t region);
bool account_allows_log_group (const aws_account_t *self, slice_t name);

//  Where a call goes that names no region; NULL: nobody says. own: the server's region; NULL: none.
const char *account_usual_region (const aws_account_t *self, const char *own);

//  Appends "prod, staging and own"; of many the first ones, and how many there are.
void accounts_append_names (buffer_t *out, const aws_account_t *accounts, size_t count);

#endif
