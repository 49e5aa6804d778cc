/*  doctor_report - what the probes found, in words that one understands at 3 a.m.

        cloudwatch-mcp 0.1.0

        ok  region       eu-west-1, from AWS_REGION
        ok  credentials  EC2 instance, key ASIA…MPLE, ends in 5 h, a newer set is looked for from 14:32 UTC on
        ok  identity     arn:aws:sts::123456789012:assumed-role/reader/i-0abc
        NO  clock        10 min behind AWS's
                         Set this machine's clock (NTP). …
        ok  logs         https://logs.eu-west-1.amazonaws.com, first byte after 34 ms

        skipped   environment          AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set
        skipped   credentials file     ~/.aws/credentials has no profile "default"
        used      EC2 instance         the role reader

        allowed  logs:DescribeLogGroups   describe_log_groups
        denied   logs:FilterLogEvents     search_log_events
                 Add logs:FilterLogEvents to the policy of the role. …

        2 things are not fine.

    Accounts that the configuration names have a line each, behind the checks: whose their keys are. doctor --default-account NAME looks at all that
    one of them may do.

    The middle says where credentials were looked for, in their order, and why the look went on from each (actors/credentials/trail.h).

    A cause is told once: where no keys are found, or AWS cannot be reached, the actions that could not be tried are not blamed too.

    Owner: the caller of doctor_report_init, by value. Thread: main. */

#ifndef DOCTOR_REPORT_H
#define DOCTOR_REPORT_H

#include "accounts.h"
#include "doctor_probe.h"
#include "terminal.h"

enum { DOCTOR_PROBES_MAX = 64 };

//  The action that needs no permission, and tells whose the keys are: a check, not one of the actions that the report lists.
#define DOCTOR_IDENTITY "sts:GetCallerIdentity"

typedef struct {
    const char *region;         //  NULL: none is set
    const char *region_source;
    const char *account;        //  Of the configuration, if not the server's own: all but the other accounts is about it
    int64_t     now_ms;         //  Wall clock, for what is told in hours and minutes
    doctor_probe_t probes [DOCTOR_PROBES_MAX];
    size_t      count;
    doctor_probe_t accounts [ACCOUNTS_MAX];     //  Of other accounts each one, DOCTOR_IDENTITY; action is the account's name
    size_t      accounts_count;
    size_t      wrong;          //  Set by doctor_report_write: things that are not fine
} doctor_report_t;

void doctor_report_init (doctor_report_t *self);
void doctor_report_deinit (doctor_report_t *self);

//  The place for another account. It must not have one yet, and there are at most ACCOUNTS_MAX.
doctor_probe_t *doctor_report_add_account (doctor_report_t *self, const char *name);

//  The place for an action, made if need be, with the tool among those that need it. NULL: there are more than DOCTOR_PROBES_MAX.
doctor_probe_t *doctor_report_add (doctor_report_t *self, const char *action, const char *tool);

//  For a person; or as one line of JSON:
//  {"version", "fine": bool, "checks": [{"check", "fine", "text", "advice"}], "sources": [{"source", "verdict", "why"}],
//   "actions": [{"action", "verdict", "tools", "advice"}]}
void doctor_report_write (doctor_report_t *self, buffer_t *out, const terminal_t *terminal);
void doctor_report_write_json (doctor_report_t *self, buffer_t *out);

#endif
