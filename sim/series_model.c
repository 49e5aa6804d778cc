#include "series_model.h"

#include "chance.h"
#include "series.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>

enum { MINUTE_S = 60 };

//  Resources that differ have between these shares of the base.
static const double SPREAD_LEAST = 0.5, SPREAD_MOST = 1.6;

//  How near its own rhythm lets a metric come to a threshold, and how far beyond it a spell is: far for percentiles, which are
//  unsteady when samples are few.
static const double GUARD_SHARE = 0.8, SPELL_BEYOND = 1.15, SPELL_BEYOND_TIMES = 1.4, SPELL_BELOW = 0.85;

//  A spell lasts so much longer than its alarm needs. An incident of the story explains an alarm that went back to OK so near its end.
enum { SPELL_EXTRA_MIN = 9, STORY_SLACK_MIN = 120 };

//  Where a standard normal distribution has the middles of SERIES_SHARES.
static const double NORMAL [SERIES_POINTS] = {
    -1.6449, -0.9346, -0.4538, -0.1257, 0.1257, 0.3853, 0.6745, 1.0364, 1.4395, 1.8808, 2.5427, 3.2905
};

//  When silent things had their last datapoint, by a part of their dimensions: minutes ago, and how long and how often they run.
typedef struct {
    const char *part;
    int silent_min, run_min, every_min;
} silence_t;

static const silence_t SILENCES [] = {
    { "legacy", 10150, 0, 0 },
    { "returns-inbox", 4380, 0, 0 },
    { "catalog-import", 8655, 60, 10080 },
    { "nightly", 1180, 20, 1440 },
    { "daily", 1100, 12, 1440 },
    { "sitemap", 1215, 8, 1440 },
    { "weekly", 4370, 30, 10080 },
};

//  Others fell silent at some time between one day and nine days ago.
enum { SILENT_LEAST_MIN = 1440, SILENT_SPAN_MIN = 8 * 1440 };

const char *
series_dimensions_text (const shop_metric_t *metric, char *text)
{
    size_t size = 0;
    text [0] = 0;
    for (int i = 0; i < metric->dimensions_count && size < SERIES_DIMENSIONS_SIZE; i++)
        size += (size_t) snprintf (text + size, SERIES_DIMENSIONS_SIZE - size, "%s%s=%s", i ? ";" : "", metric->dimensions [i].name,
                                   metric->dimensions [i].value);
    return text;
}

double
series_quantile (const double *factors, double share)
{
    double before = 0, at = SERIES_SHARES [0] / 2;
    for (int i = 1; i < SERIES_POINTS; i++) {
        double last = at;
        before += SERIES_SHARES [i - 1];
        at = before + SERIES_SHARES [i] / 2;
        if (share <= at)
            return factors [i - 1] + (factors [i] - factors [i - 1]) * fmax (0, share - last) / (at - last);
    }
    return factors [SERIES_POINTS - 1];
}

//  The metric of the same account and namespace that a share is taken of.
static const series_model_t *
s_volume_of (const shop_t *shop, series_model_t *models, const shop_metric_t *metric, const series_row_t *row, const char *dimensions)
{
    char wanted [SERIES_DIMENSIONS_SIZE], text [SERIES_DIMENSIONS_SIZE];
    const char *volume = row->volume_dimensions;
    bool first = volume && strcmp (volume, "^") == 0;
    snprintf (wanted, sizeof wanted, "%.*s", (int) (first ? strcspn (dimensions, ";") : sizeof wanted - 1), volume && !first ? volume : dimensions);
    for (size_t i = 0; i < shop->metrics_count; i++) {
        const shop_metric_t *other = &shop->metrics [i];
        if (other != metric && strcmp (other->name, row->volume) == 0 && strcmp (other->namespace, metric->namespace) == 0
            && strcmp (other->account, metric->account) == 0 && strcmp (series_dimensions_text (other, text), wanted) == 0)
            return &models [i];
    }
    return NULL;
}

static void
s_set_silence (series_model_t *model, const char *dimensions)
{
    model->silent = true;
    model->silent_min = SILENT_LEAST_MIN + (int) (chance_of_text (dimensions) % SILENT_SPAN_MIN);
    for (size_t i = 0; i < sizeof SILENCES / sizeof SILENCES [0]; i++)
        if (strstr (dimensions, SILENCES [i].part)) {
            model->silent_min = SILENCES [i].silent_min;
            model->run_min = SILENCES [i].run_min;
            model->every_min = SILENCES [i].every_min;
            return;
        }
}

static bool
s_make_factors (arena_t *arena, series_model_t *model)
{
    double *factors = arena_alloc (arena, SERIES_POINTS * sizeof *factors);
    for (int i = 0; factors && i < SERIES_POINTS; i++)
        factors [i] = exp (model->row->sigma * NORMAL [i]);
    model->factors = factors;
    return factors != NULL;
}

