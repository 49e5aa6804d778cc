/*  shop - the AWS account that the simulator pretends to be

    A small web shop: a storefront behind a load balancer, a dozen and a half services, queues, functions and databases, and two accounts
    linked to it for monitoring. Its log groups, metrics, alarms and dashboards are made from compact tables, the same every time, with all times
    relative to one given now. Regions hold the same things: "{region}" inside a text stands for the region that is asked.

    Reading it needs no functions: after shop_new nothing changes, but for the books of the alarms, which are written when they are asked for.

    Owner:   the simulator. Thread: one; any may read all but the alarms' books. */

#ifndef SIM_SHOP_H
#define SIM_SHOP_H

#include "arena.h"
#include "buffer.h"
#include "clock.h"

#define SHOP_ACCOUNT           "123456789012"      //  The monitoring account, which is asked
#define SHOP_ACCOUNT_STAGING   "210987654321"      //  Linked to it
#define SHOP_ACCOUNT_ANALYTICS "345678901234"      //  Linked to it

enum { SHOP_DIMENSIONS_MAX = 8, SHOP_EXTRA_MAX = 100000, SHOP_LOG_EVENTS_MAX = 1000000, SHOP_QUERIES_MAX = 4 };

typedef struct {
    const char *account;
    const char *name;
    const char *class;                  //  STANDARD, INFREQUENT_ACCESS, DELIVERY
    int  retention_days;                //  0: for ever
    int  metric_filters;
    bool encrypted;                     //  With the shop's own KMS key
    bool masked;                        //  A data protection policy is active
    bool locked;                        //  Protected from deletion
    int64_t created_ms;
    int64_t stored_bytes;
} shop_log_group_t;

typedef struct {
    const char *name;
    const char *value;                  //  May hold {region}
} shop_dimension_t;

typedef struct {
    const char *account;
    const char *namespace;
    const char *name;
    const shop_dimension_t *dimensions;
    int  dimensions_count;
    bool recent;                        //  Got a datapoint within the last three hours
} shop_metric_t;

typedef enum { SHOP_OK, SHOP_ALARM, SHOP_INSUFFICIENT_DATA } shop_state_t;

//  What the three kinds of alarms have in common.
typedef struct {
    const char *name;
    const char *description;
    shop_state_t state;                 //  Intended now; the series are made so that evaluation (alarm_timeline.h) comes to it
    int  changed_min;                   //  Minutes since it last changed, but for what the story does
    int  configured_days;
    const char *actions;                //  Names of SNS topics, one space between
    bool muted;                         //  Its actions are switched off
    const char *evaluation;             //  EvaluationState, or NULL
} shop_alarm_head_t;

//  One query of an alarm on several metrics: an expression, or a metric.
typedef struct {
    const char *id;                     //  NULL ends the list
    const char *expression;             //  NULL: a metric
    const char *label;
    const char *namespace;
    const char *metric;
    const char *dimensions;             //  "Name=Value;Name=Value"
    const char *stat;
    int  period_s;
    bool returned;
} shop_query_t;

typedef struct {
    shop_alarm_head_t head;
    const char *namespace;              //  NULL: an alarm on queries or on PromQL
    const char *metric;
    const char *dimensions;
    const char *stat;                   //  A statistic, or a percentile such as p99
    const char *unit;
    int  period_s;
    int  periods;
    int  datapoints;                    //  0: all periods
    const char *operator;               //  >, >=, <, <=; ">band" and "<>band" against a band
    double threshold;
    double value;                       //  About the last datapoint that was judged: the series heed it
    const char *missing;                //  TreatMissingData, NULL when not given
    shop_query_t queries [SHOP_QUERIES_MAX];
    const char *band;                   //  ThresholdMetricId
    const char *promql;
    int  pending_s, recovery_s, interval_s;
} shop_metric_alarm_t;

typedef struct {
    shop_alarm_head_t head;
    const char *rule;
    const char *suppressor;             //  The name of an alarm, or NULL
    int  wait_s, extension_s;
} shop_composite_alarm_t;

typedef struct {
    shop_alarm_head_t head;
    const char *query;
    const char *log_groups;             //  Names, one space between
    const char *schedule;
    const char *aggregation;
    int  window_s;
    int  results, results_to_alarm;
    const char *operator;
    double threshold;
    double value;
    const char *missing;
    int  log_lines;                     //  ActionLogLineCount
} shop_log_alarm_t;

typedef struct {
    const char *name;
    int  modified_days;
    const char *body;                   //  JSON; may hold {region}
} shop_dashboard_t;

typedef struct {
    int64_t now_ms;
    int log_groups_extra;               //  test-0001 … behind the shop's own, for tests of paging; at most SHOP_EXTRA_MAX
    int metrics_extra;
    int log_events;                     //  That the extra log groups hold together; at most SHOP_LOG_EVENTS_MAX
    uint64_t seed;                      //  Of the noise in metrics and log lines
    const clock_source_t *clock;        //  Borrowed; NULL: time stands still at now
} shop_config_t;

typedef struct {
    int64_t now_ms;                                 //  When it was made: the story is told from here
    const clock_source_t *clock;
    uint64_t seed;
    int log_events;
    const shop_log_group_t *log_groups;             //  Sorted by name, then account
    size_t log_groups_count;
    const shop_metric_t *metrics;
    size_t metrics_count;
    const shop_metric_alarm_t *metric_alarms;       //  Each kind sorted by name
    size_t metric_alarms_count;
    const shop_composite_alarm_t *composite_alarms;
    size_t composite_alarms_count;
    const shop_log_alarm_t *log_alarms;
    size_t log_alarms_count;
    const shop_dashboard_t *dashboards;             //  Sorted by name
    size_t dashboards_count;
    const struct series_model *series;              //  One for each metric, in the same order (series_model.h)
    struct alarm_shelf *alarms;                     //  What became of the alarms in the last week: alarm_book.h
    arena_t *arena;                                 //  Holds the texts and the arrays
} shop_t;

//  NULL without memory.
shop_t *shop_new (const shop_config_t *config);
void    shop_destroy (shop_t **self_p);

//  What time it is in the account: nothing has happened yet after it.
int64_t shop_clock_ms (const shop_t *self);

//  The text with each {region} replaced; cut, if it must be, to the size.
enum { SHOP_TEXT_SIZE = 1024 };
const char *shop_text_in_region (const char *text, const char *region, char *out);

//  The body of a dashboard, with each {region} replaced.
void    shop_dashboard_write (const shop_dashboard_t *dashboard, const char *region, buffer_t *out);

//  Reads "Name=Value;Name=Value" into at most SHOP_DIMENSIONS_MAX dimensions, whose texts live in the arena. -1 without memory.
int     shop_read_dimensions (arena_t *arena, const char *text, shop_dimension_t *dimensions);

//  The parts; each fills its own fields. False without memory.
bool    shop_make_log_groups (shop_t *self, int extra);
bool    shop_make_metrics (shop_t *self, int extra);
void    shop_make_alarms (shop_t *self);
void    shop_make_dashboards (shop_t *self);
bool    shop_make_series (shop_t *self);            //  Last: it heeds the alarms

#endif
