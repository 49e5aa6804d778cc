#include "series_model.h"

#include <assert.h>

//  What the story does to the metrics. Amounts of metrics that count a share of a volume are shares; those of times are medians.

#define ELB "AWS/ApplicationELB"
#define ORDERS_DB "DBInstanceIdentifier=shop-orders-1"
#define ACCOUNTS_DB "DBInstanceIdentifier=shop-accounts-1"
#define GIB 1073741824.0
#define FORCE EFFECT_FORCE
#define SET EFFECT_SET
#define ADD EFFECT_ADD
#define TIMES EFFECT_MULTIPLY

static const series_effect_t EFFECTS [] = {
    //  Orders: the database is busy with one query, and everybody who waits for it waits
    { STORY_ORDERS_DB, "AWS/RDS", "CPUUtilization", ORDERS_DB, FORCE, SET, 97.3 },
    { STORY_ORDERS_DB, "AWS/RDS", "DatabaseConnections", ORDERS_DB, FORCE, SET, 497 },
    { STORY_ORDERS_DB, "AWS/RDS", "ReadLatency", ORDERS_DB, FORCE, SET, 0.0214 },
    { STORY_ORDERS_DB, "AWS/RDS", "ReadIOPS ReadThroughput", ORDERS_DB, FORCE, TIMES, 21 },
    { STORY_ORDERS_DB, "AWS/RDS", "WriteLatency", ORDERS_DB, FORCE, TIMES, 5 },
    { STORY_ORDERS_DB, "AWS/RDS", "WriteIOPS WriteThroughput", ORDERS_DB, FORCE, TIMES, 0.55 },
    { STORY_ORDERS_DB, "AWS/RDS", "DiskQueueDepth", ORDERS_DB, FORCE, SET, 31 },
    { STORY_ORDERS_DB, "AWS/RDS", "DBLoad", ORDERS_DB, FORCE, SET, 58 },
    { STORY_ORDERS_DB, "AWS/RDS", "DBLoadCPU", ORDERS_DB, FORCE, SET, 7.8 },
    { STORY_ORDERS_DB, "AWS/RDS", "DBLoadNonCPU", ORDERS_DB, FORCE, SET, 50.2 },
    { STORY_ORDERS_DB, "AWS/RDS", "FreeableMemory", ORDERS_DB, FORCE, TIMES, 0.3 },
    { STORY_ORDERS_DB, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName=orders-new$", EFFECT_CLIMB, SET, 1684, 6 },
    { STORY_ORDERS_DB, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=orders-new$", EFFECT_CLIMB, SET, 611, 3 },
    { STORY_ORDERS_DB, "AWS/SQS", "NumberOfMessagesDeleted NumberOfMessagesReceived", "QueueName=orders-new$", FORCE, TIMES, 0.3 },
    { STORY_ORDERS_DB, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=orders-new-dlq", EFFECT_STAIRS, SET, 23, 24 },
    { STORY_ORDERS_DB, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName=orders-new-dlq", EFFECT_CLIMB, SET, 1210, 24 },
    { STORY_ORDERS_DB, ELB, "TargetResponseTime", "targetgroup/checkout", FORCE, TIMES, 24, 6 },
    { STORY_ORDERS_DB, ELB, "HTTPCode_Target_5XX_Count", "targetgroup/checkout", FORCE, SET, 0.04, 6 },
    { STORY_ORDERS_DB, ELB, "TargetResponseTime", "LoadBalancer=app/shop-public/50dc6c495c0c9188", FORCE, TIMES, 3.7, 8 },
    { STORY_ORDERS_DB, ELB, "HTTPCode_Target_5XX_Count", "LoadBalancer=app/shop-public/50dc6c495c0c9188", FORCE, SET, 0.003, 6 },
    { STORY_ORDERS_DB, ELB, "ActiveConnectionCount", "LoadBalancer=app/shop-public", FORCE, TIMES, 2.1 },
    { STORY_ORDERS_DB, "AWS/ECS", "CPUUtilization", "ServiceName=orders", FORCE, TIMES, 0.5 },
    { STORY_ORDERS_DB, "AWS/Lambda", "Errors", "FunctionName=shop-order-events$", FORCE, SET, 0.18 },
    { STORY_ORDERS_DB, "Shop/Checkout", "CheckoutCompleted", "Environment=prod", FORCE, SET, 0.417 },
    { STORY_ORDERS_DB, "Shop/Checkout", "CheckoutAbandoned", "Environment=prod", FORCE, SET, 0.571, 8 },
    { STORY_ORDERS_DB, "Shop/Checkout", "CheckoutDuration", "Environment=prod", FORCE, TIMES, 4 },
    { STORY_ORDERS_DB, "Shop/Checkout", "StepFailed", "Step=confirm", FORCE, SET, 0.36 },
    { STORY_ORDERS_DB, "Shop/Checkout", "StepDuration", "Step=confirm", FORCE, TIMES, 9 },
    { STORY_ORDERS_DB, "AWS/Logs", "Incoming*", "/ecs/shop/orders", FORCE, TIMES, 2.6 },

    //  A bad version of the function that captures payments
    { STORY_DEPLOY_ERRORS, "AWS/Lambda", "Errors", "FunctionName=shop-payment-capture$", FORCE, SET, 0.4 },
    { STORY_DEPLOY_ERRORS, "Shop/Checkout", "PaymentErrors", "Environment=prod;Method=card", FORCE, SET, 0.06 },
    { STORY_DEPLOY_ERRORS, "Shop/Checkout", "PaymentErrors", "Environment=prod;Method=paypal", FORCE, SET, 0.05 },
    { STORY_DEPLOY_ERRORS, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=payments-capture", FORCE, TIMES, 12 },

    //  Accounts: the disk filled up over ten hours, and was then made twice as large
    { STORY_DISK_FULL, "AWS/RDS", "FreeStorageSpace", ACCOUNTS_DB, EFFECT_BEFORE, TIMES, 0.5 },
    { STORY_DISK_FULL, "AWS/RDS", "FreeStorageSpace", ACCOUNTS_DB, EFFECT_CLIMB, SET, 0, -600 },
    { STORY_DISK_FULL, "AWS/RDS", "TransactionLogsDiskUsage", ACCOUNTS_DB, EFFECT_CLIMB, ADD, 55 * GIB, -600 },
    { STORY_DISK_FULL, "AWS/RDS", "DatabaseConnections", ACCOUNTS_DB, FORCE, TIMES, 0.1 },
    { STORY_DISK_FULL, "AWS/RDS", "CPUUtilization", ACCOUNTS_DB, FORCE, TIMES, 0.2 },
    { STORY_DISK_FULL, "AWS/RDS", "WriteIOPS WriteThroughput ReadIOPS ReadThroughput", ACCOUNTS_DB, FORCE, TIMES, 0.03 },
    { STORY_DISK_FULL, ELB, "HTTPCode_Target_5XX_Count", "targetgroup/accounts", FORCE, SET, 0.41 },
    { STORY_DISK_FULL, ELB, "HTTPCode_Target_2XX_Count", "targetgroup/accounts", FORCE, SET, 0.57 },
    { STORY_DISK_FULL, ELB, "HTTPCode_Target_5XX_Count", "LoadBalancer=app/shop-public/50dc6c495c0c9188", FORCE, SET, 0.028 },

    //  Coupons: more readers than the table is provisioned for
    { STORY_TABLE_THROTTLED, "AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName=shop-coupons", FORCE, SET, 1196 },
    { STORY_TABLE_THROTTLED, "AWS/DynamoDB", "ReadThrottleEvents", "TableName=shop-coupons", FORCE, SET, 420 },
    { STORY_TABLE_THROTTLED, "AWS/DynamoDB", "ThrottledRequests", "TableName=shop-coupons;Operation=GetItem", FORCE, SET, 270 },
    { STORY_TABLE_THROTTLED, "AWS/DynamoDB", "ThrottledRequests", "TableName=shop-coupons;Operation=Query", FORCE, SET, 150 },
    { STORY_TABLE_THROTTLED, "AWS/Lambda", "Invocations", "FunctionName=shop-coupon-issue$", FORCE, TIMES, 3 },
    { STORY_TABLE_THROTTLED, "AWS/Lambda", "Errors", "FunctionName=shop-coupon-issue$", FORCE, SET, 0.34 },

    //  Mails without a template
    { STORY_DLQ, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=email-outbox-dlq", EFFECT_STAIRS, SET, 7, 39 },
    { STORY_DLQ, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName=email-outbox-dlq", EFFECT_CLIMB, SET, 177000, 39 },
    { STORY_DLQ, "AWS/Lambda", "Errors", "FunctionName=shop-email-render$", FORCE, SET, 0.0021 },

    //  The partners' certificate. It was renewed for 395 days
    { STORY_CERTIFICATE, "AWS/CertificateManager", "DaysToExpiry", "certificate/1c84e9d0", EFFECT_BEFORE, ADD, -395 },
    { STORY_CERTIFICATE, "AWS/ApiGateway", "5XXError", "ApiName=shop-partner", FORCE, SET, 0.62 },
    { STORY_CERTIFICATE, "Shop/Inventory", "SyncLagSeconds", "Environment=prod", FORCE, TIMES, 2 },

    //  Recommendations leak memory
    { STORY_MEMORY_LEAK, "AWS/ECS", "MemoryUtilization", "ServiceName=recommendations", FORCE, SET, 98 },
    { STORY_MEMORY_LEAK, "ECS/ContainerInsights", "MemoryUtilized", "ServiceName=recommendations", FORCE, SET, 2007 },
    { STORY_MEMORY_LEAK, "ECS/ContainerInsights", "RunningTaskCount", "ServiceName=recommendations", EFFECT_RESTART, ADD, -1 },
    { STORY_MEMORY_LEAK, "ECS/ContainerInsights", "PendingTaskCount", "ServiceName=recommendations", EFFECT_RESTART, ADD, 1 },

    //  The crawler
    { STORY_NAT_PORTS, "AWS/NATGateway", "ErrorPortAllocation", "nat-0a1b2c3d4e5f60718", FORCE, SET, 340 },
    { STORY_NAT_PORTS, "AWS/NATGateway", "ActiveConnectionCount", "nat-0a1b2c3d4e5f60718", FORCE, SET, 55000 },
    { STORY_NAT_PORTS, "AWS/NATGateway", "ConnectionAttemptCount", "nat-0a1b2c3d4e5f60718", FORCE, TIMES, 14 },
    { STORY_NAT_PORTS, "AWS/NATGateway", "Bytes* Packets* Peak*", "nat-0a1b2c3d4e5f60718", FORCE, TIMES, 4 },
    { STORY_NAT_PORTS, "AWS/ECS", "CPUUtilization", "ServiceName=catalog", FORCE, TIMES, 1.25 },
    { STORY_NAT_PORTS, "Shop/Checkout", "PaymentErrors", "Environment=prod;Method=card", FORCE, SET, 0.31 },
    { STORY_NAT_PORTS, "Shop/Checkout", "PaymentErrors", "Environment=prod;Method=paypal", FORCE, SET, 0.29 },
    { STORY_NAT_PORTS, "Shop/Checkout", "PaymentLatency", "Environment=prod;Method=card", FORCE, TIMES, 8 },

    //  The import
    { STORY_CONCURRENCY, "AWS/Lambda", "Invocations", "FunctionName=shop-image-resize$", FORCE, TIMES, 60 },
    { STORY_CONCURRENCY, "AWS/Lambda", "ConcurrentExecutions", "FunctionName=shop-image-resize$", FORCE, SET, 930 },
    { STORY_CONCURRENCY, "AWS/Lambda", "ConcurrentExecutions UnreservedConcurrentExecutions", "!", FORCE, SET, 1000 },
    { STORY_CONCURRENCY, "AWS/Lambda", "Throttles", "!", FORCE, SET, 0.4 },
    { STORY_CONCURRENCY, "AWS/Lambda", "Throttles", "FunctionName=shop-image-resize$", FORCE, SET, 0.55 },
    { STORY_CONCURRENCY, "AWS/Lambda", "Throttles", "FunctionName=shop-order-confirm$", FORCE, SET, 0.4 },
    { STORY_CONCURRENCY, "AWS/Lambda", "Throttles", "FunctionName=", FORCE, SET, 0.12 },
    { STORY_CONCURRENCY, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=image-jobs", FORCE, SET, 31000 },

    //  The session cache. It filled up over three hours
    { STORY_CACHE_FULL, "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "shop-sessions-001", EFFECT_CLIMB, SET, 100, -180 },
    { STORY_CACHE_FULL, "AWS/ElastiCache", "Evictions", "shop-sessions-001", FORCE, SET, 2600 },
    { STORY_CACHE_FULL, "AWS/ElastiCache", "CacheMisses", "shop-sessions-001", FORCE, TIMES, 6 },
    { STORY_CACHE_FULL, "AWS/ElastiCache", "FreeableMemory", "shop-sessions-001", EFFECT_CLIMB, TIMES, 0.05, -180 },
    { STORY_CACHE_FULL, "Shop/Checkout", "CheckoutAbandoned", "Environment=prod", FORCE, SET, 0.25 },
    { STORY_CACHE_FULL, "Shop/Checkout", "CheckoutCompleted", "Environment=prod", FORCE, SET, 0.735 },
};

//  More than one row may fit for the same story: the first one counts, as the exact ones stand above the general. Unless it is one of several
//  that belong together, which have different shapes.
static bool
s_is_covered (const series_effect_t *const *effects, int count, const series_effect_t *effect)
{
    for (int i = 0; i < count; i++)
        if (effects [i]->story == effect->story && effects [i]->shape == effect->shape)
            return true;
    return false;
}

int
series_effects_of (const char *namespace, const char *name, const char *dimensions, const series_effect_t **effects)
{
    int count = 0;
    for (size_t i = 0; i < sizeof EFFECTS / sizeof EFFECTS [0]; i++) {
        const series_effect_t *effect = &EFFECTS [i];
        if (strcmp (effect->namespace, namespace) != 0 || !series_fits (effect->names, effect->dimensions, name, dimensions)
            || s_is_covered (effects, count, effect))
            continue;
        assert (count < SERIES_EFFECTS_MAX);
        effects [count++] = effect;
    }
    return count;
}
