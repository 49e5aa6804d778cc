#include "series.h"

#include "chance.h"
#include "series_model.h"

#include <assert.h>
#include <math.h>

//  A minute is worked out in this order: the level of the model (base, time of day, noise), what incidents make of it, the share of a volume,
//  the bounds that keep it from alarms of its own accord, spells beyond a threshold; then samples that come to that level.

#define PI 3.14159265358979323846

enum { MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS, FIVE_MS = 5 * MINUTE_MS };

//  The busiest and the quietest hour of a day, UTC; a weekend has so much more of everything.
enum { PEAK_HOUR = 20, LOW_HOUR = 4, RISE_HOURS = PEAK_HOUR - LOW_HOUR, FALL_HOURS = 24 - RISE_HOURS };
static const double WEEKEND = 1.15;

//  What an incident sets is steadier than what was before it; a spell is a little ragged.
static const double SET_NOISE = 0.1, SPELL_NOISE = 0.02;

//  A leak that was cut off is felt for so long.
enum { RESTART_MS = 4 * MINUTE_MS };

//  Samples a minute of a distribution that has no volume.
enum { SAMPLES_DEFAULT = 20 };

const double SERIES_SHARES [SERIES_POINTS] = { 0.1, 0.15, 0.15, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.04, 0.009, 0.001 };

//  One minute of one metric. Noise has mean 0 and standard deviation 1.
typedef struct {
    const shop_t *shop;
    const series_model_t *model;
    uint64_t region;
    int64_t time_ms;
    double noise;
    double chance;              //  In [0, 1), apart from the noise
    series_minute_t volume;     //  All zero without one
} moment_t;

