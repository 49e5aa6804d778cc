#include "operations.h"

const wire_operation_t *const OPERATIONS [] = {
    &OPERATION_ASSUME_ROLE,
    &OPERATION_ASSUME_ROLE_WITH_WEB_IDENTITY,
    &OPERATION_DESCRIBE_ALARM_HISTORY,
    &OPERATION_DESCRIBE_ALARMS,
    &OPERATION_DESCRIBE_LOG_GROUPS,
    &OPERATION_DESCRIBE_LOG_STREAMS,
    &OPERATION_FILTER_LOG_EVENTS,
    &OPERATION_GET_CALLER_IDENTITY,
    &OPERATION_GET_DASHBOARD,
    &OPERATION_GET_LOG_EVENTS,
    &OPERATION_GET_METRIC_DATA,
    &OPERATION_GET_METRIC_STATISTICS,
    &OPERATION_LIST_DASHBOARDS,
    &OPERATION_LIST_METRICS,
    NULL,
};

const wire_service_t WIRE_MONITORING = {
    .name = "monitoring",
    .target = "GraniteServiceVersion20100801.",
    .content_type = "application/x-amz-json-1.0",
    .invalid = "ValidationError",
    .namespace = "com.amazonaws.cloudwatch#",
    .query_compatible = true,
    .not_simulated =
        " DeleteAlarms DeleteAnomalyDetector DeleteDashboards DeleteInsightRules DeleteMetricStream DescribeAlarmContributors"
        " DescribeAlarmsForMetric DescribeAnomalyDetectors DescribeInsightRules DisableAlarmActions DisableInsightRules"
        " EnableAlarmActions EnableInsightRules GetInsightRuleReport GetMetricStream"
        " GetMetricWidgetImage ListManagedInsightRules ListMetricStreams ListTagsForResource PutAnomalyDetector"
        " PutCompositeAlarm PutDashboard PutInsightRule PutLogAlarm PutManagedInsightRules PutMetricAlarm PutMetricData PutMetricStream"
        " SetAlarmState StartMetricStreams StopMetricStreams TagResource UntagResource ",
    .version = "2010-08-01",
    .xml_namespace = "http://monitoring.amazonaws.com/doc/2010-08-01/",
};

const wire_service_t WIRE_LOGS = {
    .name = "logs",
    .target = "Logs_20140328.",
    .content_type = "application/x-amz-json-1.1",
    .invalid = "InvalidParameterException",
    .namespace = "",
    .query_compatible = false,
    .not_simulated =
        " AssociateKmsKey CancelExportTask CreateDelivery CreateExportTask CreateLogAnomalyDetector CreateLogGroup CreateLogStream"
        " DeleteAccountPolicy DeleteDataProtectionPolicy DeleteDelivery DeleteDeliveryDestination DeleteDeliveryDestinationPolicy"
        " DeleteDeliverySource DeleteDestination DeleteIndexPolicy DeleteIntegration DeleteLogAnomalyDetector DeleteLogGroup DeleteLogStream"
        " DeleteMetricFilter DeleteQueryDefinition DeleteResourcePolicy DeleteRetentionPolicy DeleteSubscriptionFilter DeleteTransformer"
        " DescribeAccountPolicies DescribeConfigurationTemplates DescribeDeliveries DescribeDeliveryDestinations DescribeDeliverySources"
        " DescribeDestinations DescribeExportTasks DescribeFieldIndexes DescribeIndexPolicies DescribeMetricFilters"
        " DescribeQueries DescribeQueryDefinitions DescribeResourcePolicies DescribeSubscriptionFilters DisassociateKmsKey"
        " GetDataProtectionPolicy GetDelivery GetDeliveryDestination GetDeliveryDestinationPolicy GetDeliverySource GetIntegration"
        " GetLogAnomalyDetector GetLogGroupFields GetLogObject GetLogRecord GetQueryResults GetTransformer ListAnomalies"
        " ListIntegrations ListLogAnomalyDetectors ListLogGroups ListLogGroupsForQuery ListTagsForResource ListTagsLogGroup PutAccountPolicy"
        " PutDataProtectionPolicy PutDeliveryDestination PutDeliveryDestinationPolicy PutDeliverySource PutDestination PutDestinationPolicy"
        " PutIndexPolicy PutIntegration PutLogEvents PutMetricFilter PutQueryDefinition PutResourcePolicy PutRetentionPolicy"
        " PutSubscriptionFilter PutTransformer StartLiveTail StartQuery StopQuery TagLogGroup TagResource TestMetricFilter TestTransformer"
        " UntagLogGroup UntagResource UpdateAnomaly UpdateDeliveryConfiguration UpdateLogAnomalyDetector ",
};

const wire_service_t WIRE_STS = {
    .name = "sts",
    .target = "",
    .content_type = "text/xml",
    .invalid = "ValidationError",
    .namespace = "",
    .query_compatible = false,
    .not_simulated =
        " AssumeRoleWithSAML AssumeRoot DecodeAuthorizationMessage GetAccessKeyInfo GetDelegatedAccessToken GetFederationToken GetSessionToken"
        " GetWebIdentityToken ",
    .version = "2011-06-15",
    .xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/",
};
