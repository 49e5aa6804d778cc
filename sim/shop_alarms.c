#include "shop.h"

//  The shop on a bad evening: the orders database is at its limit, so orders queue up and checkouts stay unfinished. Everything else is well,
//  or has nothing to say. Rows are sorted by name. A row: { name, description, state, minutes in that state, days since configured, topics },
//  then namespace, metric, dimensions, statistic, unit, period, periods, datapoints to alarm (0: all), operator, threshold, last value, missing.

#define LB "LoadBalancer=app/shop-public/50dc6c495c0c9188"
#define LB_ADMIN "LoadBalancer=app/shop-admin/8a3f5b7c9d1e2f40"
#define SERVICE(name) "ClusterName=shop;ServiceName=" name
#define ELB "AWS/ApplicationELB"
#define OK SHOP_OK
#define BAD SHOP_ALARM
#define DARK SHOP_INSUFFICIENT_DATA

static const shop_metric_alarm_t METRIC_ALARMS [] = {
    { { "shop-accounts-db-connections", "Accounts database: connections near the limit", OK, 20160, 410, "shop-mail" },
      "AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier=shop-accounts-1", "Maximum", "Count", 60, 5, 3, ">", 180, 41, NULL },
    { { "shop-accounts-db-cpu", "Accounts database: CPU", OK, 43200, 410, "shop-mail" },
      "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier=shop-accounts-1", "Average", NULL, 300, 3, 0, ">=", 80, 22.4, NULL },
    { { "shop-accounts-db-storage", "Accounts database: less than 10 GiB free. Runbook: https://wiki.shop.example.com/runbooks/disk-full", OK,
        4910, 410, "shop-page" },
      "AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier=shop-accounts-1", "Minimum", "Bytes", 300, 3, 0, "<", 10737418240, 129922760704, NULL },
    { { "shop-admin-alb-5xx", "Back office: server errors", OK, 86400, 300, "shop-mail" },
      ELB, "HTTPCode_Target_5XX_Count", LB_ADMIN, "Sum", NULL, 300, 1, 0, ">", 20, 0, "notBreaching" },
    { .head = { "shop-alb-4xx-ratio", "More than 5 % of the answers blame the client", OK, 7300, 210, "shop-mail" },
      .periods = 5, .datapoints = 3, .operator = ">", .threshold = 5, .value = 1.42, .missing = "notBreaching", .queries = {
        { "ratio", "100 * bad / total", "4xx ratio (%)", .returned = true },
        { "bad", NULL, NULL, ELB, "HTTPCode_Target_4XX_Count", LB, "Sum", 60 },
        { "total", NULL, NULL, ELB, "RequestCount", LB, "Sum", 60 } } },
    { { "shop-alb-5xx", "The load balancer answers 5xx by itself", OK, 4210, 300, "shop-page shop-mail" },
      ELB, "HTTPCode_ELB_5XX_Count", LB, "Sum", "Count", 60, 5, 3, ">", 10, 2, "notBreaching" },
    { { "shop-alb-latency-p99", "One in a hundred waits longer than 1.5 s. Runbook: https://wiki.shop.example.com/runbooks/latency", BAD, 31, 300,
        "shop-page" }, ELB, "TargetResponseTime", LB, "p99", "Seconds", 60, 5, 3, ">", 1.5, 2.318, NULL },
    { .head = { "shop-alb-requests-anomaly", "Traffic is not what it is at this time of the week", OK, 2890, 120, "shop-mail" },
      .periods = 3, .datapoints = 2, .operator = "<>band", .value = 48210, .missing = "missing", .band = "band", .queries = {
        { "band", "ANOMALY_DETECTION_BAND(requests, 3)", "RequestCount (expected)", .returned = true },
        { "requests", NULL, NULL, ELB, "RequestCount", LB, "Sum", 300, true } } },
    { { "shop-api-partner-5xx", "Partners' API: server errors", OK, 12000, 260, "shop-mail" },
      "AWS/ApiGateway", "5XXError", "ApiName=shop-partner;Stage=prod", "Sum", "Count", 300, 1, 0, ">=", 10, 1, "notBreaching" },
    { { "shop-api-public-5xx", "Public API: server errors", OK, 9800, 260, "shop-page" },
      "AWS/ApiGateway", "5XXError", "ApiName=shop-public;Stage=prod", "Sum", "Count", 60, 5, 3, ">=", 25, 4, "notBreaching" },
    { { "shop-api-public-latency-p95", "Public API: p95 above 800 ms", OK, 1460, 260, "shop-mail" },
      "AWS/ApiGateway", "Latency", "ApiName=shop-public;Stage=prod", "p95", "Milliseconds", 300, 3, 2, ">", 800, 412.7, NULL },
    { { "shop-cache-evictions", "Sessions are pushed out of the cache", OK, 30210, 380, "shop-mail" },
      "AWS/ElastiCache", "Evictions", "CacheClusterId=shop-sessions-001;CacheNodeId=0001", "Sum", "Count", 300, 3, 0, ">", 0, 0, "missing" },
    { { "shop-cache-memory", "Session cache is nearly full", OK, 30210, 380, "shop-mail" },
      "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId=shop-sessions-001;CacheNodeId=0001", "Average", "Percent", 300, 3, 0,
      ">=", 85, 61.3, "missing" },
    { { "shop-carrier-certificate", "The certificate of the carriers' and partners' API ends within a day", OK, 20160, 200, "shop-mail" },
      "AWS/CertificateManager", "DaysToExpiry", "CertificateArn=arn:aws:acm:{region}:123456789012:certificate/1c84e9d0-27af-4b6e-8f15-c03d7b92aa12",
      "Minimum", "Count", 3600, 1, 0, "<", 1, 391, "ignore" },
    { { "shop-cart-cpu", "TargetTracking-service/shop/cart-AlarmHigh", OK, 640, 420, "", true },
      "AWS/ECS", "CPUUtilization", SERVICE ("cart"), "Average", "Percent", 60, 3, 0, ">", 70, 38.9, NULL },
    { { "shop-cart-memory", "Cart service: memory", OK, 51840, 420, "shop-mail" },
      "AWS/ECS", "MemoryUtilization", SERVICE ("cart"), "Average", "Percent", 60, 5, 0, ">=", 90, 57.2, NULL },
    { { "shop-catalog-cpu", "Catalog service: CPU", OK, 18720, 420, "shop-mail" },
      "AWS/ECS", "CPUUtilization", SERVICE ("catalog"), "Average", "Percent", 60, 5, 0, ">=", 85, 44.1, NULL },
    { { "shop-catalog-db-deadlocks", "Catalog database: deadlocks", OK, 60480, 360, "shop-mail" },
      "AWS/RDS", "Deadlocks", "DBClusterIdentifier=shop-catalog;Role=WRITER", "Sum", NULL, 300, 1, 0, ">", 1, 0, "notBreaching" },
    { { "shop-cert-expiry-shop-example-com", "The storefront's certificate ends soon", OK, 100800, 500, "shop-mail" },
      "AWS/CertificateManager", "DaysToExpiry", "CertificateArn=arn:aws:acm:{region}:123456789012:certificate/0f3a7c52-6d1b-4a0e-9c38-5be2a1d4f601",
      "Minimum", "Count", 86400, 1, 0, "<", 21, 164, "ignore" },
    { .head = { "shop-checkout-abandoned-anomaly", "More abandoned checkouts than usual", BAD, 22, 90, "shop-mail" },
      .periods = 3, .datapoints = 2, .operator = ">band", .value = 214, .missing = "missing", .band = "expected", .queries = {
        { "expected", "ANOMALY_DETECTION_BAND(abandoned, 3)", "CheckoutAbandoned (expected)", .returned = true },
        { "abandoned", NULL, NULL, "Shop/Checkout", "CheckoutAbandoned", "Environment=prod", "Sum", 300, true } } },
    { .head = { "shop-checkout-completion-ratio", "Fewer than 60 % of the checkouts that begin are completed", BAD, 26, 90, "shop-page shop-mail" },
      .periods = 3, .datapoints = 3, .operator = "<", .threshold = 60, .value = 41.73, .missing = "breaching", .queries = {
        { "ratio", "IF(started > 20, 100 * completed / started, 100)", "Completed checkouts (%)", .returned = true },
        { "completed", NULL, NULL, "Shop/Checkout", "CheckoutCompleted", "Environment=prod", "Sum", 300 },
        { "started", NULL, NULL, "Shop/Checkout", "CheckoutStarted", "Environment=prod", "Sum", 300 } } },
    { { "shop-checkout-cpu", "Checkout service: CPU", OK, 8030, 420, "shop-mail" },
      "AWS/ECS", "CPUUtilization", SERVICE ("checkout"), "Average", "Percent", 60, 5, 0, ">=", 85, 52.8, NULL },
    { .head = { "shop-checkout-error-budget", "Payment errors burn the month's budget 14 times too fast", OK, 5500, 60, "shop-page" },
      .periods = 2, .operator = ">", .threshold = 14.4, .value = 3.1, .missing = "notBreaching", .queries = {
        { "burn", "(errors / attempts) / 0.001", "Burn rate", .returned = true },
        { "errors", NULL, NULL, "Shop/Checkout", "PaymentErrors", "Environment=prod;Method=card", "Sum", 300 },
        { "attempts", NULL, NULL, "Shop/Checkout", "PaymentAttempts", "Environment=prod;Method=card", "Sum", 300 } } },
    { { "shop-checkout-memory", "Checkout service: memory", OK, 8030, 420, "shop-mail" },
      "AWS/ECS", "MemoryUtilization", SERVICE ("checkout"), "Average", "Percent", 60, 5, 0, ">=", 90, 71.6, NULL },
    { { "shop-checkout-unhealthy-hosts", "Checkout has unhealthy targets", OK, 2200, 300, "shop-page" },
      ELB, "UnHealthyHostCount", "TargetGroup=targetgroup/checkout/943f017f100becff;" LB, "Maximum", "Count", 60, 3, 0, ">", 0, 0, "breaching" },
    { { "shop-coupons-read-throttles", "Coupon table: reads are throttled", OK, 40320, 240, "shop-mail" },
      "AWS/DynamoDB", "ReadThrottleEvents", "TableName=shop-coupons", "Sum", "Count", 60, 5, 0, ">", 5, 0, "notBreaching" },
    { { "shop-email-outbox-age", "Mails wait longer than ten minutes", OK, 980, 330, "shop-mail" },
      "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName=email-outbox", "Maximum", "Seconds", 60, 5, 0, ">", 600, 47, NULL },
    { { "shop-email-outbox-dlq", "Mails that could not be sent", BAD, 2950, 330, "shop-mail" },
      "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=email-outbox-dlq", "Maximum", "Count", 300, 1, 0, ">", 0, 7, "notBreaching" },
    { { "shop-idempotency-write-throttles", "Idempotency table: writes are throttled", OK, 28800, 240, "shop-page" },
      "AWS/DynamoDB", "WriteThrottleEvents", "TableName=shop-idempotency", "Sum", "Count", 60, 3, 2, ">", 0, 0, "notBreaching" },
    { { "shop-inventory-oversold", "Something was sold that is not in stock", OK, 11520, 150, "shop-mail" },
      "Shop/Inventory", "OutOfStock", "Environment=prod", "Sum", NULL, 300, 3, 0, ">", 50, 12, "notBreaching" },
    { { "shop-inventory-sync-lag", "Stock figures are older than five minutes", OK, 1730, 150, "shop-mail" },
      "Shop/Inventory", "SyncLagSeconds", "Environment=prod", "Maximum", "Seconds", 60, 5, 4, ">", 300, 84, "breaching" },
    { .head = { "shop-lambda-errors", "Functions of the order path fail. Every single minute counts, so it flaps", OK, 1890, 310, "shop-mail" },
      .periods = 1, .operator = ">", .threshold = 5, .value = 1, .missing = "notBreaching", .queries = {
        { "errors", "SUM(METRICS())", "Errors of the order path", .returned = true },
        { "confirm", NULL, NULL, "AWS/Lambda", "Errors", "FunctionName=shop-order-confirm", "Sum", 60 },
        { "capture", NULL, NULL, "AWS/Lambda", "Errors", "FunctionName=shop-payment-capture", "Sum", 60 },
        { "reserve", NULL, NULL, "AWS/Lambda", "Errors", "FunctionName=shop-inventory-reserve", "Sum", 60 } } },
    { { "shop-lambda-throttles", "Functions are throttled", OK, 14400, 310, "shop-mail" },
      "AWS/Lambda", "Throttles", "", "Sum", "Count", 60, 5, 0, ">", 10, 0, "notBreaching" },
    { { "shop-legacy-import-errors", "Old importer fails (to be removed with it)", DARK, 10080, 900, "", true },
      "AWS/Lambda", "Errors", "FunctionName=shop-legacy-import", "Sum", "Count", 3600, 1, 0, ">", 0, 0, "missing" },
    { { "shop-nat-port-allocation", "Outgoing connections find no port", OK, 57600, 280, "shop-page" },
      "AWS/NATGateway", "ErrorPortAllocation", "NatGatewayId=nat-0a1b2c3d4e5f60718", "Sum", "Count", 60, 3, 0, ">", 0, 0, "notBreaching" },
    { { "shop-nightly-close-failed", "The nightly closing did not finish", DARK, 1120, 270, "shop-page shop-mail" },
      "AWS/States", "ExecutionsFailed", "StateMachineArn=arn:aws:states:{region}:123456789012:stateMachine:shop-nightly-close", "Sum", "Count",
      3600, 1, 0, ">", 0, 0, "missing" },
    { { "shop-orders-db-connections", "Orders database: connections near the limit", BAD, 38, 410, "shop-page" },
      "AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier=shop-orders-1", "Maximum", "Count", 60, 5, 3, ">", 450, 497, NULL },
    { { "shop-orders-db-cpu", "Orders database: CPU. Runbook: https://wiki.shop.example.com/runbooks/orders-db", BAD, 34, 410,
        "shop-page shop-mail" },
      "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier=shop-orders-1", "Average", "Percent", 60, 5, 5, ">=", 90, 97.46, "missing" },
    { { "shop-orders-db-replica-lag", "Orders replica is behind", OK, 25, 410, "shop-mail" },
      "AWS/RDS", "ReplicaLag", "DBInstanceIdentifier=shop-orders-2", "Average", "Seconds", 60, 5, 3, ">", 30, 11.9, "breaching" },
    { { "shop-orders-db-storage", "Orders database: less than 20 GiB free", OK, 72000, 410, "shop-page" },
      "AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier=shop-orders-1", "Minimum", "Bytes", 300, 3, 0, "<", 21474836480, 96636764160, NULL },
    { .head = { "shop-orders-latency-promql", "p95 of placing an order, by zone, above 2 s for five minutes", BAD, 29, 30, "shop-page" },
      .promql = "histogram_quantile(0.95, sum by (le, zone) (rate({\"orders.place.duration\", environment=\"prod\"}[5m]))) > 2",
      .pending_s = 300, .recovery_s = 600, .interval_s = 60, .value = 3.204 },
    { { "shop-orders-new-age", "Orders wait longer than five minutes", BAD, 28, 330, "shop-page shop-mail" },
      "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName=orders-new", "Maximum", "Seconds", 60, 3, 0, ">", 300, 1684, NULL },
    { { "shop-orders-new-dlq", "Orders that could not be processed", BAD, 19, 330, "shop-page" },
      "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=orders-new-dlq", "Maximum", "Count", 60, 1, 0, ">", 0, 23, "notBreaching" },
    { { "shop-payment-capture-duration-p99", "Capturing a payment takes longer than 8 s", OK, 530, 310, "shop-mail" },
      "AWS/Lambda", "Duration", "FunctionName=shop-payment-capture", "p99", "Milliseconds", 300, 3, 2, ">", 8000, 5210.4, NULL },
    { { "shop-payment-capture-errors", "Capturing payments fails", OK, 2880, 310, "shop-page" },
      "AWS/Lambda", "Errors", "FunctionName=shop-payment-capture", "Sum", "Count", 60, 5, 3, ">", 3, 1, "notBreaching" },
    { .head = { "shop-payment-declined-ratio", "Cards are declined more often than one in seven", OK, 6800, 90, "shop-mail" },
      .periods = 4, .datapoints = 3, .operator = ">", .threshold = 14, .value = 7.9, .missing = "ignore", .queries = {
        { "ratio", "100 * declined / attempts", "Declined (%)", .returned = true },
        { "declined", NULL, NULL, "Shop/Checkout", "PaymentDeclined", "Environment=prod;Method=card", "Sum", 900 },
        { "attempts", NULL, NULL, "Shop/Checkout", "PaymentAttempts", "Environment=prod;Method=card", "Sum", 900 } } },
    { { "shop-recommendations-memory", "Recommendations service: memory", OK, 20160, 6, "shop-mail" },
      "AWS/ECS", "MemoryUtilization", SERVICE ("recommendations"), "Average", "Percent", 60, 5, 0, ">=", 92, 45, NULL },
    { { "shop-returns-inbox-age", "Returns wait longer than a day", DARK, 4300, 330, "shop-mail", .evaluation = "PARTIAL_DATA" },
      "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName=returns-inbox", "Maximum", "Seconds", 3600, 24, 20, ">", 86400, 0, "missing" },
    { { "shop-search-cpu", "Search service: CPU", OK, 15840, 420, "shop-mail" },
      "AWS/ECS", "CPUUtilization", SERVICE ("search"), "Average", "Percent", 60, 5, 0, ">=", 85, 63.5, NULL },
    { { "shop-storefront-unhealthy-hosts", "Storefront has unhealthy targets", OK, 33120, 300, "shop-page" },
      ELB, "UnHealthyHostCount", "TargetGroup=targetgroup/storefront/6d0ecf831eec9f09;" LB, "Maximum", "Count", 60, 3, 0, ">", 0, 0, "breaching" },
};

