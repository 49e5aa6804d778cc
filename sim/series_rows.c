#include "series_model.h"

//  What every metric of the shop is like on a usual day. Exact rows stand above general ones; the last rows go by nothing but the name.

#define ELB "AWS/ApplicationELB"
#define LB "LoadBalancer=app/shop-public/50dc6c495c0c9188"
#define GIB 1073741824.0
#define EVENTS SERIES_EVENTS
#define FLAGS SERIES_FLAGS
#define TOTAL SERIES_TOTAL
#define GAUGE SERIES_GAUGE
#define WHOLE SERIES_WHOLE
#define TIMES SERIES_TIMES
#define SPREAD SERIES_SPREAD
#define SPARSE SERIES_SPARSE
#define DAILY SERIES_DAILY
#define SHARE 0, 0.04           //  A share of a volume swings with it

static const series_row_t ROWS [] = {
    //  The load balancers. A target group in one zone has a third of its requests
    { ELB, "RequestCount", "targetgroup/storefront", EVENTS, "Count", 0.30, SHARE, "RequestCount", LB },
    { ELB, "RequestCount", "targetgroup/catalog", EVENTS, "Count", 0.29, SHARE, "RequestCount", LB },
    { ELB, "RequestCount", "targetgroup/search", EVENTS, "Count", 0.15, SHARE, "RequestCount", LB },
    { ELB, "RequestCount", "targetgroup/cart", EVENTS, "Count", 0.12, SHARE, "RequestCount", LB },
    { ELB, "RequestCount", "targetgroup/checkout", EVENTS, "Count", 0.08, SHARE, "RequestCount", LB },
    { ELB, "RequestCount", "targetgroup/", EVENTS, "Count", 0.06, SHARE, "RequestCount", LB },
    { ELB, "RequestCount", "app/shop-admin", EVENTS, "Count", 42, 0.7, 0.1 },
    { ELB, "RequestCount", NULL, EVENTS, "Count", 7900, 0.42, 0.03 },
    { ELB, "RequestCountPerTarget", NULL, EVENTS, "Count", 0.3333, SHARE, "RequestCount" },
    { ELB, "HTTPCode_Target_2XX_Count", NULL, EVENTS, "Count", 0.983, 0, 0.002, "RequestCount" },
    { ELB, "HTTPCode_Target_4XX_Count", NULL, EVENTS, "Count", 0.0142, 0, 0.08, "RequestCount", .options = SPARSE },
    { ELB, "HTTPCode_Target_5XX_Count", NULL, EVENTS, "Count", 0.0003, 0, 0.3, "RequestCount", .options = SPARSE },
    { ELB, "HTTPCode_ELB_4XX_Count", NULL, EVENTS, "Count", 0.0021, 0, 0.2, "RequestCount", .options = SPARSE },
    { ELB, "HTTPCode_ELB_5XX_Count", NULL, EVENTS, "Count", 0.0002, 0, 0.3, "RequestCount", .options = SPARSE },
    { ELB, "RejectedConnectionCount TargetConnectionErrorCount", NULL, EVENTS, "Count", 0, 0, 0, .options = SPARSE },
    { ELB, "TargetResponseTime", "targetgroup/search", TIMES, "Seconds", 0.118, 0.1, 0.05, "RequestCount", .sigma = 0.7 },
    { ELB, "TargetResponseTime", "targetgroup/checkout", TIMES, "Seconds", 0.094, 0.1, 0.05, "RequestCount", .sigma = 0.8 },
    { ELB, "TargetResponseTime", NULL, TIMES, "Seconds", 0.071, 0.1, 0.05, "RequestCount", .sigma = 0.9 },
    { ELB, "HealthyHostCount", "AvailabilityZone=", WHOLE, "Count", 1, 0, 0 },
    { ELB, "HealthyHostCount", NULL, WHOLE, "Count", 3, 0, 0 },
    { ELB, "UnHealthyHostCount", NULL, WHOLE, "Count", 0, 0, 0 },
    { ELB, "ActiveConnectionCount", NULL, TOTAL, "Count", 0.16, SHARE, "RequestCount" },
    { ELB, "NewConnectionCount", NULL, TOTAL, "Count", 0.35, SHARE, "RequestCount" },
    { ELB, "ClientTLSNegotiationErrorCount", NULL, TOTAL, "Count", 0.0004, SHARE, "RequestCount" },
    { ELB, "ProcessedBytes", NULL, TOTAL, "Bytes", 14200, SHARE, "RequestCount" },
    { ELB, "ConsumedLCUs", NULL, GAUGE, "None", 0.0013, SHARE, "RequestCount" },

    //  Functions
    { "AWS/Lambda", "Invocations", "Resource=live", EVENTS, "Count", 0.98, SHARE, "Invocations", "^" },
    { "AWS/Lambda", "Invocations", "FunctionName=shop-payment-capture", EVENTS, "Count", 14, 0.15, 0.07 },
    { "AWS/Lambda", "Invocations", "FunctionName=shop-payment-webhook", EVENTS, "Count", 16, 0.3, 0.12 },
    { "AWS/Lambda", "Invocations", "FunctionName=shop-order-confirm", EVENTS, "Count", 17, 0.3, 0.12 },
    { "AWS/Lambda", "Invocations", "FunctionName=shop-inventory-reserve", EVENTS, "Count", 34, 0.35, 0.1 },
    { "AWS/Lambda", "Invocations", "FunctionName=shop-checkout-validate", EVENTS, "Count", 78, 0.35, 0.06 },
    { "AWS/Lambda", "Invocations", "FunctionName=shop-image-resize", EVENTS, "Count", 9, 0.3, 0.2 },
    { "AWS/Lambda", "Invocations", "FunctionName=shop-email-", EVENTS, "Count", 38, 0.35, 0.1, .options = SPREAD },
    { "AWS/Lambda", "Invocations", "FunctionName=shop-search-suggest", EVENTS, "Count", 410, 0.42, 0.05 },
    { "AWS/Lambda", "Invocations", "!", EVENTS, "Count", 940, 0.38, 0.03 },
    { "AWS/Lambda", "Invocations", NULL, EVENTS, "Count", 15, 0.35, 0.1, .options = SPREAD },
    { "AWS/Lambda", "Errors", "Resource=live", FLAGS, "Count", 0.98, SHARE, "Errors", "^" },
    { "AWS/Lambda", "Errors", "FunctionName=shop-payment-capture", FLAGS, "Count", 0.007, 0, 0.2, "Invocations" },
    { "AWS/Lambda", "Errors", NULL, FLAGS, "Count", 0.0016, 0, 0.2, "Invocations" },
    { "AWS/Lambda", "Throttles", NULL, FLAGS, "Count", 0, 0, 0, "Invocations" },
    { "AWS/Lambda", "Duration", "FunctionName=shop-payment-capture", TIMES, "Milliseconds", 2400, 0.03, 0.03, "Invocations", .sigma = 0.35 },
    { "AWS/Lambda", "Duration", "FunctionName=shop-image-resize", TIMES, "Milliseconds", 1460, 0, 0.05, "Invocations", .sigma = 0.4 },
    { "AWS/Lambda", "Duration", NULL, TIMES, "Milliseconds", 140, 0.06, 0.06, "Invocations", .sigma = 0.6, .options = SPREAD },
    { "AWS/Lambda", "ConcurrentExecutions", "!", WHOLE, "Count", 44, 0.4, 0.1 },
    { "AWS/Lambda", "UnreservedConcurrentExecutions", "!", WHOLE, "Count", 41, 0.4, 0.1 },
    { "AWS/Lambda", "ConcurrentExecutions", NULL, WHOLE, "Count", 3, 0.4, 0.25, .options = SPREAD },
    { "AWS/Lambda", "AsyncEventAge", NULL, TIMES, "Milliseconds", 42, 0, 0.1, "Invocations", .sigma = 0.7 },
    { "AWS/Lambda", "AsyncEventsReceived", NULL, EVENTS, "Count", 1, 0, 0, "Invocations" },
    { "AWS/Lambda", "DeadLetterErrors", NULL, EVENTS, "Count", 0, 0, 0, .options = SPARSE },

    //  Queues. What is sent is received and deleted
    { "AWS/SQS", "NumberOfEmptyReceives", NULL, TOTAL, "Count", 24, 0, 0.2 },
    { "AWS/SQS", "ApproximateNumberOfMessages* NumberOfMessages*", "-dlq", WHOLE, "Count", 0, 0, 0 },
    { "AWS/SQS", "ApproximateAgeOfOldestMessage", "-dlq", WHOLE, "Seconds", 0, 0, 0 },
    { "AWS/SQS", "NumberOfMessagesSent", "QueueName=orders-new", TOTAL, "Count", 19, 0.35, 0.15 },
    { "AWS/SQS", "NumberOfMessagesSent", NULL, TOTAL, "Count", 28, 0.35, 0.15, .options = SPREAD },
    { "AWS/SQS", "NumberOfMessagesReceived NumberOfMessagesDeleted", NULL, TOTAL, "Count", 1, SHARE, "NumberOfMessagesSent" },
    { "AWS/SQS", "SentMessageSize", NULL, TIMES, "Bytes", 1900, 0, 0.03, "NumberOfMessagesSent", .sigma = 0.4 },
    { "AWS/SQS", "ApproximateAgeOfOldestMessage", NULL, WHOLE, "Seconds", 6, 0.3, 0.4 },
    { "AWS/SQS", "ApproximateNumberOfMessagesDelayed", NULL, WHOLE, "Count", 0, 0, 0 },
    { "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", NULL, WHOLE, "Count", 3, 0.3, 0.4 },
    { "AWS/SQS", "ApproximateNumberOfMessagesVisible", NULL, WHOLE, "Count", 5, 0.3, 0.5, .options = SPREAD },

    //  Databases
    { "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier=shop-orders-1", GAUGE, "Percent", 41, 0.28, 0.06 },
    { "AWS/RDS", "CPUUtilization", NULL, GAUGE, "Percent", 29, 0.28, 0.06, .options = SPREAD },
    { "AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier=shop-orders-1", WHOLE, "Count", 148, 0.2, 0.04 },
    { "AWS/RDS", "DatabaseConnections", NULL, WHOLE, "Count", 52, 0.2, 0.05, .options = SPREAD },
    { "AWS/RDS", "BurstBalance", NULL, GAUGE, "Percent", 100, 0, 0 },
    { "AWS/RDS", "CheckpointLag ReplicaLag", NULL, GAUGE, "Seconds", 0.9, 0.2, 0.3 },
    { "AWS/RDS", "DBLoadNonCPU", NULL, GAUGE, "None", 0.4, 0.3, 0.25 },
    { "AWS/RDS", "DBLoadCPU", NULL, GAUGE, "None", 1.3, 0.3, 0.15 },
    { "AWS/RDS", "DBLoad", NULL, GAUGE, "None", 1.7, 0.3, 0.15 },
    { "AWS/RDS", "DiskQueueDepth", NULL, GAUGE, "Count", 0.6, 0.3, 0.4 },
    { "AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier=shop-accounts-1", WHOLE, "Bytes", 121 * GIB, 0, 0.0006 },
    { "AWS/RDS", "FreeStorageSpace", NULL, WHOLE, "Bytes", 90 * GIB, 0, 0.0006, .options = SPREAD },
    { "AWS/RDS", "FreeableMemory", NULL, WHOLE, "Bytes", 6.1 * GIB, 0, 0.02, .options = SPREAD },
    { "AWS/RDS", "MaximumUsedTransactionIDs", NULL, WHOLE, "Count", 4.1e7, 0, 0.002, .options = SPREAD },
    { "AWS/RDS", "SwapUsage", NULL, WHOLE, "Bytes", 4.2e6, 0, 0.01 },
    { "AWS/RDS", "TransactionLogsDiskUsage", NULL, WHOLE, "Bytes", 1.4 * GIB, 0, 0.03, .options = SPREAD },
    { "AWS/RDS", "VolumeBytesUsed", NULL, WHOLE, "Bytes", 196 * GIB, 0, 0.0002 },
    { "AWS/RDS", "Deadlocks", NULL, WHOLE, "Count", 0, 0, 0 },
    { "AWS/RDS", "ReadLatency WriteLatency", NULL, GAUGE, "Seconds", 0.0009, 0.1, 0.12 },
    { "AWS/RDS", "ReadIOPS WriteIOPS", NULL, GAUGE, "Count/Second", 310, 0.35, 0.08, .options = SPREAD },
    { "AWS/RDS", "*Throughput", NULL, GAUGE, "Bytes/Second", 4.6e6, 0.38, 0.08, .options = SPREAD },

    //  Tables. Capacity is counted by the minute
    { "AWS/DynamoDB", "AccountMaxReads AccountMaxWrites", NULL, WHOLE, "Count", 80000, 0, 0 },
    { "AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName=shop-coupons", TOTAL, "Count", 310, 0.38, 0.08 },
    { "AWS/DynamoDB", "ConsumedReadCapacityUnits", NULL, TOTAL, "Count", 700, 0.38, 0.06, .options = SPREAD },
    { "AWS/DynamoDB", "ConsumedWriteCapacityUnits", NULL, TOTAL, "Count", 240, 0.38, 0.08, .options = SPREAD },
    { "AWS/DynamoDB", "ProvisionedReadCapacityUnits", "TableName=shop-coupons", WHOLE, "Count", 20, 0, 0 },
    { "AWS/DynamoDB", "ProvisionedReadCapacityUnits ProvisionedWriteCapacityUnits", NULL, WHOLE, "Count", 60, 0, 0 },
    { "AWS/DynamoDB", "ReadThrottleEvents WriteThrottleEvents ThrottledRequests", NULL, EVENTS, "Count", 0, 0, 0, .options = SPARSE },
    { "AWS/DynamoDB", "UserErrors", NULL, EVENTS, "Count", 0.06, 0, 0.2, .options = SPARSE },
    { "AWS/DynamoDB", "SuccessfulRequestLatency", NULL, TIMES, "Milliseconds", 3.4, 0.05, 0.06, .sigma = 0.5 },

    //  Services
    { "AWS/ECS", "CPUUtilization", NULL, GAUGE, "Percent", 36, 0.25, 0.06, .options = SPREAD },
    { "AWS/ECS", "MemoryUtilization", "ServiceName=recommendations", GAUGE, "Percent", 45, 0, 0.01 },
    { "AWS/ECS", "MemoryUtilization", NULL, GAUGE, "Percent", 52, 0.04, 0.015 },
    { "ECS/ContainerInsights", "CpuReserved", NULL, GAUGE, "None", 1024, 0, 0 },
    { "ECS/ContainerInsights", "CpuUtilized", NULL, GAUGE, "None", 372, 0.25, 0.06, .options = SPREAD },
    { "ECS/ContainerInsights", "DesiredTaskCount RunningTaskCount", NULL, WHOLE, "Count", 3, 0, 0 },
    { "ECS/ContainerInsights", "PendingTaskCount", NULL, WHOLE, "Count", 0, 0, 0 },
    { "ECS/ContainerInsights", "EphemeralStorageReserved", NULL, GAUGE, "Gigabytes", 20, 0, 0 },
    { "ECS/ContainerInsights", "EphemeralStorageUtilized", NULL, GAUGE, "Gigabytes", 2.3, 0, 0.01 },
    { "ECS/ContainerInsights", "MemoryReserved", NULL, GAUGE, "Megabytes", 2048, 0, 0 },
    { "ECS/ContainerInsights", "MemoryUtilized", "ServiceName=recommendations", GAUGE, "Megabytes", 921, 0, 0.01 },
    { "ECS/ContainerInsights", "MemoryUtilized", NULL, GAUGE, "Megabytes", 1070, 0.04, 0.015 },
    { "ECS/ContainerInsights", "Network*", NULL, GAUGE, "Bytes/Second", 910000, 0.4, 0.08, .options = SPREAD },
    { "ECS/ContainerInsights", "Storage*", NULL, WHOLE, "Bytes", 340000, 0.3, 0.2, .options = SPREAD },

    //  Interfaces
    { "AWS/ApiGateway", "Count", "ApiName=shop-public", EVENTS, "Count", 420, 0.4, 0.05 },
    { "AWS/ApiGateway", "Count", "ApiName=shop-partner", EVENTS, "Count", 58, 0.2, 0.1 },
    { "AWS/ApiGateway", "Count", NULL, EVENTS, "Count", 11, 0.6, 0.2 },
    { "AWS/ApiGateway", "4XXError", NULL, FLAGS, "Count", 0.021, 0, 0.1, "Count" },
    { "AWS/ApiGateway", "5XXError", "ApiName=shop-public", FLAGS, "Count", 0.0095, 0, 0.2, "Count" },
    { "AWS/ApiGateway", "5XXError", NULL, FLAGS, "Count", 0.0034, 0, 0.2, "Count" },
    { "AWS/ApiGateway", "Latency", NULL, TIMES, "Milliseconds", 131, 0.08, 0.05, "Count", .sigma = 0.7 },
    { "AWS/ApiGateway", "IntegrationLatency", NULL, TIMES, "Milliseconds", 118, 0.08, 0.05, "Count", .sigma = 0.7 },

    //  Network
    { "AWS/NATGateway", "ErrorPortAllocation PacketsDropCount", NULL, WHOLE, "Count", 0, 0, 0 },
    { "AWS/NATGateway", "Bytes* PeakBytesPerSecond", NULL, TOTAL, "Bytes", 6.2e7, 0.38, 0.08, .options = SPREAD },
    { "AWS/NATGateway", "Packets*", NULL, TOTAL, "Count", 71000, 0.38, 0.08, .options = SPREAD },
    { "AWS/NATGateway", "ActiveConnectionCount", NULL, WHOLE, "Count", 840, 0.35, 0.06 },
    { "AWS/NATGateway", "IdleTimeoutCount", NULL, TOTAL, "Count", 7, 0.3, 0.3 },
    { "AWS/NATGateway", "ConnectionEstablishedCount", NULL, TOTAL, "Count", 0.996, 0, 0.001, "ConnectionAttemptCount" },
    { "AWS/NATGateway", "*Count", NULL, TOTAL, "Count", 620, 0.35, 0.06 },

    //  Storage
    { "AWS/S3", "BucketSizeBytes", NULL, WHOLE, "Bytes", 4.4e11, 0, 0.001, .options = SPREAD | DAILY },
    { "AWS/S3", "NumberOfObjects", NULL, WHOLE, "Count", 2.1e6, 0, 0.001, .options = SPREAD | DAILY },
    { "AWS/S3", "AllRequests", NULL, EVENTS, "Count", 690, 0.42, 0.05 },
    { "AWS/S3", "GetRequests", NULL, EVENTS, "Count", 0.94, 0, 0.004, "AllRequests" },
    { "AWS/S3", "4xxErrors", NULL, FLAGS, "Count", 0.011, 0, 0.1, "AllRequests" },
    { "AWS/S3", "5xxErrors", NULL, FLAGS, "Count", 0.00004, 0, 0.2, "AllRequests" },
    { "AWS/S3", "BytesDownloaded", NULL, TOTAL, "Bytes", 84000, SHARE, "AllRequests" },
    { "AWS/S3", "FirstByteLatency", NULL, TIMES, "Milliseconds", 21, 0, 0.05, "AllRequests", .sigma = 0.6 },
    { "AWS/S3", "TotalRequestLatency", NULL, TIMES, "Milliseconds", 46, 0, 0.05, "AllRequests", .sigma = 0.8 },
    { "AWS/EBS", "VolumeQueueLength", NULL, GAUGE, "Count", 0.2, 0.2, 0.3 },
    { "AWS/EBS", "BurstBalance", NULL, GAUGE, "Percent", 100, 0, 0 },
    { "AWS/EBS", "*Ops", NULL, TOTAL, "Count", 310, 0.3, 0.15, .options = SPREAD },
    { "AWS/EBS", "*Bytes", NULL, TOTAL, "Bytes", 5.3e6, 0.3, 0.15, .options = SPREAD },

    //  The rest of the account
    { "AWS/Logs", "IncomingLogEvents", "!", TOTAL, "Count", 31000, 0.4, 0.03 },
    { "AWS/Logs", "IncomingLogEvents", NULL, TOTAL, "Count", 640, 0.4, 0.06, .options = SPREAD },
    { "AWS/Logs", "IncomingBytes", NULL, TOTAL, "Bytes", 236, SHARE, "IncomingLogEvents" },
    { "AWS/CertificateManager", "DaysToExpiry", "certificate/0f3a7c52", SERIES_COUNTDOWN, "Count", 164, 0, 0, .options = DAILY },
    { "AWS/CertificateManager", "DaysToExpiry", "certificate/1c84e9d0", SERIES_COUNTDOWN, "Count", 390, 0, 0, .options = DAILY },
    { "AWS/CertificateManager", "DaysToExpiry", NULL, SERIES_COUNTDOWN, "Count", 71, 0, 0, .options = DAILY },
    { "AWS/SNS", "NumberOfMessagesPublished", NULL, EVENTS, "Count", 6, 0.4, 0.2, .options = SPREAD },
    { "AWS/SNS", "NumberOfNotificationsDelivered", NULL, EVENTS, "Count", 1, 0, 0, "NumberOfMessagesPublished" },
    { "AWS/SNS", "NumberOfNotificationsFailed", NULL, EVENTS, "Count", 0.0005, 0, 0, "NumberOfMessagesPublished", .options = SPARSE },
    { "AWS/SNS", "PublishSize", NULL, TIMES, "Bytes", 1100, 0, 0.04, "NumberOfMessagesPublished", .sigma = 0.3 },
    { "AWS/States", "ExecutionsStarted", NULL, EVENTS, "Count", 9, 0.35, 0.15, .options = SPREAD },
    { "AWS/States", "ExecutionsSucceeded", NULL, EVENTS, "Count", 0.995, 0, 0, "ExecutionsStarted" },
    { "AWS/States", "ExecutionTime", NULL, TIMES, "Milliseconds", 41000, 0, 0.05, "ExecutionsStarted", .sigma = 0.5 },
    { "AWS/States", "Execution*", NULL, EVENTS, "Count", 0, 0, 0 },
    { "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", NULL, GAUGE, "Percent", 61, 0.04, 0.01 },
    { "AWS/ElastiCache", "*CPUUtilization", NULL, GAUGE, "Percent", 14, 0.3, 0.06 },
    { "AWS/ElastiCache", "CacheHits", NULL, TOTAL, "Count", 0.962, 0, 0.004, "GetTypeCmds" },
    { "AWS/ElastiCache", "CacheMisses", NULL, TOTAL, "Count", 0.038, 0, 0.06, "GetTypeCmds" },
    { "AWS/ElastiCache", "GetTypeCmds", NULL, TOTAL, "Count", 21000, 0.42, 0.03 },
    { "AWS/ElastiCache", "*Cmds", NULL, TOTAL, "Count", 4200, 0.42, 0.04, .options = SPREAD },
    { "AWS/ElastiCache", "CurrConnections", NULL, WHOLE, "Count", 96, 0.1, 0.04 },
    { "AWS/ElastiCache", "CurrItems", NULL, WHOLE, "Count", 412000, 0.1, 0.01 },
    { "AWS/ElastiCache", "Evictions", NULL, WHOLE, "Count", 0, 0, 0 },
    { "AWS/ElastiCache", "Reclaimed", NULL, TOTAL, "Count", 310, 0.35, 0.1 },
    { "AWS/ElastiCache", "ReplicationLag", NULL, GAUGE, "Seconds", 0.02, 0.2, 0.4 },
    { "AWS/ElastiCache", "FreeableMemory", NULL, WHOLE, "Bytes", 1.2 * GIB, 0, 0.01 },
    { "AWS/ElastiCache", "SwapUsage", NULL, WHOLE, "Bytes", 0, 0, 0 },
    { "AWS/ElastiCache", "NetworkBytes*", NULL, TOTAL, "Bytes", 3.9e7, 0.42, 0.05, .options = SPREAD },
    { "AWS/EC2", "CPUCreditBalance", NULL, GAUGE, "Count", 576, 0, 0, .options = SERIES_FIVE },
    { "AWS/EC2", "CPUUtilization", NULL, GAUGE, "Percent", 17, 0.3, 0.1, .options = SPREAD | SERIES_FIVE },
    { "AWS/EC2", "Network*", NULL, WHOLE, "Bytes", 2.4e7, 0.35, 0.1, .options = SPREAD | SERIES_FIVE },
    { "AWS/EC2", "StatusCheckFailed*", NULL, WHOLE, "Count", 0, 0, 0 },
    { "CWAgent", "disk_used_percent", NULL, GAUGE, "Percent", 47, 0, 0.002, .options = SPREAD },
    { "CWAgent", "mem_used_percent", NULL, GAUGE, "Percent", 58, 0.05, 0.02 },
    { "CWAgent", "swap_used_percent", NULL, GAUGE, "Percent", 0, 0, 0 },
    { "AWS/WAFV2", "AllowedRequests", NULL, EVENTS, "Count", 7700, 0.42, 0.03 },
    { "AWS/WAFV2", "BlockedRequests", NULL, EVENTS, "Count", 31, 0.2, 0.3, .options = SPARSE },
    { "AWS/Events", "FailedInvocations", NULL, EVENTS, "Count", 0, 0, 0, .options = SPARSE },
    { "AWS/Events", NULL, NULL, EVENTS, "Count", 0.2, 0, 0, .options = SPARSE },
    { "AWS/Usage", "CallCount", NULL, EVENTS, "None", 5, 0.3, 0.3, .options = SPARSE },

    //  The shop's own
    { "Shop/Checkout", "CheckoutStarted", "Environment=prod", EVENTS, "Count", 74, 0.35, 0.06 },
    { "Shop/Checkout", "CheckoutStarted", NULL, EVENTS, "Count", 4, 0.3, 0.3 },
    { "Shop/Checkout", "CheckoutCompleted", NULL, EVENTS, "Count", 0.784, 0, 0.03, "CheckoutStarted" },
    { "Shop/Checkout", "CheckoutAbandoned", NULL, EVENTS, "Count", 0.204, 0, 0.06, "CheckoutStarted" },
    { "Shop/Checkout", "CheckoutDuration", NULL, TIMES, "Seconds", 96, 0, 0.04, "CheckoutCompleted", .sigma = 0.6 },
    { "Shop/Checkout", "OrderValue", NULL, TIMES, "None", 47.9, 0, 0.04, "CheckoutCompleted", .sigma = 0.8 },
    { "Shop/Checkout", "PaymentAttempts", "Method=card", EVENTS, "Count", 0.62, SHARE, "CheckoutStarted", "^" },
    { "Shop/Checkout", "PaymentAttempts", "Method=paypal", EVENTS, "Count", 0.21, SHARE, "CheckoutStarted", "^" },
    { "Shop/Checkout", "PaymentAttempts", "Method=invoice", EVENTS, "Count", 0.07, SHARE, "CheckoutStarted", "^" },
    { "Shop/Checkout", "PaymentAttempts", NULL, EVENTS, "Count", 0.03, SHARE, "CheckoutStarted", "^" },
    { "Shop/Checkout", "PaymentDeclined", "Method=card", EVENTS, "Count", 0.079, 0, 0.06, "PaymentAttempts" },
    { "Shop/Checkout", "PaymentDeclined", NULL, EVENTS, "Count", 0.03, 0, 0.1, "PaymentAttempts" },
    { "Shop/Checkout", "PaymentErrors", NULL, EVENTS, "Count", 0.0028, 0, 0.1, "PaymentAttempts" },
    { "Shop/Checkout", "PaymentLatency", NULL, TIMES, "Milliseconds", 640, 0.05, 0.05, "PaymentAttempts", .sigma = 0.5 },
    { "Shop/Checkout", "StepEntered", "Step=address", EVENTS, "Count", 0.97, 0, 0.01, "CheckoutStarted", "^" },
    { "Shop/Checkout", "StepEntered", "Step=delivery", EVENTS, "Count", 0.91, 0, 0.01, "CheckoutStarted", "^" },
    { "Shop/Checkout", "StepEntered", "Step=payment", EVENTS, "Count", 0.86, 0, 0.01, "CheckoutStarted", "^" },
    { "Shop/Checkout", "StepEntered", NULL, EVENTS, "Count", 0.81, 0, 0.01, "CheckoutStarted", "^" },
    { "Shop/Checkout", "StepFailed", NULL, EVENTS, "Count", 0.008, 0, 0.1, "StepEntered" },
    { "Shop/Checkout", "StepDuration", NULL, TIMES, "Seconds", 17, 0, 0.05, "StepEntered", .sigma = 0.7 },
    { "Shop/Inventory", "OutOfStock", NULL, EVENTS, "Count", 2.4, 0.3, 0.3 },
    { "Shop/Inventory", "ReservationsMade", NULL, EVENTS, "Count", 61, 0.35, 0.08 },
    { "Shop/Inventory", "ReservationsExpired", NULL, EVENTS, "Count", 9, 0.35, 0.15 },
    { "Shop/Inventory", "SyncLagSeconds", NULL, WHOLE, "Seconds", 84, 0.1, 0.15 },
    { "AWS/Redshift", "HealthStatus", NULL, WHOLE, "Count", 1, 0, 0 },
    { "AWS/Redshift", "QueryDuration", NULL, TIMES, "Microseconds", 2.1e6, 0, 0.1, .sigma = 0.9 },
    { "Glue", "*bytesRead", NULL, TOTAL, "Bytes", 8.8e8, 0, 0.1 },
    { "Glue", "*", NULL, TOTAL, "Milliseconds", 61000, 0, 0.1 },

    //  By name alone
    { NULL, "*Utilization *Percent* *_percent", NULL, GAUGE, "Percent", 35, 0.2, 0.08, .options = SPREAD },
    { NULL, "*Bytes", NULL, TOTAL, "Bytes", 1.2e6, 0.3, 0.1, .options = SPREAD },
    { NULL, "*IOPS", NULL, GAUGE, "Count/Second", 200, 0.3, 0.1, .options = SPREAD },
    { NULL, "*Latency *Duration *Time", NULL, TIMES, "Milliseconds", 80, 0.05, 0.08, .sigma = 0.6, .options = SPREAD },
    { NULL, "*Errors *Error *Failed", NULL, TOTAL, "Count", 0.02, 0, 0.2 },
    { NULL, "*Count *Connections *Requests", NULL, TOTAL, "Count", 60, 0.3, 0.1, .options = SPREAD },
    { NULL, NULL, NULL, GAUGE, "None", 10, 0.2, 0.1, .options = SPREAD },
};

