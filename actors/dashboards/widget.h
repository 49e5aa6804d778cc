/*  widget - one widget of a dashboard, as what another tool can be called with

        {"type":"metric","title":"Errors","run":[{"tool":"get_metric_data","arguments":{"region":"eu-west-1","namespace":…}}]}

    A metric widget becomes calls of get_metric_data, one for each region, its alarms and those of an alarm widget calls of describe_alarms, the
    groups of a log widget calls of search_log_events, with its query beside them. Text is shown; what others decide when the widget is drawn
    (tags, a Lambda function) is named; of a type that is not known here the type is kept. What was left out, or cut, is said in the widget's note.

    The widget was written by whoever may write dashboards: anything can be in it. Of its texts so many bytes are taken, no more, however often
    shorthand repeats them, and all of them come out visible (visible.h).

    Thread: any; no state. */

#ifndef WIDGET_H
#define WIDGET_H

#include "json.h"

//  At seven bytes for each that does not show, and with what stands around them, it still fits into the largest max_bytes.
enum { WIDGET_BYTES_MAX = 64 * 1024, WIDGET_METRICS_MAX = 500 };

//  account: the id of the dashboard's, to tell which alarms are of another; may be absent. NULL without memory.
yyjson_mut_val *widget_row (yyjson_mut_doc *doc, yyjson_val *widget, slice_t account);

#endif