//  The finishing step of splitmix64, as chance has it: here it runs several times for each minute asked.
static inline uint64_t
s_stir (uint64_t number)
{
    number = (number ^ (number >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
    number = (number ^ (number >> 27)) * UINT64_C (0x94d049bb133111eb);
    return number ^ (number >> 31);
}

static inline uint64_t
s_bits (uint64_t hash, int64_t number)
{
    return s_stir (hash + (uint64_t) number * UINT64_C (0x9e3779b97f4a7c15));
}

//  The sum of three even chances is nearly a normal one.
static inline double
s_normal (uint64_t bits)
{
    enum { PART = 21, MASK = (1 << PART) - 1 };
    return ((double) ((bits & MASK) + (bits >> PART & MASK) + (bits >> (2 * PART) & MASK)) / MASK - 1.5) * 2;
}

//  From minute to minute, and more slowly from hour to hour.
static double
s_noise (uint64_t hash, int64_t time_ms)
{
    int64_t hour = time_ms / HOUR_MS;
    double within = (double) (time_ms % HOUR_MS) / HOUR_MS;
    double slow = s_normal (s_bits (~hash, hour)) * (1 - within) + s_normal (s_bits (~hash, hour + 1)) * within;
    return 0.8 * s_normal (s_bits (hash, time_ms / MINUTE_MS)) + 0.6 * slow;
}

//  1 at the peak, -1 at the low, smoothly between.
static double
s_rhythm (int64_t time_ms)
{
    double hour = (double) (time_ms % DAY_MS) / HOUR_MS;
    if (hour >= LOW_HOUR && hour < PEAK_HOUR)
        return -cos (PI * (hour - LOW_HOUR) / RISE_HOURS);
    double since = hour >= PEAK_HOUR ? hour - PEAK_HOUR : hour + 24 - PEAK_HOUR;
    return cos (PI * since / FALL_HOURS);
}

static bool
s_is_weekend (int64_t time_ms)
{
    enum { EPOCH_WEEKDAY = 4 };         //  1970 began on a Thursday; Sunday is 0
    int64_t weekday = (time_ms / DAY_MS + EPOCH_WEEKDAY) % 7;
    return weekday == 0 || weekday == 6;
}

//  What it would be without any incident.
static double
s_level (const moment_t *moment)
{
    const series_model_t *model = moment->model;
    if (model->row->kind == SERIES_COUNTDOWN)
        return model->base + (double) (moment->shop->now_ms - moment->time_ms) / DAY_MS;
    double level = model->base;
    if (level == 0)
        return 0;
    if (model->swing > 0)
        level *= (1 + model->swing * s_rhythm (moment->time_ms)) * (s_is_weekend (moment->time_ms) ? WEEKEND : 1);
    level *= 1 + model->row->noise * moment->noise;
    return level > 0 ? level : 0;
}

//  0 at the beginning of the climb, 1 from its end on, up to the end of the incident.
static double
s_climb (const series_effect_t *effect, double ago_min)
{
    const story_incident_t *incident = story_incident (effect->story);
    int begin_min = incident->from_min - effect->delay_min;
    int full_min = effect->delay_min < 0 ? incident->from_min : incident->to_min;
    if (ago_min > begin_min || (incident->to_min > 0 && ago_min <= incident->to_min))
        return 0;
    double climbed = (begin_min - ago_min) / (begin_min - full_min);
    return climbed < 1 ? climbed : 1;
}

static double
s_force (const series_effect_t *effect, const moment_t *moment)
{
    int64_t now_ms = moment->shop->now_ms;
    double ago_min = (double) (now_ms - moment->time_ms) / MINUTE_MS;
    double force = story_force (effect->story, now_ms, moment->time_ms);
    double later = 0;
    switch (effect->shape) {
    case EFFECT_FORCE:
        later = effect->delay_min ? story_force (effect->story, now_ms, moment->time_ms - (int64_t) effect->delay_min * MINUTE_MS) : force;
        return later < force ? later : force;
    case EFFECT_CLIMB:
        return s_climb (effect, ago_min);
    case EFFECT_STAIRS:
        return ceil (s_climb (effect, ago_min) * effect->amount) / effect->amount;
    case EFFECT_BEFORE:
        return ago_min > story_incident (effect->story)->to_min ? 1 : 0;
    case EFFECT_RESTART:
        return story_force (effect->story, now_ms, moment->time_ms - RESTART_MS) > force ? 1 : 0;
    }
    return 0;
}

//  Does something to the level? Gives whether it did.
static bool
s_apply_effects (const moment_t *moment, double *level)
{
    bool touched = false;
    for (int i = 0; i < moment->model->effects_count; i++) {
        const series_effect_t *effect = moment->model->effects [i];
        double force = s_force (effect, moment);
        if (force <= 0)
            continue;
        touched = true;
        double ragged = effect->shape == EFFECT_FORCE ? 1 + SET_NOISE * moment->model->row->noise * moment->noise : 1;
        switch (effect->kind) {
        case EFFECT_SET:
            *level += force * (effect->amount * ragged - *level);
            break;
        case EFFECT_ADD:
            *level += force * effect->amount;
            break;
        case EFFECT_MULTIPLY:
            *level *= 1 + force * (effect->amount - 1);
            break;
        }
    }
    return touched;
}

//  The level with everything that bears on it: of a whole minute, or the median of its samples.
static double
s_amount (const moment_t *moment)
{
    const series_model_t *model = moment->model;
    double amount = s_level (moment);
    bool touched = s_apply_effects (moment, &amount);
    if (model->volume && model->row->kind != SERIES_TIMES)
        amount *= moment->volume.sum;
    if (!touched)
        amount = amount < model->lowest ? model->lowest : amount > model->highest ? model->highest : amount;
    double ago_min = (double) (moment->shop->now_ms - moment->time_ms) / MINUTE_MS;
    for (int i = 0; i < model->spells_count; i++)
        if (ago_min <= model->spells [i].from_min && ago_min > model->spells [i].to_min)
            amount = model->spells [i].amount * (1 + SPELL_NOISE * moment->noise);
    if (amount < 0)
        return 0;
    return amount > 100 && strcmp (model->row->unit, "Percent") == 0 ? 100 : amount;
}

static void
s_one_sample (double value, series_minute_t *minute)
{
    minute->count = 1;
    minute->sum = minute->min = minute->max = minute->points [0] = value;
    minute->weights [0] = 1;
}

//  A whole number that is on average the amount; never above the bound.
static double
s_whole (const moment_t *moment, double amount)
{
    return floor (amount + moment->chance);
}

static bool
s_events (const moment_t *moment, double amount, series_minute_t *minute)
{
    double events = s_whole (moment, amount);
    if (events == 0 && moment->model->row->options & SERIES_SPARSE)
        return false;
    s_one_sample (events > 0 ? 1 : 0, minute);
    if (events > 0)
        minute->count = minute->sum = minute->weights [0] = events;
    return true;
}

static bool
s_flags (const moment_t *moment, double amount, series_minute_t *minute)
{
    double of = moment->volume.sum > 0 || moment->model->volume->row->kind == SERIES_FLAGS ? moment->volume.count : 0;
    double raised = s_whole (moment, amount);
    if (of <= 0)
        return false;
    raised = raised < of ? raised : of;
    minute->count = of;
    minute->sum = raised;
    minute->min = raised < of ? 0 : 1;
    minute->max = raised > 0 ? 1 : 0;
    minute->points [1] = 1;
    minute->weights [0] = of - raised;
    minute->weights [1] = raised;
    return true;
}

//  The point of the sketch that holds this share of the samples.
static int
s_point_at (double share)
{
    int i = 0;
    while (i < SERIES_POINTS - 1 && share >= SERIES_SHARES [i])
        share -= SERIES_SHARES [i++];
    return i;
}

//  A few samples are drawn, each from its own part of the distribution.
static void
s_draw_samples (const moment_t *moment, double median, int count, series_minute_t *minute)
{
    uint64_t hash = moment->model->hash ^ moment->region;
    for (int i = 0; i < count; i++) {
        double within = (double) (s_bits (hash, moment->time_ms + i + 1) >> 11) * 0x1.0p-53;
        minute->points [i] = median * moment->model->factors [s_point_at ((i + within) / count)];
        minute->weights [i] = 1;
    }
}

//  Many are told by their shares. A share that comes to less than one sample is one, sometimes; the others make up for it.
static void
s_share_samples (const moment_t *moment, double median, double count, series_minute_t *minute)
{
    uint64_t hash = moment->model->hash ^ moment->region;
    double drawn = 0, shared = 0;
    for (int i = 0; i < SERIES_POINTS; i++) {
        double weight = count * SERIES_SHARES [i];
        minute->points [i] = median * moment->model->factors [i];
        if (weight < 1)
            drawn += minute->weights [i] = (double) (s_bits (hash, moment->time_ms + i + 1) >> 11) * 0x1.0p-53 < weight ? 1 : 0;
        else
            shared += minute->weights [i] = weight;
    }
    for (int i = 0; i < SERIES_POINTS; i++)
        if (count * SERIES_SHARES [i] >= 1)
            minute->weights [i] *= (count - drawn) / shared;
}

static bool
s_times (const moment_t *moment, double median, series_minute_t *minute)
{
    double count = moment->model->volume ? moment->volume.sum : SAMPLES_DEFAULT;
    if (count <= 0)
        return false;
    if (count <= SERIES_POINTS)
        s_draw_samples (moment, median, (int) count, minute);
    else
        s_share_samples (moment, median, count, minute);
    minute->count = count;
    minute->min = minute->points [0];
    for (int i = 0; i < SERIES_POINTS; i++) {
        minute->sum += minute->points [i] * minute->weights [i];
        if (minute->weights [i] > 0)
            minute->max = minute->points [i];
    }
    return true;
}

//  Is there anything in this minute?
static bool
s_is_due (const moment_t *moment)
{
    const series_model_t *model = moment->model;
    if (model->row->options & SERIES_DAILY && moment->time_ms % DAY_MS != 0)
        return false;
    if (model->row->options & SERIES_FIVE && moment->time_ms % FIVE_MS != 0)
        return false;
    if (!model->silent)
        return true;
    double since_min = (double) (moment->shop->now_ms - moment->time_ms) / MINUTE_MS - model->silent_min;
    if (!model->every_min)
        return since_min > 0;
    double phase = fmod (since_min, model->every_min);
    return (phase < 0 ? phase + model->every_min : phase) < model->run_min;
}

static bool
s_minute (const shop_t *shop, const series_model_t *model, uint64_t region, int64_t time_ms, series_minute_t *minute)
{
    moment_t moment = { .shop = shop, .model = model, .region = region, .time_ms = time_ms };
    memset (minute, 0, sizeof *minute);
    if (!s_is_due (&moment))
        return false;
    if (model->volume && !s_minute (shop, model->volume, region, time_ms, &moment.volume))
        memset (&moment.volume, 0, sizeof moment.volume);       //  Nothing to have a share of
    uint64_t hash = model->hash ^ region;
    moment.noise = model->row->noise > 0 || model->spells_count ? s_noise (hash, time_ms) : 0;
    moment.chance = (double) (s_bits (hash, -time_ms) >> 11) * 0x1.0p-53;
    double amount = s_amount (&moment);
    switch (model->row->kind) {
    case SERIES_EVENTS:
        return s_events (&moment, amount, minute);
    case SERIES_FLAGS:
        return s_flags (&moment, amount, minute);
    case SERIES_TIMES:
        return s_times (&moment, amount, minute);
    case SERIES_TOTAL:
        s_one_sample (s_whole (&moment, amount), minute);
        return true;
    case SERIES_GAUGE:
        s_one_sample (amount, minute);
        return true;
    case SERIES_WHOLE:
        s_one_sample (floor (amount + 0.5), minute);
        return true;
    case SERIES_COUNTDOWN:
        s_one_sample (floor (amount), minute);
        return true;
    }
    return false;
}

bool
series_minute (const shop_t *shop, const shop_metric_t *metric, const char *region, int64_t minute_ms, series_minute_t *minute)
{
    assert (metric >= shop->metrics && metric < shop->metrics + shop->metrics_count && minute_ms % MINUTE_MS == 0);
    return s_minute (shop, &shop->series [metric - shop->metrics], chance_of_text (region), minute_ms, minute);
}

const char *
series_unit (const shop_metric_t *metric)
{
    char dimensions [SERIES_DIMENSIONS_SIZE];
    return series_row_of (metric->namespace, metric->name, series_dimensions_text (metric, dimensions))->unit;
}

//  Does the text, "Name=Value;Name=Value", hold this dimension?
static bool
s_holds (const char *dimensions, const shop_dimension_t *wanted)
{
    size_t name_size = strlen (wanted->name), value_size = strlen (wanted->value);
    for (const char *part = dimensions; *part;) {
        size_t size = strcspn (part, ";");
        if (size == name_size + 1 + value_size && part [name_size] == '=' && memcmp (part, wanted->name, name_size) == 0
            && memcmp (part + name_size + 1, wanted->value, value_size) == 0)
            return true;
        part += size + (part [size] == ';');
    }
    return false;
}

//  Are these all the dimensions that the metric has, in any order?
static bool
s_has_exactly (const shop_metric_t *metric, const char *dimensions)
{
    int parts = *dimensions ? 1 : 0;
    for (const char *c = dimensions; *c; c++)
        parts += *c == ';';
    for (int i = 0; i < metric->dimensions_count; i++)
        if (!s_holds (dimensions, &metric->dimensions [i]))
            return false;
    return parts == metric->dimensions_count;
}

const shop_metric_t *
series_find (const shop_t *shop, const char *namespace, const char *name, const char *dimensions)
{
    for (size_t i = 0; i < shop->metrics_count; i++) {
        const shop_metric_t *metric = &shop->metrics [i];
        if (strcmp (metric->name, name) == 0 && strcmp (metric->namespace, namespace) == 0 && strcmp (metric->account, SHOP_ACCOUNT) == 0
            && s_has_exactly (metric, dimensions))
            return metric;
    }
    return NULL;
}
