#include "shop.h"

#include <stdio.h>

//  The shop's resources by kind. A '-' before a name: it has been silent for longer than three hours (but not for two weeks, or it would not
//  be listed any more).
typedef struct {
    const char *kind;
    const char *names;          //  One space between
} resources_t;

static const resources_t RESOURCES [] = {
    { "functions", "shop-cart-expire shop-cart-merge -shop-catalog-import shop-catalog-index shop-checkout-callback shop-checkout-validate"
      " shop-coupon-issue shop-email-bounce shop-email-render shop-email-send shop-fraud-review shop-fraud-score shop-image-resize"
      " shop-inventory-reserve shop-inventory-sync shop-invoice-pdf shop-order-confirm shop-order-events shop-payment-capture"
      " shop-payment-refund shop-payment-webhook -shop-report-daily -shop-report-weekly shop-returns-label shop-search-suggest"
      " shop-shipping-label shop-shipping-quote shop-shipping-track -shop-sitemap-build shop-sms-send shop-stock-alert -shop-legacy-import" },
    { "services", "storefront catalog search cart checkout payments orders inventory shipping notifications accounts auth recommendations"
      " reviews pricing promotions" },
    { "groups", "targetgroup/storefront/6d0ecf831eec9f09 targetgroup/catalog/73e2d6bc24d8a067 targetgroup/cart/1a2b3c4d5e6f7081"
      " targetgroup/checkout/943f017f100becff targetgroup/accounts/5f1c8a3be0d24c77 targetgroup/search/0b6f2d9c3a714e58" },
    { "zones", "{region}a {region}b {region}c" },
    { "queues", "orders-new orders-new-dlq payments-capture payments-capture-dlq email-outbox email-outbox-dlq inventory-updates"
      " shipping-labels image-jobs -returns-inbox -returns-inbox-dlq" },
    { "databases", "shop-orders-1 shop-orders-2 shop-accounts-1 shop-catalog-1" },
    { "tables", "shop-carts shop-sessions shop-coupons shop-wishlists shop-idempotency shop-stock shop-prices -shop-legacy-map" },
    { "calls", "GetItem PutItem Query UpdateItem" },
    { "stages", "ApiName=shop-public;Stage=prod ApiName=shop-partner;Stage=prod -ApiName=shop-public;Stage=staging" },
    { "apis", "shop-public shop-partner shop-admin" },
    { "nats", "nat-0a1b2c3d4e5f60718 nat-0b2c3d4e5f6071829 nat-0c3d4e5f607182930" },
    { "buckets", "shop-media-{region} shop-invoices-{region} shop-exports-{region} shop-logs-{region} shop-backups-{region} shop-static-{region}" },
    { "loggroups", "/ecs/shop/storefront /ecs/shop/catalog /ecs/shop/search /ecs/shop/cart /ecs/shop/checkout /ecs/shop/payments"
      " /ecs/shop/orders /ecs/shop/inventory /ecs/shop/shipping /ecs/shop/notifications /ecs/shop/accounts /ecs/shop/auth"
      " /aws/lambda/shop-order-confirm /aws/lambda/shop-payment-capture /aws/lambda/shop-payment-webhook /aws/lambda/shop-email-send"
      " /aws/lambda/shop-fraud-score /aws/apigateway/shop-public-access /vpc/shop-prod/flow-logs /aws/cloudtrail/shop-organization"
      " /shop/nginx/access /shop/nginx/error -/shop/batch/nightly -/aws/lambda/shop-legacy-import" },
    { "certificates", "arn:aws:acm:{region}:123456789012:certificate/0f3a7c52-6d1b-4a0e-9c38-5be2a1d4f601"
      " arn:aws:acm:{region}:123456789012:certificate/1c84e9d0-27af-4b6e-8f15-c03d7b92aa12"
      " arn:aws:acm:{region}:123456789012:certificate/2d95fae1-38b0-4c7f-9026-d14e8ca3bb23" },
    { "topics", "shop-page shop-mail shop-order-events -shop-marketing" },
    { "machines", "arn:aws:states:{region}:123456789012:stateMachine:shop-order-fulfilment"
      " arn:aws:states:{region}:123456789012:stateMachine:shop-refund -arn:aws:states:{region}:123456789012:stateMachine:shop-nightly-close" },
    { "caches", "CacheClusterId=shop-sessions-001;CacheNodeId=0001 CacheClusterId=shop-sessions-002;CacheNodeId=0001" },
    { "instances", "i-0a11b22c33d44e55f i-0b22c33d44e55f66a i-0c33d44e55f66a77b" },
    { "volumes", "vol-0a1b2c3d4e5f60718 vol-0b2c3d4e5f6071829 vol-0c3d4e5f607182930" },
    { "methods", "card paypal invoice giftcard" },
    { "steps", "address delivery payment confirm" },
    { "staged", "storefront catalog cart checkout orders payments" },
};

