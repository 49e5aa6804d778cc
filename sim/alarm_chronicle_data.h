/*  alarm_chronicle_data - the HistoryData of the items of a chronicle

    JSON in a string, at most CHRONICLE_DATA_MAX bytes of it. The forms are those that CloudWatch has been seen to write; of a configuration
    it tells the members that matter.

    Thread: any; no state. */

#ifndef SIM_ALARM_CHRONICLE_DATA_H
#define SIM_ALARM_CHRONICLE_DATA_H

#include "alarm_chronicle.h"

//  {"version":"1.0","type":"Create","createdAlarm":{…}}, or "Update" and "updatedAlarm".
void chronicle_data_of_configuration (const shop_t *shop, const char *region, const chronicle_item_t *item, bool created, buffer_t *data);

//  {"version":"1.0","oldState":{…},"newState":{"stateValue":…,"stateReason":…,"stateReasonData":{…}}}
void chronicle_data_of_state (const shop_t *shop, const char *region, const chronicle_item_t *item, buffer_t *data);

//  {"actionState":"Succeeded","stateUpdateTimestamp":…,"notificationResource":…,"publishedMessage":…,"error":null}, where the message is what
//  the topic was sent: JSON in a string of JSON in a string.
void chronicle_data_of_action (const shop_t *shop, const char *region, const chronicle_item_t *item, buffer_t *data);

#endif
