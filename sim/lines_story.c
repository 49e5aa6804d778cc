#include "lines_write.h"

#include <math.h>
#include <stdio.h>

//  Lines that an incident leaves in a group: so many a minute while it is felt fully, fewer while it rises. Some are written only near its top.
typedef struct {
    story_id_t story;
    const char *group;
    double per_minute;
    double above;               //  The least force
    const char *text;
} trace_t;

//  A line that stands there once, so many minutes before now.
typedef struct {
    int at_min;
    const char *group;
    const char *text;
} event_t;

#define ORDERS_PG "/aws/rds/instance/shop-orders-1/postgresql"
#define ACCOUNTS_PG "/aws/rds/instance/shop-accounts-1/postgresql"
#define SAID(level, msg, rest) "{\"level\":\"" level "\",\"time\":\"~T\",\"service\":\"~v\",\"msg\":\"" msg "\"," \
    "\"requestId\":\"~r\",\"traceId\":\"~x\"" rest "}"
#define ENDED(status, from, to) ",\"status\":" status ",\"durationMs\":~[" from "-" to "]"
#define PG "~S:~p(~P):shop@orders:[~[1200-9800]]:"

static const trace_t TRACES [] = {
    { STORY_ORDERS_DB, ORDERS_PG, 24, 0, PG "LOG:  duration: ~[6200-9900].~[100-999] ms  statement: SELECT id, number, total, placed_at FROM orders"
      " WHERE customer_email = '~c' ORDER BY placed_at DESC LIMIT 20" },
    { STORY_ORDERS_DB, ORDERS_PG, 12, 0.5, PG "FATAL:  remaining connection slots are reserved for non-replication superuser connections" },
    { STORY_ORDERS_DB, "/ecs/shop/orders", 40, 0, SAID ("ERROR", "timeout acquiring connection from pool after 5000 ms (shop-orders-1: 480 of 480"
      " in use)", ENDED ("500", "5000", "5400")) },
    { STORY_ORDERS_DB, "/ecs/shop/checkout", 20, 0, SAID ("ERROR", "orders did not answer POST /orders within 8000 ms",
      ENDED ("504", "8000", "8100")) },
    { STORY_ORDERS_DB, "/ecs/shop/payments", 3.6, 0, SAID ("ERROR", "order ~o not found after authorization, releasing it",
      ENDED ("409", "900", "4000")) },
    { STORY_ORDERS_DB, "/shop/nginx/access", 9, 0, "~i - ~b [~N] \"POST /checkout HTTP/1.1\" 504 167 \"https://shop.example.com/cart\" \"~A\"" },
    { STORY_DISK_FULL, ACCOUNTS_PG, 6, 0, "~S::@:[~[500-600]]:PANIC:  could not write to file \"pg_wal/xlogtemp.~[1000-9999]\": No space left on"
      " device" },
    { STORY_DISK_FULL, ACCOUNTS_PG, 6, 0, "~S::@:[~[500-600]]:LOG:  server process (PID ~[1200-9800]) was terminated by signal 6: Aborted" },
    { STORY_DISK_FULL, "/ecs/shop/accounts", 30, 0, SAID ("ERROR", "cannot connect to shop-accounts-1:5432: Connection refused",
      ENDED ("500", "3", "90")) },
    { STORY_DISK_FULL, "/ecs/shop/auth", 12, 0, SAID ("ERROR", "sign-in of ~b failed: accounts answered 500", ENDED ("502", "20", "200")) },
    { STORY_TABLE_THROTTLED, "/ecs/shop/promotions", 8, 0, SAID ("WARN", "coupon of ~b not issued, will be tried again",
      ENDED ("503", "40", "900")) },
    { STORY_CERTIFICATE, "/ecs/shop/shipping", 9, 0, SAID ("ERROR", "tls: failed to verify certificate of partner-api.shop.example.com: x509:"
      " certificate has expired or is not yet valid", ENDED ("502", "20", "90")) },
    { STORY_CERTIFICATE, "/aws/apigateway/shop-partner-access", 6, 0, "{\"requestId\":\"~r\",\"ip\":\"~i\",\"requestTime\":\"~N\",\"httpMethod\":"
      "\"POST\",\"path\":\"/v1/parcels\",\"status\":502,\"responseLength\":36,\"latencyMs\":~[20-90]}" },
    { STORY_MEMORY_LEAK, "/ecs/shop/recommendations", 2, 0.85, SAID ("WARN", "garbage collection took ~[900-4000] ms, ~[88-97] % of the heap in"
      " use", "") },
    { STORY_MEMORY_LEAK, "/ecs/shop/recommendations", 9, 0.985, SAID ("ERROR", "java.lang.OutOfMemoryError: Java heap space at"
      " ProfileCache.load(ProfileCache.java:118)", ENDED ("500", "900", "9000")) },
    { STORY_NAT_PORTS, "/ecs/shop/payments", 26, 0, SAID ("ERROR", "connect ETIMEDOUT 203.0.113.20:443", ENDED ("502", "10000", "10200")) },
    { STORY_NAT_PORTS, "/ecs/shop/catalog", 30, 0, SAID ("DEBUG", "price of ~s fetched from competitor ~[1-4000]", "") },
    { STORY_CONCURRENCY, "/ecs/shop/orders", 14, 0, SAID ("ERROR", "invoke shop-order-confirm: TooManyRequestsException: Rate Exceeded.",
      ENDED ("503", "20", "400")) },
    { STORY_CACHE_FULL, "/ecs/shop/auth", 34, 0, SAID ("WARN", "session not found, ~b has to sign in again", ENDED ("401", "2", "12")) },
    { STORY_CACHE_FULL, "/aws/elasticache/shop-sessions/engine-log", 4, 0, "~T # evicted ~[200-9000] keys: used memory is over maxmemory" },
};

