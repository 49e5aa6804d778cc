#include "shop.h"

#include "chance.h"

#include <stdlib.h>

//  A family of log groups: a prefix, the rest of each name (one space between), and what they have in common. Ages and sizes vary around the
//  family's by what a name's digest says.
typedef struct {
    const char *account;
    const char *prefix;
    const char *names;
    const char *class;
    const char *traits;         //  k: encrypted, m: masked, l: locked, 1..9: metric filters
    int retention_days;
    int age_days;
    int megabytes;
} family_t;

#define OWN SHOP_ACCOUNT
#define STD "STANDARD"
#define RARE "INFREQUENT_ACCESS"

static const family_t FAMILIES [] = {
    { OWN, "/aws/lambda/shop-",
      "cart-expire cart-merge catalog-import catalog-index checkout-callback checkout-validate coupon-expire coupon-issue email-bounce"
      " email-render email-send image-resize image-scan inventory-reserve inventory-sync loyalty-points order-archive order-confirm"
      " order-events price-import report-daily report-weekly returns-label review-moderate search-suggest shipping-label shipping-quote"
      " shipping-track sitemap-build sms-send stock-alert tax-rates wishlist-notify", STD, "", 30, 500, 900 },
    { OWN, "/aws/lambda/shop-", "payment-capture payment-refund payment-webhook fraud-score fraud-review invoice-pdf invoice-send"
      " returns-refund", STD, "km2", 365, 650, 2600 },
    { OWN, "/aws/lambda/shop-", "customer-export customer-forget", STD, "kml1", 731, 400, 120 },
    { OWN, "/aws/lambda/shop-", "legacy-import", STD, "", 0, 1500, 40 },
    { OWN, "/ecs/shop/", "storefront catalog search cart orders inventory shipping notifications recommendations reviews pricing"
      " promotions", STD, "1", 14, 420, 18000 },
    { OWN, "/ecs/shop/", "checkout payments accounts auth", STD, "km3", 90, 420, 9000 },
    { OWN, "/aws/rds/instance/shop-", "orders-1/postgresql orders-2/postgresql accounts-1/postgresql", STD, "k1", 90, 800, 5200 },
    { OWN, "/aws/rds/instance/shop-", "orders-1/upgrade accounts-1/upgrade", STD, "k", 0, 300, 1 },
    { OWN, "/aws/rds/cluster/shop-catalog/", "audit error general slowquery", STD, "k", 60, 700, 1400 },
    { OWN, "", "RDSOSMetrics", STD, "", 30, 800, 3100 },
    { OWN, "API-Gateway-Execution-Logs_", "a1b2c3d4e5/prod a1b2c3d4e5/staging f6g7h8i9j0/prod", STD, "", 7, 600, 2100 },
    { OWN, "/aws/apigateway/", "shop-admin-access shop-partner-access shop-public-access", STD, "2", 60, 600, 7400 },
    { OWN, "/aws/apigateway/", "welcome", STD, "", 0, 900, 0 },
    { OWN, "/vpc/", "shop-prod/flow-logs shop-staging/flow-logs shop-tools/flow-logs", RARE, "k", 30, 730, 52000 },
    { OWN, "/aws/eks/shop-tools/", "cluster", STD, "", 30, 330, 8800 },
    { OWN, "/aws/containerinsights/shop-tools/", "application dataplane host performance", STD, "", 14, 330, 6100 },
    { OWN, "/aws/ecs/containerinsights/shop/", "performance", STD, "", 1, 420, 900 },
    { OWN, "/aws/codebuild/shop-", "cart catalog checkout docs e2e infra orders payments search storefront", RARE, "", 90, 560, 310 },
    { OWN, "/aws/vendedlogs/states/shop-", "catalog-import nightly-close order-fulfilment refund", STD, "k", 180, 480, 760 },
    { OWN, "", "aws-waf-logs-shop-admin aws-waf-logs-shop-public", RARE, "k", 90, 510, 24000 },
    { OWN, "/aws/cloudtrail/", "shop-organization", STD, "kl6", 3653, 1100, 41000 },
    { OWN, "/aws/route53/", "shop.example.com", RARE, "", 30, 950, 1200 },
    { OWN, "/aws/route53resolver/", "shop-prod", RARE, "", 30, 380, 9100 },
    { OWN, "/aws/networkfirewall/shop-egress/", "alert flow", RARE, "k", 90, 290, 3300 },
    { OWN, "/aws/elasticache/shop-sessions/", "engine-log slow-log", STD, "", 14, 410, 80 },
    { OWN, "/aws/OpenSearchService/domains/shop-search/", "application-logs index-logs search-logs", STD, "", 14, 610, 450 },
    { OWN, "/aws/kinesisfirehose/", "shop-audit shop-clickstream", STD, "", 14, 350, 20 },
    { OWN, "/aws/", "lambda-insights", STD, "", 14, 240, 1900 },
    { OWN, "/aws/events/", "order-audit shop-bus", STD, "k", 180, 370, 640 },
    { OWN, "/aws/ssm/", "shop-patching shop-session", STD, "kl", 365, 770, 60 },
    { OWN, "/aws/glue/", "crawlers jobs/error jobs/output", STD, "", 0, 690, 130 },
    { OWN, "/aws/batch/", "job", STD, "", 30, 540, 210 },
    { OWN, "/aws/cognito/userpools/", "shop-customers", STD, "km", 90, 450, 700 },
    { OWN, "/aws/transfer/", "s-0123456789abcdef0", STD, "", 90, 620, 15 },
    { OWN, "/aws/msk/", "shop-events", STD, "", 7, 310, 1100 },
    { OWN, "", "dms-tasks-shop-legacy", STD, "", 0, 1480, 75 },
    { OWN, "/shop/", "batch/nightly cron deploy nginx/access nginx/error", STD, "1", 30, 820, 2900 },
    { OWN, "/shop/", "frontend/rum mobile/crash", STD, "m", 60, 260, 1700 },
    { OWN, "/shop/audit/", "access changes", RARE, "kml", 2557, 1000, 3600 },
    { OWN, "/aws/vendedlogs/delivery/", "cdn-access recommendation-model waf-full", "DELIVERY", "", 1, 190, 0 },
    { SHOP_ACCOUNT_STAGING, "/ecs/shop/", "cart catalog checkout orders payments storefront", STD, "", 7, 300, 800 },
    { SHOP_ACCOUNT_STAGING, "/aws/lambda/shop-", "email-send image-resize order-confirm payment-capture", STD, "", 7, 300, 60 },
    { SHOP_ACCOUNT_ANALYTICS, "/aws/emr-serverless/", "shop-sessions shop-attribution", STD, "", 30, 210, 4100 },
    { SHOP_ACCOUNT_ANALYTICS, "/aws/glue/", "jobs/error jobs/output", STD, "", 30, 400, 510 },
    { SHOP_ACCOUNT_ANALYTICS, "/aws/redshift/", "shop-warehouse/connectionlog shop-warehouse/userlog", RARE, "k", 365, 430, 220 },
};