//  A family: every metric name with every set of dimensions. An @kind in the dimensions stands for each of the kind's resources in turn.
typedef struct {
    const char *account;
    const char *namespace;
    const char *names;
    const char *dimensions;
    bool daily;                 //  Published once a day: never "recent"
} family_t;

#define OWN SHOP_ACCOUNT
#define LB "LoadBalancer=app/shop-public/50dc6c495c0c9188"
#define LB_ADMIN "LoadBalancer=app/shop-admin/8a3f5b7c9d1e2f40"
#define LB_NAMES "ActiveConnectionCount ClientTLSNegotiationErrorCount ConsumedLCUs HTTPCode_ELB_4XX_Count HTTPCode_ELB_5XX_Count" \
    " HTTPCode_Target_2XX_Count HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count NewConnectionCount ProcessedBytes" \
    " RejectedConnectionCount RequestCount TargetResponseTime"
#define LAMBDA_NAMES "Invocations Errors Throttles Duration ConcurrentExecutions"

static const family_t FAMILIES [] = {
    { OWN, "AWS/ApplicationELB", LB_NAMES, LB, false },
    { OWN, "AWS/ApplicationELB", LB_NAMES, LB_ADMIN, false },
    { OWN, "AWS/ApplicationELB", "HTTPCode_Target_2XX_Count HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count HealthyHostCount RequestCount"
      " RequestCountPerTarget TargetConnectionErrorCount TargetResponseTime UnHealthyHostCount", "TargetGroup=@groups;" LB, false },
    { OWN, "AWS/ApplicationELB", "HTTPCode_Target_2XX_Count HTTPCode_Target_5XX_Count HealthyHostCount RequestCount TargetResponseTime"
      " UnHealthyHostCount", "TargetGroup=@groups;AvailabilityZone=@zones;" LB, false },
    { OWN, "AWS/Lambda", LAMBDA_NAMES, "FunctionName=@functions", false },
    { OWN, "AWS/Lambda", "Invocations Errors", "FunctionName=@functions;Resource=live", false },
    { OWN, "AWS/Lambda", LAMBDA_NAMES " UnreservedConcurrentExecutions", "", false },
    { OWN, "AWS/Lambda", "AsyncEventAge AsyncEventsReceived DeadLetterErrors", "FunctionName=shop-email-send", false },
    { OWN, "AWS/SQS", "ApproximateAgeOfOldestMessage ApproximateNumberOfMessagesDelayed ApproximateNumberOfMessagesNotVisible"
      " ApproximateNumberOfMessagesVisible NumberOfEmptyReceives NumberOfMessagesDeleted NumberOfMessagesReceived NumberOfMessagesSent"
      " SentMessageSize", "QueueName=@queues", false },
    { OWN, "AWS/RDS", "BurstBalance CPUUtilization CheckpointLag DatabaseConnections DBLoad DBLoadCPU DBLoadNonCPU"
      " DiskQueueDepth FreeStorageSpace FreeableMemory MaximumUsedTransactionIDs"
      " NetworkReceiveThroughput NetworkTransmitThroughput ReadIOPS ReadLatency ReadThroughput SwapUsage"
      " TransactionLogsDiskUsage WriteIOPS WriteLatency WriteThroughput",
      "DBInstanceIdentifier=@databases", false },
    { OWN, "AWS/RDS", "ReplicaLag", "DBInstanceIdentifier=shop-orders-2", false },
    { OWN, "AWS/RDS", "CPUUtilization DatabaseConnections Deadlocks VolumeBytesUsed", "DBClusterIdentifier=shop-catalog;Role=WRITER", false },
    { OWN, "AWS/DynamoDB", "ConsumedReadCapacityUnits ConsumedWriteCapacityUnits ProvisionedReadCapacityUnits ProvisionedWriteCapacityUnits"
      " ReadThrottleEvents WriteThrottleEvents", "TableName=@tables", false },
    { OWN, "AWS/DynamoDB", "SuccessfulRequestLatency ThrottledRequests", "TableName=@tables;Operation=@calls", false },
    { OWN, "AWS/DynamoDB", "AccountMaxReads AccountMaxWrites UserErrors", "", false },
    { OWN, "AWS/ECS", "CPUUtilization MemoryUtilization", "ClusterName=shop;ServiceName=@services", false },
    { OWN, "AWS/ECS", "CPUUtilization MemoryUtilization", "ClusterName=shop", false },
    { OWN, "ECS/ContainerInsights", "CpuReserved CpuUtilized DesiredTaskCount EphemeralStorageReserved EphemeralStorageUtilized MemoryReserved"
      " MemoryUtilized NetworkRxBytes NetworkTxBytes PendingTaskCount RunningTaskCount StorageReadBytes StorageWriteBytes",
      "ClusterName=shop;ServiceName=@services", false },
    { OWN, "AWS/ApiGateway", "4XXError 5XXError Count IntegrationLatency Latency", "ApiName=@apis", false },
    { OWN, "AWS/ApiGateway", "4XXError 5XXError Count IntegrationLatency Latency", "@stages", false },
    { OWN, "AWS/NATGateway", "ActiveConnectionCount BytesInFromDestination BytesInFromSource BytesOutToDestination BytesOutToSource"
      " ConnectionAttemptCount ConnectionEstablishedCount ErrorPortAllocation IdleTimeoutCount PacketsDropCount"
      " PacketsInFromDestination PacketsInFromSource PacketsOutToDestination PacketsOutToSource PeakBytesPerSecond",
      "NatGatewayId=@nats", false },
    { OWN, "AWS/S3", "BucketSizeBytes", "StorageType=StandardStorage;BucketName=@buckets", true },
    { OWN, "AWS/S3", "NumberOfObjects", "StorageType=AllStorageTypes;BucketName=@buckets", true },
    { OWN, "AWS/S3", "4xxErrors 5xxErrors AllRequests BytesDownloaded FirstByteLatency GetRequests TotalRequestLatency",
      "BucketName=shop-media-{region};FilterId=EntireBucket", false },
    { OWN, "AWS/Logs", "IncomingBytes IncomingLogEvents", "LogGroupName=@loggroups", false },
    { OWN, "AWS/Logs", "IncomingBytes IncomingLogEvents", "", false },
    { OWN, "AWS/CertificateManager", "DaysToExpiry", "CertificateArn=@certificates", true },
    { OWN, "AWS/SNS", "NumberOfMessagesPublished NumberOfNotificationsDelivered NumberOfNotificationsFailed PublishSize",
      "TopicName=@topics", false },
    { OWN, "AWS/States", "ExecutionTime ExecutionThrottled ExecutionsAborted ExecutionsFailed ExecutionsStarted ExecutionsSucceeded"
      " ExecutionsTimedOut", "StateMachineArn=@machines", false },
    { OWN, "AWS/ElastiCache", "CPUUtilization CacheHits CacheMisses CurrConnections CurrItems DatabaseMemoryUsagePercentage"
      " EngineCPUUtilization Evictions FreeableMemory GetTypeCmds HashBasedCmds KeyBasedCmds NetworkBytesIn"
      " NetworkBytesOut Reclaimed ReplicationLag SetTypeCmds StringBasedCmds SwapUsage", "@caches", false },
    { OWN, "AWS/EC2", "CPUCreditBalance CPUUtilization NetworkIn NetworkOut StatusCheckFailed StatusCheckFailed_Instance"
      " StatusCheckFailed_System", "InstanceId=@instances", false },
    { OWN, "AWS/EBS", "BurstBalance VolumeQueueLength VolumeReadBytes VolumeReadOps VolumeWriteBytes VolumeWriteOps", "VolumeId=@volumes", false },
    { OWN, "AWS/WAFV2", "AllowedRequests BlockedRequests", "WebACL=shop-public;Rule=ALL;Region={region}", false },
    { OWN, "AWS/Events", "FailedInvocations Invocations MatchedEvents TriggeredRules", "RuleName=shop-nightly-close", false },
    { OWN, "AWS/Usage", "CallCount", "Type=API;Resource=GetMetricData;Service=CloudWatch;Class=None", false },
    { OWN, "CWAgent", "disk_used_percent", "InstanceId=@instances;path=/;device=nvme0n1p1;fstype=xfs", false },
    { OWN, "CWAgent", "mem_used_percent swap_used_percent", "InstanceId=@instances", false },
    { OWN, "Shop/Checkout", "CheckoutStarted CheckoutCompleted CheckoutAbandoned CheckoutDuration OrderValue", "Environment=prod", false },
    { OWN, "Shop/Checkout", "PaymentAttempts PaymentDeclined PaymentErrors PaymentLatency", "Environment=prod;Method=@methods", false },
    { OWN, "Shop/Checkout", "StepEntered StepFailed StepDuration", "Environment=prod;Step=@steps", false },
    { OWN, "Shop/Checkout", "CheckoutStarted CheckoutCompleted", "-Environment=loadtest", false },
    { OWN, "Shop/Inventory", "OutOfStock ReservationsExpired ReservationsMade SyncLagSeconds", "Environment=prod", false },
    { SHOP_ACCOUNT_STAGING, "AWS/ECS", "CPUUtilization MemoryUtilization", "ClusterName=shop-staging;ServiceName=@staged", false },
    { SHOP_ACCOUNT_STAGING, "AWS/Lambda", LAMBDA_NAMES, "FunctionName=shop-order-confirm", false },
    { SHOP_ACCOUNT_STAGING, "AWS/Lambda", LAMBDA_NAMES, "FunctionName=shop-payment-capture", false },
    { SHOP_ACCOUNT_STAGING, "AWS/SQS", "ApproximateAgeOfOldestMessage ApproximateNumberOfMessagesVisible NumberOfMessagesSent",
      "QueueName=orders-new", false },
    { SHOP_ACCOUNT_STAGING, "Shop/Checkout", "CheckoutStarted CheckoutCompleted", "Environment=staging", false },
    { SHOP_ACCOUNT_ANALYTICS, "AWS/Redshift", "CPUUtilization DatabaseConnections HealthStatus PercentageDiskSpaceUsed QueryDuration ReadIOPS",
      "ClusterIdentifier=shop-warehouse", false },
    { SHOP_ACCOUNT_ANALYTICS, "Glue", "glue.driver.aggregate.bytesRead glue.driver.aggregate.elapsedTime",
      "-JobName=shop-attribution;JobRunId=ALL;Type=count", false },
    { SHOP_ACCOUNT_ANALYTICS, "AWS/S3", "BucketSizeBytes", "StorageType=StandardStorage;BucketName=shop-lake-{region}", true },
};

