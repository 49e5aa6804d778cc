/*  metrics_insights - a query over all metrics of a namespace

    Grammar, as the user guide has it ("Metrics Insights query components and syntax"); keywords in any case, names as they are written:

        query     = "SELECT" function "(" name ")" "FROM" (name | "SCHEMA" "(" name *("," name) ")") ["WHERE" any]
                    ["GROUP" "BY" name *("," name)] ["ORDER" "BY" function "(" ")" ["ASC" | "DESC"]] ["LIMIT" number]
        function  = "AVG" | "COUNT" | "MAX" | "MIN" | "SUM"
        any       = all *("OR" all)
        all       = condition *("AND" condition)
        condition = name ("=" | "!=") value | "(" any ")"

    Names stand bare (letters, digits, "_" and ".") or in double quotes, values in single ones; a backslash protects a quote. AWS.AccountId is a
    name that every metric has. A metric without the dimension of a condition does not meet it, be it "=" or "!="; in GROUP BY its value is
    "Other". Without ORDER BY groups stand in the order of their labels. Tags are not simulated.

    Owner:   the arena. Thread: any; no state. */

#ifndef SIM_METRICS_INSIGHTS_H
#define SIM_METRICS_INSIGHTS_H

#include "expression.h"

typedef struct metrics_insights metrics_insights_t;

//  How deep its brackets may be nested, and how many names a list has (our own limits).
enum { METRICS_INSIGHTS_DEPTH_MAX = 32, METRICS_INSIGHTS_NAMES_MAX = SHOP_DIMENSIONS_MAX + 1 };

//  Is it such a query, and no metric math? It begins with SELECT.
bool metrics_insights_is (slice_t text);

//  NULL with a sentence in *fault, which lives in the arena or for ever. The text must live as long as the query.
const metrics_insights_t *metrics_insights_new (arena_t *arena, slice_t text, const char **fault);

//  NULL, and one series, or, with GROUP BY, an array; or a sentence. Uses the world's list and fetch.
const char *metrics_insights_run (const metrics_insights_t *self, expression_world_t *world, expression_value_t *value);

#endif
