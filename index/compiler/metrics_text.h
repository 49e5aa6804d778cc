/*  metrics_text - the text in which a namespace is written

        #  A line that begins with # is a comment
        namespace   AWS/Lambda
        title       AWS Lambda
        about       Runs functions on demand.
        keywords    serverless, function

        metric      Errors
        unit        Count                       "~ Count": we decided so, no source says it
        statistic   Sum, Average                best first; "~ Sum, Average" likewise
        dimensions  FunctionName | FunctionName, Resource           sets; "~ …" likewise; "?": unknown; "-": there are none
        every       86400                       seconds; without it, 60
        tells       One or two sentences.
        keywords    failed, crash
        beside      Invocations, AWS/SQS ApproximateAgeOfOldestMessage
        alarm       Sum > 0, 3 of 3 x 60 s, missing notBreaching, by FunctionName: why
        alarm       Maximum > [80 % of the function's timeout], 5 of 5 x 60 s, missing missing, by FunctionName: why
        note        Which fact is contradicted here, and why.

    A field's name, blanks, its value, on one line. What stands before the first "metric" is about the namespace. "alarm" and "note" may come several
    times, every other field once. The file is called as the namespace, with _ for each character that is no letter or digit, and .metrics.

    Thread: any; no state but the draft's. */

#ifndef METRICS_TEXT_H
#define METRICS_TEXT_H

#include "draft.h"

enum {
    METRICS_NAME_BYTES_MAX = 255,               //  CloudWatch's own limit for names of metrics, namespaces and dimensions
    METRICS_SETS_MAX = 24,
    METRICS_SET_NAMES_MAX = 30,                 //  CloudWatch's own limit
    METRICS_TELLS_MIN = 40, METRICS_TELLS_MAX = 360,            //  Characters: one or two sentences
    METRICS_ABOUT_MIN = 20, METRICS_ABOUT_MAX = 700,
    METRICS_TITLE_MAX = 80, METRICS_KEYWORDS_MAX = 200, METRICS_NOTE_MAX = 400, METRICS_WHY_MAX = 200, METRICS_RULE_MAX = 120,
};

//  Adds what the file says to the draft, and complains about what is wrong with it. path: for complaints, and for the name that it must have. The
//  text must outlive the draft.
void metrics_text_read (draft_t *draft, const char *path, slice_t text);

#endif