//  Does one pattern, with a '*' at either end or none, fit the name?
static bool
s_pattern_fits (slice_t pattern, slice_t name)
{
    bool open_left = pattern.size && pattern.data [0] == '*';
    bool open_right = pattern.size > 1 && pattern.data [pattern.size - 1] == '*';
    slice_t core = { pattern.data + open_left, pattern.size - open_left - open_right };
    if (core.size > name.size)
        return false;
    if (open_left && open_right)
        return memmem (name.data, name.size, core.data, core.size) != NULL;
    if (!open_left && !open_right && core.size != name.size)
        return false;
    return memcmp (open_left ? name.data + name.size - core.size : name.data, core.data, core.size) == 0;
}

static bool
s_dimensions_fit (const char *wanted, const char *dimensions)
{
    size_t size = strlen (wanted), has = strlen (dimensions);
    if (strcmp (wanted, "!") == 0)
        return has == 0;
    if (size && wanted [size - 1] == '$')
        return has >= size - 1 && memcmp (dimensions + has - (size - 1), wanted, size - 1) == 0;
    return strstr (dimensions, wanted) != NULL;
}

bool
series_fits (const char *names, const char *wanted_dimensions, const char *name, const char *dimensions)
{
    if (wanted_dimensions && !s_dimensions_fit (wanted_dimensions, dimensions))
        return false;
    if (!names)
        return true;
    for (const char *word = names; *word;) {
        size_t size = strcspn (word, " ");
        if (s_pattern_fits ((slice_t) { word, size }, slice_of (name)))
            return true;
        word += size + (word [size] == ' ');
    }
    return false;
}

const series_row_t *
series_row_of (const char *namespace, const char *name, const char *dimensions)
{
    const series_row_t *row = ROWS;
    while ((row->namespace && strcmp (row->namespace, namespace) != 0) || !series_fits (row->names, row->dimensions, name, dimensions))
        row++;                  //  The last row fits all
    return row;
}