enum { FAMILIES_COUNT = sizeof FAMILIES / sizeof FAMILIES [0] };

static const int64_t DAY_MS = INT64_C (24) * 60 * 60 * 1000;

static size_t
s_count_words (const char *words)
{
    size_t count = *words != 0;
    for (; *words; words++)
        count += *words == ' ';
    return count;
}

static void
s_fill (shop_log_group_t *group, const family_t *family, const char *name, int64_t now_ms)
{
    uint64_t digest = chance_of_text (name);
    const char *filters = strpbrk (family->traits, "123456789");
    int64_t age_ms = family->age_days * DAY_MS + (int64_t) (digest % (uint64_t) (60 * DAY_MS));
    *group = (shop_log_group_t) {
        .account = family->account,
        .name = name,
        .class = family->class,
        .retention_days = family->retention_days,
        .metric_filters = filters ? *filters - '0' : 0,
        .encrypted = strchr (family->traits, 'k') != NULL,
        .masked = strchr (family->traits, 'm') != NULL,
        .locked = strchr (family->traits, 'l') != NULL,
        .created_ms = now_ms - age_ms,
        //  Between a half and one and a half of the family's size.
        .stored_bytes = (int64_t) family->megabytes * (500000 + (int64_t) (digest >> 20) % 1000000),
    };
}

static int
s_compare (const void *left, const void *right)
{
    const shop_log_group_t *a = left;
    const shop_log_group_t *b = right;
    int order = strcmp (a->name, b->name);
    return order ? order : strcmp (a->account, b->account);
}

bool
shop_make_log_groups (shop_t *self, int extra)
{
    static const family_t EXTRA = { OWN, "", "", STD, "", 7, 30, 1 };
    size_t count = (size_t) extra;
    for (size_t i = 0; i < FAMILIES_COUNT; i++)
        count += s_count_words (FAMILIES [i].names);
    shop_log_group_t *groups = arena_alloc (self->arena, count * sizeof *groups);
    if (!groups)
        return false;
    size_t made = 0;
    for (size_t i = 0; i < FAMILIES_COUNT; i++)
        for (const char *word = FAMILIES [i].names; *word; made++) {
            size_t size = strcspn (word, " ");
            const char *name = arena_printf (self->arena, "%s%.*s", FAMILIES [i].prefix, (int) size, word);
            if (!name)
                return false;
            s_fill (&groups [made], &FAMILIES [i], name, self->now_ms);
            word += size + (word [size] == ' ');
        }
    for (int i = 1; i <= extra; i++, made++) {
        const char *name = arena_printf (self->arena, "test-%04d", i);
        if (!name)
            return false;
        s_fill (&groups [made], &EXTRA, name, self->now_ms);
    }
    qsort (groups, made, sizeof *groups, s_compare);
    self->log_groups = groups;
    self->log_groups_count = made;
    return true;
}