//  Longest dimensions of one metric in their short form.
enum { DIMENSIONS_SIZE = 512 };

//  Metrics are counted first and written then, by the same walk: the first time there is no array.
typedef struct {
    shop_t *shop;
    shop_metric_t *metrics;     //  NULL while counting
    size_t count;
    const family_t *family;
} walk_t;

//  One set of dimensions with every metric name of the family.
static bool
s_add_names (walk_t *walk, const char *dimensions)
{
    const family_t *family = walk->family;
    shop_dimension_t parts [SHOP_DIMENSIONS_MAX];
    shop_dimension_t *kept = NULL;
    char plain [DIMENSIONS_SIZE];
    size_t size = 0;
    for (const char *c = dimensions; *c; c++)
        if (*c != '-' || (c > dimensions && c [-1] != '='))
            plain [size++] = *c;
    plain [size] = 0;
    bool recent = !family->daily && size == strlen (dimensions);
    int count = walk->metrics ? shop_read_dimensions (walk->shop->arena, plain, parts) : 0;
    if (count > 0 && (kept = arena_alloc (walk->shop->arena, (size_t) count * sizeof *kept)))
        memcpy (kept, parts, (size_t) count * sizeof *kept);
    if (count < 0 || (count > 0 && !kept))
        return false;
    for (const char *word = family->names; *word; walk->count++) {
        size_t word_size = strcspn (word, " ");
        if (walk->metrics) {
            const char *name = arena_copy (walk->shop->arena, (slice_t) { word, word_size });
            if (!name)
                return false;
            walk->metrics [walk->count] = (shop_metric_t) { family->account, family->namespace, name, kept, count, recent };
        }
        word += word_size + (word [word_size] == ' ');
    }
    return true;
}

