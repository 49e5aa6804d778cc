#include "shop.h"

//  Four dashboards as the shop's people would have drawn them, over metrics, log groups and alarms that the shop has: with every type of widget, and
//  with the shorthand that the console writes.

static const char SHOP_CHECKOUT [] =
    "{\"start\":\"-PT3H\",\"periodOverride\":\"inherit\",\"widgets\":[{\"type\":\"metric\",\"properties\":{\"title\":\"Checkouts\","
    "\"region\":\"{region}\",\"view\":\"timeSeries\",\"stat\":\"Sum\",\"period\":300,\"metrics\":[[{\"expression\":\"100 * complete"
    "d / started\",\"label\":\"Completed (%)\",\"id\":\"ratio\"}],[\"Shop/Checkout\",\"CheckoutCompleted\",\"Environment\",\"prod\""
    ",{\"id\":\"completed\",\"visible\":false}],[\".\",\"CheckoutStarted\",\".\",\".\",{\"id\":\"started\",\"visible\":false}]]}},{"
    "\"type\":\"metric\",\"properties\":{\"title\":\"Functions of the order path\",\"region\":\"{region}\",\"metrics\":[[\"AWS/Lamb"
    "da\",\"Errors\",\"FunctionName\",\"shop-payment-capture\",{\"stat\":\"Sum\",\"period\":60}],[\"...\",\"shop-order-confirm\",{"
    "\"stat\":\"Sum\",\"period\":60}],[\".\",\"Duration\",\".\",\".\",{\"stat\":\"p99\",\"label\":\"Confirming takes\"}]]}},{\"type"
    "\":\"log\",\"properties\":{\"title\":\"What fails\",\"region\":\"{region}\",\"view\":\"table\",\"query\":\"SOURCE '/ecs/shop/c"
    "heckout' | SOURCE '/ecs/shop/payments' | fields @timestamp, @message\\n| filter level = \\\"ERROR\\\"\\n| sort @timestamp desc"
    "\\n| limit 50\"}},{\"type\":\"alarm\",\"properties\":{\"title\":\"Alarms\",\"alarms\":[\"arn:aws:cloudwatch:{region}:123456789"
    "012:alarm:shop-checkout-degraded\",\"arn:aws:cloudwatch:{region}:123456789012:alarm:shop-checkout-completion-ratio\",\"arn:aws"
    ":cloudwatch:{region}:123456789012:alarm:shop-alb-latency-p99\"]}}]}";

static const char SHOP_DATABASES [] =
    "{\"widgets\":[{\"type\":\"metric\",\"properties\":{\"title\":\"CPU\",\"region\":\"{region}\",\"metrics\":[[\"AWS/RDS\",\"CPUUt"
    "ilization\",\"DBInstanceIdentifier\",\"shop-orders-1\"],[\"...\",\"shop-orders-2\"]],\"annotations\":{\"alarms\":[\"arn:aws:cl"
    "oudwatch:{region}:123456789012:alarm:shop-orders-db-cpu\"]}}},{\"type\":\"metric\",\"properties\":{\"title\":\"Replica is behi"
    "nd\",\"region\":\"{region}\",\"view\":\"singleValue\",\"metrics\":[[\"AWS/RDS\",\"ReplicaLag\",\"DBInstanceIdentifier\",\"shop"
    "-orders-2\",{\"stat\":\"Maximum\",\"period\":60}]]}},{\"type\":\"explorer\",\"properties\":{\"title\":\"All databases\",\"metr"
    "ics\":[{\"metricName\":\"DatabaseConnections\",\"resourceType\":\"AWS::RDS::DBInstance\",\"stat\":\"Average\"}],\"labels\":[{"
    "\"key\":\"team\",\"value\":\"orders\"}]}}]}";

static const char SHOP_FUNCTION [] =
    "{\"variables\":[{\"type\":\"property\",\"property\":\"FunctionName\",\"inputType\":\"select\",\"id\":\"fn\",\"label\":\"Functi"
    "on\",\"defaultValue\":\"shop-payment-capture\"}],\"widgets\":[{\"type\":\"metric\",\"properties\":{\"title\":\"Calls\",\"regio"
    "n\":\"{region}\",\"stat\":\"Sum\",\"metrics\":[[\"AWS/Lambda\",\"Invocations\",\"FunctionName\",\"shop-payment-capture\"],[\"."
    "\",\"Throttles\",\".\",\".\"]]}},{\"type\":\"custom\",\"properties\":{\"title\":\"Cost\",\"endpoint\":\"arn:aws:lambda:{region"
    "}:123456789012:function:shop-cost-widget\"}}]}";

static const char SHOP_OVERVIEW [] =
    "{\"start\":\"-P1D\",\"widgets\":[{\"type\":\"text\",\"properties\":{\"markdown\":\"# Shop\\nRunbooks: https://wiki.shop.exampl"
    "e.com/runbooks\"}},{\"type\":\"metric\",\"properties\":{\"title\":\"Queues\",\"region\":\"{region}\",\"metrics\":[[{\"expressi"
    "on\":\"SEARCH('{AWS/SQS,QueueName} MetricName=\\\"ApproximateAgeOfOldestMessage\\\"', 'Maximum', 300)\",\"id\":\"age\"}]]}},{"
    "\"type\":\"log\",\"properties\":{\"title\":\"Functions that run out of time\",\"region\":\"{region}\",\"query\":\"SOURCE logGr"
    "oups(namePrefix: ['/aws/lambda/shop-p'], class: 'STANDARD') | filter @message like /Task timed out/ | stats count(*) by bin(1h"
    ")\"}}]}";

static const shop_dashboard_t DASHBOARDS [] = {
    { "shop-checkout", 12, SHOP_CHECKOUT },
    { "shop-databases", 40, SHOP_DATABASES },
    { "shop-function", 3, SHOP_FUNCTION },
    { "shop-overview", 95, SHOP_OVERVIEW },
};

void
shop_make_dashboards (shop_t *self)
{
    self->dashboards = DASHBOARDS;
    self->dashboards_count = sizeof DASHBOARDS / sizeof DASHBOARDS [0];
}

void
shop_dashboard_write (const shop_dashboard_t *dashboard, const char *region, buffer_t *out)
{
    static const char MARK [] = "{region}";
    const char *text = dashboard->body;
    for (const char *mark; (mark = strstr (text, MARK)) != NULL; text = mark + sizeof MARK - 1) {
        buffer_append (out, text, (size_t) (mark - text));
        buffer_append_text (out, region);
    }
    buffer_append_text (out, text);
}