static const event_t EVENTS [] = {
    { 8700, "/aws/lambda/shop-catalog-import", "~T\t~r\tINFO\tqueued 40000 images of import catalog-winter" },
    { 5905, "/ecs/shop/catalog", SAID ("INFO", "price crawler started, 4000 workers", "") },
    { 5875, "/ecs/shop/catalog", SAID ("INFO", "price crawler finished, next run not before it is asked for", "") },
    { 5695, ACCOUNTS_PG, "~S:10.0.3.61(40112):dms@shop:[911]:LOG:  replication terminated: slot \"dms_legacy\" is no longer read" },
    { 5400, ACCOUNTS_PG, "~S::@:[511]:LOG:  42 GB of write-ahead log are kept for slot \"dms_legacy\"" },
    { 5160, ACCOUNTS_PG, "~S::@:[511]:LOG:  96 GB of write-ahead log are kept for slot \"dms_legacy\"" },
    { 4920, ACCOUNTS_PG, "~S::@:[1]:LOG:  database system is ready to accept connections" },
    { 1495, "/ecs/shop/notifications", SAID ("INFO", "campaign winter-coupons: 180000 mails handed over", "") },
};

//  What a function throws because of an incident, its type before the ": ".
static const struct { story_id_t story; const char *function; const char *failure; } FAILURES [] = {
    { STORY_DEPLOY_ERRORS, "shop-payment-capture", "TypeError: Cannot read properties of undefined (reading 'currency')" },
    { STORY_TABLE_THROTTLED, "shop-coupon-issue", "ProvisionedThroughputExceededException: The level of configured provisioned throughput for the"
      " table was exceeded. Consider increasing your provisioning level with the UpdateTable API." },
    { STORY_DLQ, "shop-email-render", "TemplateNotFound: order-confirm/de-AT" },
    { STORY_ORDERS_DB, "shop-order-events", "Error: timeout acquiring connection to shop-orders-1" },
    { STORY_ORDERS_DB, "shop-order-confirm", "Error: timeout acquiring connection to shop-orders-1" },
    { STORY_CONCURRENCY, "shop-order-confirm", "TooManyRequestsException: Rate Exceeded." },
};

int64_t
lines_story_ms (const shop_t *shop, int minutes_ago)
{
    return (shop->now_ms / LINES_MINUTE_MS - minutes_ago) * LINES_MINUTE_MS;
}

static double
s_force (const shop_t *shop, story_id_t story, int64_t minute_ms)
{
    return story_force (story, shop->now_ms, minute_ms + LINES_MINUTE_MS / 2);
}

