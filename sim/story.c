#include "story.h"

#include <assert.h>
#include <math.h>

//  How long an incident takes from nothing to its worst, and back; a short one, a share of itself for each.
enum { MINUTE_MS = 60000, RAMP_MIN = 4, RAMP_SHARE = 10 };

//  The leak: a new container every 20 hours. The last one was killed so long ago.
enum { LEAK_PERIOD_MIN = 20 * 60, LEAK_LAST_MIN = 400 };

static const story_incident_t INCIDENTS [STORY_COUNT] = {
    [STORY_ORDERS_DB] = { "orders-db-saturated",
        "Release 2026.11.2 of the orders service, deployed 45 minutes ago, looks orders up by an e-mail address that has no index.", 44, 0 },
    [STORY_DEPLOY_ERRORS] = { "payment-capture-deploy",
        "Version 212 of shop-payment-capture reads the currency from an amount that some payments do not have; it was rolled back.", 2930, 2880 },
    [STORY_DISK_FULL] = { "accounts-db-disk-full",
        "A forgotten replication slot kept the accounts database's log files until its disk was full; then the disk was made larger.", 5100, 4920 },
    [STORY_TABLE_THROTTLED] = { "coupons-throttled",
        "A campaign mail brought more readers to the coupon table than it is provisioned for.", 1500, 1465 },
    [STORY_DLQ] = { "email-dlq-fills",
        "A deploy of content left out the template of order confirmations for the locale de-AT, so those mails cannot be rendered.", 2990, 0 },
    [STORY_CERTIFICATE] = { "carrier-certificate-expired",
        "The certificate of the partners' API ran out before anybody renewed it.", 7200, 7070 },
    [STORY_MEMORY_LEAK] = { "recommendations-leak",
        "The recommendations service never lets go of its cached profiles: every 20 hours its heap is full and the container is killed.", 10080, 0 },
    [STORY_NAT_PORTS] = { "nat-ports-exhausted",
        "A crawler of competitors' prices opened 4,000 connections at once and left no port of the NAT gateway to the payments.", 5900, 5875 },
    [STORY_CONCURRENCY] = { "lambda-concurrency-exhausted",
        "An import of 40,000 catalog images took all of the account's concurrent executions.", 8700, 8660 },
    [STORY_CACHE_FULL] = { "sessions-evicted",
        "The session cache was full and pushed sessions out before their time.", 3300, 3120 },
};

const story_incident_t *
story_incident (story_id_t id)
{
    assert ((unsigned) id < STORY_COUNT);
    return &INCIDENTS [id];
}

static double
s_clamp (double force)
{
    return force < 0 ? 0 : force > 1 ? 1 : force;
}

//  Climbs from 0 to 1 between two kills, as long ago and as far ahead as anybody asks.
static double
s_leak (double ago_min)
{
    double since_min = fmod (LEAK_LAST_MIN - ago_min, LEAK_PERIOD_MIN);
    return (since_min < 0 ? since_min + LEAK_PERIOD_MIN : since_min) / LEAK_PERIOD_MIN;
}

double
story_force (story_id_t id, int64_t now_ms, int64_t time_ms)
{
    const story_incident_t *incident = story_incident (id);
    double ago_min = (double) (now_ms - time_ms) / MINUTE_MS;
    if (ago_min > incident->from_min || (incident->to_min > 0 && ago_min <= incident->to_min))
        return 0;
    if (id == STORY_MEMORY_LEAK)
        return s_leak (ago_min);
    double lasts_min = incident->from_min - incident->to_min;
    double ramp_min = lasts_min / RAMP_SHARE < RAMP_MIN ? lasts_min / RAMP_SHARE : RAMP_MIN;
    double rises = s_clamp ((incident->from_min - ago_min) / ramp_min);
    double falls = incident->to_min > 0 ? s_clamp ((ago_min - incident->to_min) / ramp_min) : 1;
    return rises < falls ? rises : falls;
}
