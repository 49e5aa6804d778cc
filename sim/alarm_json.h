/*  alarm_json - an alarm as DescribeAlarms shows it

    Thread: any; no state. */

#ifndef SIM_ALARM_JSON_H
#define SIM_ALARM_JSON_H

#include "json.h"
#include "shop.h"

//  ChildrenOfAlarmName and ParentsOfAlarmName leave most members out.
typedef enum { ALARM_JSON_WHOLE, ALARM_JSON_CHILD, ALARM_JSON_PARENT } alarm_json_form_t;

//  Where the alarm is written to, and for whom.
typedef struct {
    yyjson_mut_doc *doc;
    yyjson_mut_val *array;      //  Gets one more element
    const shop_t *shop;
    const char *region;
    alarm_json_form_t form;
} alarm_json_t;

void alarm_json_metric (const alarm_json_t *to, const shop_metric_alarm_t *alarm);
void alarm_json_composite (const alarm_json_t *to, const shop_composite_alarm_t *alarm);
void alarm_json_log (const alarm_json_t *to, const shop_log_alarm_t *alarm);

#endif