static const char *
s_resources (slice_t kind)
{
    for (size_t i = 0; i < sizeof RESOURCES / sizeof RESOURCES [0]; i++)
        if (slice_is (kind, RESOURCES [i].kind))
            return RESOURCES [i].names;
    return "";
}

//  Replaces the first @kind by each of its resources and goes on with what comes out.
static bool
s_expand (walk_t *walk, const char *dimensions)
{
    const char *mark = strchr (dimensions, '@');
    if (!mark)
        return s_add_names (walk, dimensions);
    size_t kind_size = strcspn (mark + 1, ";");
    const char *rest = mark + 1 + kind_size;
    for (const char *word = s_resources ((slice_t) { mark + 1, kind_size }); *word;) {
        size_t size = strcspn (word, " ");
        char expanded [DIMENSIONS_SIZE];
        snprintf (expanded, sizeof expanded, "%.*s%.*s%s", (int) (mark - dimensions), dimensions, (int) size, word, rest);
        if (!s_expand (walk, expanded))
            return false;
        word += size + (word [size] == ' ');
    }
    return true;
}

static bool
s_walk (walk_t *walk)
{
    walk->count = 0;
    for (size_t i = 0; i < sizeof FAMILIES / sizeof FAMILIES [0]; i++) {
        walk->family = &FAMILIES [i];
        if (!s_expand (walk, FAMILIES [i].dimensions))
            return false;
    }
    return true;
}

bool
shop_make_metrics (shop_t *self, int extra)
{
    walk_t walk = { .shop = self };
    if (!s_walk (&walk))
        return false;
    walk.metrics = arena_alloc (self->arena, (walk.count + (size_t) extra) * sizeof *walk.metrics);
    if (!walk.metrics || !s_walk (&walk))
        return false;
    for (int i = 1; i <= extra; i++) {
        const char *name = arena_printf (self->arena, "test-%04d", i);
        if (!name)
            return false;
        walk.metrics [walk.count++] = (shop_metric_t) { .account = OWN, .namespace = "Test", .name = name, .recent = true };
    }
    self->metrics = walk.metrics;
    self->metrics_count = walk.count;
    return true;
}
