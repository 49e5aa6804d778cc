/*  alarm_json - an alarm as DescribeAlarms shows it

    Thread: any; no state. */

#ifndef SIM_ALARM_JSON_H
#define SIM_ALARM_JSON_H

#include "alarm_book.h"
#include "json.h"

//  ChildrenOfAlarmName and ParentsOfAlarmName leave most members out.
typedef enum { ALARM_JSON_WHOLE, ALARM_JSON_CHILD, ALARM_JSON_PARENT } alarm_json_form_t;

//  Where the alarm is written to, and for whom.
typedef struct {
    yyjson_mut_doc *doc;
    yyjson_mut_val *array;      //  Gets one more element
    const shop_t *shop;
    const alarm_book_t *book;   //  The region's
    const char *region;
    alarm_json_form_t form;
} alarm_json_t;

//  The alarm with this number in the shop.
void alarm_json_metric (const alarm_json_t *to, size_t index);
void alarm_json_composite (const alarm_json_t *to, size_t index);
void alarm_json_log (const alarm_json_t *to, size_t index);

//  The ComparisonOperator that ">" or another of the table's operators stands for.
const char *alarm_json_operator (const char *operator);

//  When an alarm was last configured, in milliseconds since 1970.
int64_t alarm_json_configured_ms (const shop_t *shop, const shop_alarm_head_t *head);

#endif
