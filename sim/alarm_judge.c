#include "alarm_judge.h"

#include <assert.h>
#include <math.h>

int
alarm_judge_range (const shop_metric_alarm_t *alarm)
{
    return alarm->periods + ALARM_RANGE_EXTRA;
}

int
alarm_judge_needed (const shop_metric_alarm_t *alarm)
{
    return alarm->datapoints ? alarm->datapoints : alarm->periods;
}

int
alarm_judge_period_s (const shop_metric_alarm_t *alarm)
{
    for (int i = 0; i < SHOP_QUERIES_MAX && alarm->queries [i].id; i++)
        if (alarm->queries [i].period_s)
            return alarm->queries [i].period_s;
    return alarm->period_s ? alarm->period_s : 60;
}

bool
alarm_judge_beyond (const shop_metric_alarm_t *alarm, const alarm_point_t *point)
{
    const char *operator = alarm->operator;
    if (strcmp (operator, "<>band") == 0)
        return point->value < point->lower || point->value > point->upper;
    if (strcmp (operator, ">band") == 0)
        return point->value > point->upper;
    if (operator [0] == '>')
        return operator [1] == '=' ? point->value >= alarm->threshold : point->value > alarm->threshold;
    return operator [1] == '=' ? point->value <= alarm->threshold : point->value < alarm->threshold;
}

//  Some of N are missing, and TreatMissingData is "missing": the datapoints alone decide, at the latest when the oldest has been beyond the
//  threshold for as long as it takes. Until then the state stays.
static shop_state_t
s_judge_some (const shop_metric_alarm_t *alarm, const alarm_evidence_t *evidence, int64_t last_ms, shop_state_t before)
{
    int needed = alarm_judge_needed (alarm);
    if (evidence->count == 0)
        return SHOP_INSUFFICIENT_DATA;
    int64_t oldest_ms = evidence->sightings [evidence->count - 1].begins_ms;
    int64_t needed_ms = (int64_t) (needed - 1) * alarm_judge_period_s (alarm) * 1000;
    if (evidence->beyond >= needed || (evidence->beyond == evidence->count && last_ms - oldest_ms >= needed_ms))
        return SHOP_ALARM;
    return evidence->beyond == evidence->count ? before : SHOP_OK;
}

shop_state_t
alarm_judge (const shop_metric_alarm_t *alarm, const alarm_point_t *range, int64_t last_ms, shop_state_t before, alarm_evidence_t *evidence)
{
    int size = alarm_judge_range (alarm);
    int needed = alarm_judge_needed (alarm);
    const char *missing = alarm->missing ? alarm->missing : "missing";
    assert (size <= ALARM_RANGE_MAX);
    evidence->count = evidence->beyond = evidence->filled = 0;
    for (int i = size - 1; i >= 0 && evidence->count < alarm->periods; i--) {
        if (isnan (range [i].value))
            continue;
        int64_t begins_ms = last_ms - (int64_t) (size - 1 - i) * alarm_judge_period_s (alarm) * 1000;
        bool beyond = alarm_judge_beyond (alarm, &range [i]);
        evidence->sightings [evidence->count++] = (alarm_sighting_t) { begins_ms, range [i], beyond };
        evidence->beyond += beyond;
    }
    int gaps = alarm->periods - evidence->count;
    if (gaps > 0 && strcmp (missing, "missing") == 0)
        return s_judge_some (alarm, evidence, last_ms, before);
    if (gaps > 0 && strcmp (missing, "ignore") == 0 && evidence->beyond < needed && evidence->beyond + gaps >= needed)
        return before;
    bool breaching = strcmp (missing, "breaching") == 0;
    evidence->filled = breaching || strcmp (missing, "notBreaching") == 0 ? gaps : 0;
    return evidence->beyond + (breaching ? gaps : 0) >= needed ? SHOP_ALARM : SHOP_OK;
}