static bool
s_make_model (shop_t *shop, series_model_t *models, size_t index)
{
    const shop_metric_t *metric = &shop->metrics [index];
    series_model_t *model = &models [index];
    char dimensions [SERIES_DIMENSIONS_SIZE];
    series_dimensions_text (metric, dimensions);
    const series_row_t *row = series_row_of (metric->namespace, metric->name, dimensions);
    double share = (double) (chance_of_text (dimensions) >> 11) * 0x1.0p-53;
    *model = (series_model_t) { .row = row, .base = row->base, .swing = row->swing, .highest = DBL_MAX };
    model->hash = chance_of_text (metric->account) + chance_of_text (metric->namespace) * 3 + chance_of_text (metric->name) * 5
                + chance_of_text (dimensions) * 7 + shop->seed * UINT64_C (0x9e3779b97f4a7c15);
    if (row->options & SERIES_SPREAD)
        model->base *= SPREAD_LEAST + (SPREAD_MOST - SPREAD_LEAST) * share;
    if (row->volume_dimensions && strstr (dimensions, "AvailabilityZone="))
        model->base /= 3;
    if (row->volume) {
        model->volume = s_volume_of (shop, models, metric, row, dimensions);
        assert (model->volume);         //  The tables of rows and of families fit together
    }
    if (!metric->recent && !(row->options & SERIES_DAILY))
        s_set_silence (model, dimensions);
    if (strcmp (metric->account, SHOP_ACCOUNT) == 0)
        model->effects_count = series_effects_of (metric->namespace, metric->name, dimensions, model->effects);
    return row->kind != SERIES_TIMES || s_make_factors (shop->arena, model);
}

//  What the model must come to in a minute, or its median, for the alarm's statistic to be this.
static double
s_in_a_minute (const series_model_t *model, const shop_metric_alarm_t *alarm, double value)
{
    if (model->row->kind == SERIES_TIMES) {
        double sigma = model->row->sigma, percent = 0;
        if (sscanf (alarm->stat, "p%lf", &percent) == 1)
            return value / series_quantile (model->factors, percent / 100);
        return value / exp (sigma * sigma / 2);
    }
    return strcmp (alarm->stat, "Sum") == 0 ? value * MINUTE_S / alarm->period_s : value;
}

static bool
s_is_told_by_story (const series_model_t *model, int changed_min)
{
    for (int i = 0; i < model->effects_count; i++) {
        int to_min = story_incident (model->effects [i]->story)->to_min;
        if (to_min >= changed_min - STORY_SLACK_MIN && to_min <= changed_min + STORY_SLACK_MIN)
            return true;
    }
    return false;
}

//  Before an alarm was OK it was not: the metric was beyond the threshold just as long as it took.
static void
s_add_spell (series_model_t *model, const shop_metric_alarm_t *alarm, bool above)
{
    if (model->spells_count == SERIES_SPELLS_MAX || s_is_told_by_story (model, alarm->head.changed_min))
        return;
    int needed = alarm->datapoints ? alarm->datapoints : alarm->periods;
    int period_min = alarm->period_s / MINUTE_S;
    double limit = s_in_a_minute (model, alarm, alarm->threshold);
    bool counts = model->row->kind != SERIES_GAUGE && model->row->kind != SERIES_TIMES;
    series_spell_t *spell = &model->spells [model->spells_count++];
    spell->to_min = alarm->head.changed_min + (alarm->periods - needed + 1) * period_min;
    spell->from_min = spell->to_min + needed * period_min + SPELL_EXTRA_MIN;
    spell->amount = limit * (!above ? SPELL_BELOW : model->row->kind == SERIES_TIMES ? SPELL_BEYOND_TIMES : SPELL_BEYOND);
    if (above && counts)
        spell->amount = ceil (spell->amount) + 1;
}

//  Does an incident move it even now?
static bool
s_is_unusual (const series_model_t *model)
{
    for (int i = 0; i < model->effects_count; i++)
        if (story_incident (model->effects [i]->story)->to_min == 0)
            return true;
    return false;
}

//  An alarm that is OK says where the metric usually is and where it may not go by itself.
static void
s_heed_alarm (series_model_t *model, const shop_metric_alarm_t *alarm)
{
    bool above = alarm->operator [0] == '>';
    double usual = s_in_a_minute (model, alarm, alarm->value);
    double limit = s_in_a_minute (model, alarm, alarm->threshold);
    if (alarm->head.state != SHOP_OK || model->row->kind == SERIES_COUNTDOWN || s_is_unusual (model))
        return;
    if (model->row->kind == SERIES_GAUGE || model->row->kind == SERIES_WHOLE || model->row->kind == SERIES_TIMES)
        model->base = usual;
    if (above)
        model->highest = fmin (model->highest, usual + GUARD_SHARE * (limit - usual));
    else
        model->lowest = fmax (model->lowest, usual - GUARD_SHARE * (usual - limit));
    s_add_spell (model, alarm, above);
}

bool
shop_make_series (shop_t *self)
{
    series_model_t *models = arena_alloc (self->arena, self->metrics_count * sizeof *models);
    self->series = models;
    if (!models)
        return false;
    for (size_t i = 0; i < self->metrics_count; i++)
        if (!s_make_model (self, models, i))
            return false;
    for (size_t i = 0; i < self->metric_alarms_count; i++) {
        const shop_metric_alarm_t *alarm = &self->metric_alarms [i];
        const shop_metric_t *metric = alarm->metric ? series_find (self, alarm->namespace, alarm->metric, alarm->dimensions) : NULL;
        if (metric)
            s_heed_alarm (&models [metric - self->metrics], alarm);
    }
    return true;
}
