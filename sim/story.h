/*  story - what went wrong in the shop's last week

    Ten incidents, each with a cause, a beginning and an end, in minutes before now. Metrics, log lines and alarms all ask here how strongly an
    incident is felt at a moment, and so agree with each other: whoever reads the symptoms can find the cause.

    Thread: any; no state. */

#ifndef SIM_STORY_H
#define SIM_STORY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    STORY_ORDERS_DB,            //  A deploy brings a query without an index; the orders database is at its limit until now
    STORY_DEPLOY_ERRORS,        //  A deploy of shop-payment-capture fails, and is rolled back
    STORY_DISK_FULL,            //  The accounts database has no disk left
    STORY_TABLE_THROTTLED,      //  A campaign reads the coupon table faster than it is provisioned
    STORY_DLQ,                  //  Mails for one locale find no template, until now
    STORY_CERTIFICATE,          //  A partner's certificate expires
    STORY_MEMORY_LEAK,          //  The recommendations service leaks, and is killed every 20 hours
    STORY_NAT_PORTS,            //  A crawler uses up the NAT gateway's ports
    STORY_CONCURRENCY,          //  An import of images takes all of Lambda's concurrency
    STORY_CACHE_FULL,           //  The session cache evicts sessions
    STORY_COUNT
} story_id_t;

typedef struct {
    const char *name;           //  "orders-db-saturated"
    const char *cause;          //  One sentence
    int from_min;               //  Minutes before now
    int to_min;                 //  0: it goes on
} story_incident_t;

const story_incident_t *story_incident (story_id_t id);

//  How strongly it is felt: 0 before and after, 1 when it is at its worst, between them while it rises (a few minutes) or, for the leak, as it
//  climbs from 0 to 1 and falls back.
double story_force (story_id_t id, int64_t now_ms, int64_t time_ms);

#endif