//  The force climbs evenly from kill to kill: from its slope follow the period, and when the last one was. Before the story it was no different.
bool
lines_kills_around (const shop_t *shop, const shop_log_group_t *group, int64_t time_ms, int64_t *last_ms, int64_t *next_ms)
{
    if (strcmp (group->name, "/ecs/shop/recommendations") != 0 || strcmp (group->account, SHOP_ACCOUNT) != 0)
        return false;
    int64_t at_ms = shop->now_ms;
    double slope = 0;
    for (int tries = 0; tries < 2 && slope <= 0; tries++) {
        at_ms -= tries * LINES_MINUTE_MS;
        slope = story_force (STORY_MEMORY_LEAK, shop->now_ms, at_ms) - story_force (STORY_MEMORY_LEAK, shop->now_ms, at_ms - LINES_MINUTE_MS);
    }
    if (slope <= 0)
        return false;           //  It does not leak
    int64_t period_ms = (int64_t) llround (1 / slope) * LINES_MINUTE_MS;
    int64_t since_ms = (int64_t) llround (story_force (STORY_MEMORY_LEAK, shop->now_ms, at_ms) / slope * LINES_MINUTE_MS);
    int64_t kill_ms = (at_ms - since_ms) / LINES_MINUTE_MS * LINES_MINUTE_MS;
    int64_t periods = (time_ms - kill_ms) / period_ms;
    *last_ms = kill_ms + (time_ms < kill_ms + periods * period_ms ? periods - 1 : periods) * period_ms;
    *next_ms = *last_ms + period_ms;
    return true;
}

static int64_t
s_any_time (lines_t *self)
{
    return self->minute_ms + lines_between (&self->chance, 0, LINES_MINUTE_MS - 1);
}

//  The last words of a container that is killed, in the minute before its successor.
static void
s_write_kills (lines_t *self)
{
    for (int slot = 0; slot < self->slots; slot++) {
        int64_t last_ms, next_ms;
        int64_t before_ms = self->minute_ms - slot * STREAMS_STAGGER_MIN * LINES_MINUTE_MS;
        if (lines_kills_around (self->shop, self->group, before_ms, &last_ms, &next_ms) && next_ms == before_ms + LINES_MINUTE_MS
            && s_force (self->shop, STORY_MEMORY_LEAK, before_ms - LINES_MINUTE_MS) > 0)
            lines_add (self, self->minute_ms + LINES_MINUTE_MS - 1, slot, SAID ("FATAL", "container exited with code 137 (out of memory)", ""));
    }
}

void
lines_write_story (lines_t *self)
{
    if (strcmp (self->group->account, SHOP_ACCOUNT) != 0)
        return;                 //  The other accounts had a quiet week
    for (size_t i = 0; i < sizeof TRACES / sizeof TRACES [0]; i++) {
        const trace_t *trace = &TRACES [i];
        if (strcmp (trace->group, self->group->name) != 0)
            continue;
        double force = s_force (self->shop, trace->story, self->minute_ms);
        int count = force > 0 && force >= trace->above ? lines_rounded (&self->chance, force * trace->per_minute) : 0;
        for (int each = 0; each < count; each++)
            lines_add (self, s_any_time (self), each % self->slots, trace->text);
    }
    for (size_t i = 0; i < sizeof EVENTS / sizeof EVENTS [0]; i++)
        if (strcmp (EVENTS [i].group, self->group->name) == 0 && lines_story_ms (self->shop, EVENTS [i].at_min) == self->minute_ms)
            lines_add (self, s_any_time (self), 0, EVENTS [i].text);
    s_write_kills (self);
}

const char *
lines_story_error (const lines_t *self)
{
    for (size_t i = 0; i < sizeof FAILURES / sizeof FAILURES [0]; i++)
        if (strcmp (FAILURES [i].function, self->name) == 0 && s_force (self->shop, FAILURES [i].story, self->minute_ms) > 0)
            return FAILURES [i].failure;
    return NULL;
}

const char *
lines_story_version (const lines_t *self)
{
    if (strcmp (self->group->name, "/aws/lambda/shop-payment-capture") != 0)
        return "$LATEST";
    const story_incident_t *incident = story_incident (STORY_DEPLOY_ERRORS);
    return self->minute_ms >= lines_story_ms (self->shop, incident->from_min) && self->minute_ms < lines_story_ms (self->shop, incident->to_min)
         ? "212" : "211";
}
