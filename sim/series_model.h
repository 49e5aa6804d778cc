/*  series_model - how a metric of the shop behaves

    Two tables say it: one gives every metric its kind, unit and normal level, the other what the incidents of the story do to it. They are
    read once, when the shop is made; what a metric needs later is its model, at the metric's own place in an array.

    The levels of the alarms' table are heeded too. A metric with an alarm that is OK has, at its usual level, the value that the alarm saw, and
    never comes near the threshold by its own rhythm; before the minute in which the alarm last changed to OK, it was beyond it. Not so a metric
    that an incident moves even now.

    Thread: any; no state. */

#ifndef SIM_SERIES_MODEL_H
#define SIM_SERIES_MODEL_H

#include "shop.h"
#include "story.h"

typedef enum {
    SERIES_EVENTS,              //  One sample of 1 for each event
    SERIES_FLAGS,               //  One sample for each event of the volume: 1 for those that are of this kind, else 0
    SERIES_TOTAL,               //  One sample a minute, a whole number of things that happened in it
    SERIES_GAUGE,               //  One sample a minute, a level
    SERIES_WHOLE,               //  The same, a whole number
    SERIES_TIMES,               //  One sample for each event of the volume, lognormally distributed: latencies, sizes
    SERIES_COUNTDOWN            //  Days that are left; base are those left now
} series_kind_t;

enum {
    SERIES_SPREAD = 1,          //  Resources differ: each has its own share of the base
    SERIES_SPARSE = 2,          //  A minute with nothing to report has no datapoint
    SERIES_DAILY = 4,           //  One sample a day, in the first minute after midnight
    SERIES_FIVE = 8             //  One sample in five minutes
};

//  What all metrics that look alike have in common. The first row that fits a metric is its own.
typedef struct {
    const char *namespace;      //  NULL: any
    const char *names;          //  One space between; a '*' at either end of a name stands for anything
    const char *dimensions;     //  A part of "Name=Value;Name=Value", with a '$' its end; NULL: any, "!": none
    series_kind_t kind;
    const char *unit;
    double base;                //  Mean level. With a volume, of each of its events; of TIMES, the median
    double swing;               //  How far it follows the day: 0.3 is 30 % above the mean at the peak, 30 % below at the low
    double noise;               //  Standard deviation, as a share of the level
    const char *volume;         //  The metric that says how many events there are, of the same namespace
    const char *volume_dimensions;      //  NULL: the same; "^": the first dimension alone
    double sigma;               //  Of TIMES: the standard deviation of the logarithm
    int options;
} series_row_t;

//  When an incident's effect is felt.
typedef enum {
    EFFECT_FORCE,               //  As strongly as the incident
    EFFECT_CLIMB,               //  Evenly more from the delay to the incident's end. A negative delay: from so long before it to its beginning
    EFFECT_STAIRS,              //  The same, in whole steps, the first at once
    EFFECT_BEFORE,              //  Fully, up to the incident's end
    EFFECT_RESTART              //  Fully, for a few minutes each time that a leak is cut off
} effect_shape_t;

typedef enum { EFFECT_SET, EFFECT_ADD, EFFECT_MULTIPLY } effect_kind_t;

typedef struct {
    story_id_t story;
    const char *namespace;
    const char *names;
    const char *dimensions;
    effect_shape_t shape;
    effect_kind_t kind;
    double amount;
    int delay_min;              //  How much later than the incident it begins
} series_effect_t;

//  A stretch in which the metric was beyond an alarm's threshold, in minutes before now.
typedef struct {
    int from_min, to_min;
    double amount;              //  What the alarm's statistic comes to in a minute
} series_spell_t;

enum { SERIES_EFFECTS_MAX = 6, SERIES_SPELLS_MAX = 3 };

//  The sketch's points are the middles of these shares of a distribution; the last one is the tail that only many samples reach.
extern const double SERIES_SHARES [];

typedef struct series_model {
    const series_row_t *row;
    uint64_t hash;              //  Of the metric's identity and the seed
    double base;
    double swing;
    double lowest, highest;     //  Of its own rhythm, in a minute; a whole TIMES distribution is told by its median
    const struct series_model *volume;
    const series_effect_t *effects [SERIES_EFFECTS_MAX];
    int effects_count;
    series_spell_t spells [SERIES_SPELLS_MAX];
    int spells_count;
    const double *factors;      //  Of TIMES: the sketch of the distribution whose median is 1
    bool     silent;            //  It had its last datapoint silent_min minutes ago
    int      silent_min;
    int      run_min, every_min;        //  It has datapoints only while something runs: so long, so often. The last run ended at silent_min
} series_model_t;

//  The row that fits, never NULL: the last one fits all. Dimensions in their short form.
const series_row_t *series_row_of (const char *namespace, const char *name, const char *dimensions);

//  The effects that fit, at most SERIES_EFFECTS_MAX of them. Gives their number.
int  series_effects_of (const char *namespace, const char *name, const char *dimensions, const series_effect_t **effects);

//  A row's condition, held against a metric.
bool series_fits (const char *names, const char *wanted_dimensions, const char *name, const char *dimensions);

//  What is at this share (0..1) of the distribution that the factors tell.
double series_quantile (const double *factors, double share);

//  The metric's dimensions as "Name=Value;Name=Value".
enum { SERIES_DIMENSIONS_SIZE = 512 };
const char *series_dimensions_text (const shop_metric_t *metric, char *text);

#endif
