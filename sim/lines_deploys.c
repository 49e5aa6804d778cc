#include "lines_write.h"

#include <stdio.h>
#include <time.h>

//  Every service is deployed every day and a half to four and a half, and a deploy takes four minutes.
enum { PERIOD_MIN_LEAST = 2160, PERIOD_MIN_SPREAD = 4320, TAKES_MIN = 4 };

const lines_deploy_t LINES_DEPLOYS_OF_STORY [] = {
    { 12960, "/ecs/shop/orders", "deploy service orders 2026.11.1 started by ci, commit 7d31c0e: faster order list" },
    { 12956, NULL, "deploy service orders 2026.11.1 finished: 3 tasks healthy" },
    { 8705, NULL, "import catalog-winter: 40000 images uploaded, queued for shop-catalog-import by ops" },
    { 7068, NULL, "renewed certificate of partner-api.shop.example.com, valid for 395 days" },
    { 5905, NULL, "config catalog: price crawler enabled with 4000 workers" },
    { 5700, NULL, "replication slot dms_legacy left behind on shop-accounts-1: migration task stopped by hand" },
    { 4922, NULL, "change storage of shop-accounts-1 to 200 GiB: applied; slot dms_legacy dropped" },
    { 3122, NULL, "config shop-sessions: maxmemory-policy allkeys-lru, two more nodes" },
    { 2995, NULL, "deploy content emails 2026.11.22-1: 214 templates published" },
    { 2930, "/aws/lambda/shop-payment-capture", "deploy shop-payment-capture version 212 started by ci, commit 4be9a10: prices in more currencies" },
    { 2929, NULL, "deploy shop-payment-capture version 212 finished: alias live points to version 212" },
    { 2880, "/aws/lambda/shop-payment-capture", "rollback shop-payment-capture: alias live points to version 211 again" },
    { 1502, NULL, "campaign winter-coupons released: 180000 mails" },
    { 45, "/ecs/shop/orders", "deploy service orders 2026.11.2 started by ci, commit c19f3e7: find orders by customer email" },
    { 41, NULL, "deploy service orders 2026.11.2 finished: 3 tasks healthy" },
    { 0, NULL, NULL },
};

//  Of the shop's own services; orders has those of the story only.
static bool
s_is_deployed (const shop_log_group_t *group)
{
    return strcmp (group->account, SHOP_ACCOUNT) == 0 && strncmp (group->name, "/ecs/shop/", 10) == 0 && strcmp (group->name + 10, "orders") != 0;
}

bool
lines_deploys_around (const shop_log_group_t *group, int64_t time_ms, int64_t *last_ms, int64_t *next_ms)
{
    if (!s_is_deployed (group))
        return false;
    uint64_t digest = chance_of_text (group->name);
    int64_t period_ms = (PERIOD_MIN_LEAST + (int64_t) (digest % PERIOD_MIN_SPREAD)) * LINES_MINUTE_MS;
    int64_t phase_ms = (int64_t) (digest >> 32) % period_ms / LINES_MINUTE_MS * LINES_MINUTE_MS;
    *last_ms = (time_ms - phase_ms) / period_ms * period_ms + phase_ms;
    *next_ms = *last_ms + period_ms;
    return true;
}

//  2026.11.7, by the day of the deploy.
static void
s_version (int64_t time_ms, char *text, size_t size)
{
    struct tm parts;
    time_t seconds = (time_t) (time_ms / 1000);
    gmtime_r (&seconds, &parts);
    snprintf (text, size, "%d.%d.%d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

static void
s_add_deploy (lines_t *self, const char *service, int64_t began_ms)
{
    char text [256], version [64];
    s_version (began_ms, version, sizeof version);
    if (began_ms == self->minute_ms)
        snprintf (text, sizeof text, "~T deploy service %s %s started by ci, commit ~h", service, version);
    else
        snprintf (text, sizeof text, "~T deploy service %s %s finished: 3 tasks healthy", service, version);
    lines_add (self, self->minute_ms + lines_between (&self->chance, 0, LINES_MINUTE_MS - 1), 0, text);
}

void
lines_write_deploys (lines_t *self)
{
    const shop_t *shop = self->shop;
    int64_t last_ms, next_ms;
    char text [512];
    for (size_t i = 0; i < shop->log_groups_count; i++)
        if (lines_deploys_around (&shop->log_groups [i], self->minute_ms, &last_ms, &next_ms)
            && (last_ms == self->minute_ms || last_ms + TAKES_MIN * LINES_MINUTE_MS == self->minute_ms))
            s_add_deploy (self, shop->log_groups [i].name + sizeof "/ecs/shop/" - 1, last_ms);
    for (const lines_deploy_t *deploy = LINES_DEPLOYS_OF_STORY; deploy->text; deploy++)
        if (lines_story_ms (shop, deploy->at_min) == self->minute_ms) {
            snprintf (text, sizeof text, "~T %s", deploy->text);
            lines_add (self, self->minute_ms + lines_between (&self->chance, 0, LINES_MINUTE_MS - 1), 0, text);
        }
}
