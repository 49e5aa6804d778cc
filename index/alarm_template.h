/*  alarm_template - alarms as text that can be pasted: CloudFormation (YAML) and Terraform (HCL)

    Each is a whole document with all of the alarms. What is not known is a parameter of the document, or a variable, with a description that says
    what it stands for: a dimension that has no value yet, or a threshold for which there is a rule and no number. So the text is valid as it is, and
    nothing in it is made up. Alarms of one document are alarms of one metric; the same dimension of two of them is one parameter.

    Texts may be anything. In YAML they stand in double quotes as JSON has them, which YAML shares; in HCL likewise, with "${" and "%{", which would
    be read as templates, written as escapes.

    Thread: any; no state. Sources: AWS::CloudWatch::Alarm in AWS's CloudFormation reference; aws_cloudwatch_metric_alarm in the Terraform registry;
    "String literals" in HCL's native syntax specification. */

#ifndef ALARM_TEMPLATE_H
#define ALARM_TEMPLATE_H

#include "buffer.h"
#include "slice.h"

enum { ALARM_DIMENSIONS_MAX = 30 };     //  PutMetricAlarm's Dimensions

typedef struct {
    slice_t name;
    slice_t value;                      //  Absent: a parameter
} alarm_dimension_t;

typedef struct {
    slice_t  namespace, metric_name;
    slice_t  statistic;                 //  "Sum", "p99"
    slice_t  operation;                 //  ">", ">=", "<", "<="
    slice_t  missing;                   //  TreatMissingData
    slice_t  why;                       //  The description
    slice_t  rule;                      //  Absent: there is a number; else how to find it, and it is a parameter
    double   threshold;
    unsigned datapoints, periods, period_s;
    alarm_dimension_t dimensions [ALARM_DIMENSIONS_MAX];
    size_t   dimension_count;
} alarm_plan_t;

//  "GreaterThanThreshold" for ">".
const char *alarm_comparison (slice_t operation);

//  What the documents call the alarm: "shop-orders NumberOfMessagesSent (2)"; a dimension without a value stands there by its name: "<QueueName> …".
//  ordinal: which of its document's plans it is, from 0.
void alarm_template_name (buffer_t *out, const alarm_plan_t *plan, size_t ordinal);

void alarm_template_cloudformation (buffer_t *out, const alarm_plan_t *plans, size_t count);
void alarm_template_terraform (buffer_t *out, const alarm_plan_t *plans, size_t count);

#endif
