/*  expression - what a metric math expression comes to

    Values are numbers, series on one grid of times, and arrays of series. Types and missing points are as CloudWatch's user guide documents
    them ("Using math expressions with CloudWatch metrics"):

      - an operation on two series takes the missing one of two points as 0, and gives no point where both are missing; a number takes the
        place of a point wherever the series has one. Dividing by zero, the logarithm of zero and everything else that is no finite number
        gives no point;
      - comparisons and AND, OR give 1 or 0;
      - IF gives no point where its condition has none or where the branch that it takes has none, but 0 where a true condition meets a
        missing point;
      - AVG, MAX, MIN, STDDEV, SUM and DATAPOINT_COUNT make a number of a series and a series of an array. AVG takes missing points as 0;
      - arrays go with numbers and with series, not with arrays; comparisons and IF take no arrays;
      - the result must be a series or an array of series.

    What CloudWatch leaves open is decided here: "^" binds its right side first and more tightly than a minus before it; AND before OR.

    ANOMALY_DETECTION_BAND has no trained model behind it: its two series, the upper limit first, are mean plus and minus so many standard
    deviations of the points at the same hour of the days before, and on the first day of the same hour's points in the whole grid.

    Owner:   the world's arena. Thread: any; no state. Never: knows what a request or an answer looks like. */

#ifndef SIM_EXPRESSION_H
#define SIM_EXPRESSION_H

#include "expression_tree.h"
#include "shop.h"
#include "vector.h"

typedef enum { EXPRESSION_SCALAR, EXPRESSION_SERIES, EXPRESSION_ARRAY } expression_kind_t;

typedef struct {
    vector_t vector;
    const char *label;              //  NULL: whoever asked has a better one
} expression_series_t;

typedef struct {
    expression_kind_t kind;
    bool temporary;                 //  Nobody else holds its vectors: an operation may write its result there
    double scalar;                  //  NAN: made of no datapoint
    expression_series_t *series;    //  One for a series; NULL for a scalar
    size_t count;
} expression_value_t;

//  All that an expression may ask about. The callbacks that return a text return NULL or, when it went wrong, a sentence that lives as long as
//  the arena.
typedef struct {
    arena_t *arena;
    grid_t grid;
    const char *region;
    bool truncated;                 //  Set when a search or a query matched more than SEARCH_SERIES_MAX
    void *context;

    //  The value of the query with this id.
    const char *(*resolve) (void *context, slice_t id, expression_value_t *value);

    //  An array of the request's metrics, not of its expressions, whose ids hold this part.
    const char *(*metrics) (void *context, slice_t part, expression_value_t *value);

    //  One metric after another, as ListMetrics has them; NULL behind the last.
    const shop_metric_t *(*list) (void *context, size_t index);

    //  A statistic of a metric on the world's grid, in a vector that is nobody else's.
    const char *(*fetch) (void *context, const shop_metric_t *metric, slice_t stat, vector_t *vector);
} expression_world_t;

//  Series that one SEARCH or one Metrics Insights query gives (user guide: a graph can have 500 metrics; GetMetricData too).
enum { SEARCH_SERIES_MAX = 500 };

//  The longest period that a search may ask for: 30 days, the longest that CloudWatch's console offers.
enum { EXPRESSION_PERIOD_MAX_S = 30 * 86400 };

//  NULL, and a series or an array; or a sentence that says what is wrong.
const char *expression_evaluate (const expression_node_t *tree, expression_world_t *world, expression_value_t *value);

//  For each id that the tree names; NULL in id stands for METRICS(), which depends on all metrics.
typedef void (expression_reference_fn) (void *context, slice_t id);
void        expression_references (const expression_node_t *tree, expression_reference_fn *found, void *context);

//  The longest period that a SEARCH in the tree asks for, in seconds; 0 for none.
int         expression_search_period (const expression_node_t *tree);

//  So many series without datapoints; false without memory.
bool        expression_value_new (arena_t *arena, const grid_t *grid, expression_kind_t kind, size_t count, expression_value_t *value);

//  The same without vectors: whoever asked puts them there.
bool        expression_value_new_bare (arena_t *arena, expression_kind_t kind, size_t count, expression_value_t *value);

#endif