static const shop_composite_alarm_t COMPOSITE_ALARMS [] = {
    { { "shop-checkout-degraded", "Customers cannot pay, or hardly", BAD, 26, 80, "shop-page" },
      "ALARM(\"shop-checkout-completion-ratio\") AND (ALARM(\"shop-orders-new-age\") OR ALARM(\"shop-alb-latency-p99\"))", NULL, 0, 0 },
    { { "shop-database-trouble", "A database is the reason", BAD, 34, 80, "shop-page shop-mail" },
      "ALARM(shop-orders-db-cpu) OR ALARM(shop-orders-db-connections) OR ALARM(shop-accounts-db-cpu)", "shop-maintenance-window", 120, 300 },
    { { "shop-is-down", "Wake somebody up", OK, 30240, 80, "shop-page" },
      "ALARM(\"shop-checkout-degraded\") AND ALARM(\"shop-alb-5xx\") AND NOT ALARM(\"shop-maintenance-window\")", NULL, 0, 0 },
    { { "shop-maintenance-window", "Set by hand while we work on the databases", BAD, 41, 80, "" }, "FALSE", NULL, 0, 0 },
};

static const shop_log_alarm_t LOG_ALARMS [] = {
    { { "shop-checkout-error-lines", "The checkout writes errors", BAD, 27, 20, "shop-mail" },
      "fields @timestamp, @message | filter level = \"ERROR\"", "/ecs/shop/checkout /ecs/shop/payments", "rate(5 minutes)",
      "stats count(*) as errors by bin(5m)", 300, 3, 2, ">", 25, 118, "notBreaching", 5 },
    { { "shop-fraud-review-spikes", "Too many orders go to manual review", OK, 8600, 20, "shop-mail" },
      "fields @timestamp, orderId | filter decision = \"REVIEW\"", "/aws/lambda/shop-fraud-score", "rate(15 minutes)",
      "stats count(*) as reviews", 900, 2, 2, ">=", 40, 6, "missing", 0 },
    { { "shop-nginx-upstream-timeouts", "The storefront's proxy gives up waiting", DARK, 3, 1, "shop-mail" },
      "fields @timestamp, @message | filter @message like /upstream timed out/", "/shop/nginx/error", "rate(10 minutes)",
      "stats count(*) as timeouts", 600, 1, 1, ">", 10, 0, "missing", 10 },
};

void
shop_make_alarms (shop_t *self)
{
    self->metric_alarms = METRIC_ALARMS;
    self->metric_alarms_count = sizeof METRIC_ALARMS / sizeof METRIC_ALARMS [0];
    self->composite_alarms = COMPOSITE_ALARMS;
    self->composite_alarms_count = sizeof COMPOSITE_ALARMS / sizeof COMPOSITE_ALARMS [0];
    self->log_alarms = LOG_ALARMS;
    self->log_alarms_count = sizeof LOG_ALARMS / sizeof LOG_ALARMS [0];
}
