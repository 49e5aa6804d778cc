#include "batches.h"

#include "expression.h"

//  References are found once, as lists of indices; then each query's needs are gathered from them, with a mark per query instead of a set.

typedef struct {
    uint16_t *names;                    //  The queries that an expression names
    size_t    count;
} names_t;

typedef struct {
    call_t    *call;
    queries_t *queries;
    names_t   *names;                   //  Of each query
    bool      *insights;                //  Is it a Metrics Insights query?
    uint32_t  *marks;                   //  Of each query: the last round that met it
    uint32_t   round;
    uint16_t  *needs;                   //  What was gathered, the query itself first
    size_t     needs_count;
} plan_t;

static void
s_gather (plan_t *plan, size_t query)
{
    if (plan->marks [query] == plan->round)
        return;
    plan->marks [query] = plan->round;
    plan->needs [plan->needs_count++] = (uint16_t) query;
}

static bool
s_has_part (slice_t text, slice_t part)
{
    for (size_t i = 0; i + part.size <= text.size; i++)
        if (memcmp (text.data + i, part.data, part.size) == 0)
            return true;
    return false;
}

static void
s_gather_part (plan_t *plan, slice_t part)
{
    for (size_t i = 0; i < plan->queries->count; i++)
        if (query_is_metric (&plan->queries->all [i]) && (part.size == 0 || s_has_part (plan->queries->all [i].id, part)))
            s_gather (plan, i);
}

//  Which queries this one names, each once.
static status_t
s_find_names (plan_t *plan, size_t query)
{
    slice_t rest = plan->queries->all [query].expression, name;
    bool part;
    plan->insights [query] = expression_is_insights (rest);
    if (rest.size == 0 || plan->insights [query])
        return STATUS_OK;
    plan->round++;
    plan->needs_count = 0;
    while (expression_next_name (&rest, &name, &part)) {
        size_t named = part ? SIZE_MAX : queries_find (plan->queries, name);
        if (part)
            s_gather_part (plan, name);
        else if (named != SIZE_MAX)
            s_gather (plan, named);
    }
    names_t *names = &plan->names [query];
    if (plan->needs_count == 0)
        return STATUS_OK;
    names->names = arena_alloc (call_arena (plan->call), plan->needs_count * sizeof *names->names);
    if (!names->names)
        return STATUS_NO_MEMORY;
    names->count = plan->needs_count;
    memcpy (names->names, plan->needs, names->count * sizeof *names->names);
    return STATUS_OK;
}

//  The query with all that it needs, however far.
static void
s_find_needs (plan_t *plan, size_t query)
{
    plan->round++;
    plan->needs_count = 0;
    s_gather (plan, query);
    for (size_t i = 0; i < plan->needs_count; i++) {
        const names_t *names = &plan->names [plan->needs [i]];
        for (size_t j = 0; j < names->count; j++)
            s_gather (plan, names->names [j]);
    }
}

//  From what it needs, which was just gathered.
static void
s_set_period (plan_t *plan, query_t *query)
{
    if (query->period_given || query_is_metric (query))
        return;
    int64_t period_s = 0;
    for (size_t i = 0; i < plan->needs_count; i++) {
        const query_t *need = &plan->queries->all [plan->needs [i]];
        int64_t own_s = need->expression.size && !need->period_given ? expression_search_period_s (need->expression) : need->period_s;
        if (own_s > period_s)
            period_s = own_s;
    }
    if (period_s)
        query->period_s = period_s;
}

static status_t
s_refuse (call_t *call, const query_t *query, size_t needs)
{
    status_t status = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "The expression %.*s needs %zu queries, itself included, and CloudWatch takes %d "
                                 "in one request. Split it into several expressions, or let SEARCH find the metrics.", (int) query->id.size,
                                 query->id.data, needs, BATCH_QUERIES_MAX);
    return status == STATUS_OK ? STATUS_INVALID_ARGUMENT : status;
}

//  The batch being filled.
typedef struct {
    batch_member_t *members;            //  Room for BATCH_QUERIES_MAX
    uint16_t *places;                   //  Of each query: its place in members, plus 1; 0: it is not there
    size_t    count, insights;
} filling_t;

//  Does it fit with what is there already? What both need counts once.
static bool
s_fits (const plan_t *plan, const filling_t *filling)
{
    size_t more = 0, insights = filling->insights;
    for (size_t i = 0; i < plan->needs_count; i++) {
        bool there = filling->places [plan->needs [i]] > 0;
        more += !there;
        insights += !there && plan->insights [plan->needs [i]];
    }
    return filling->count == 0 || (filling->count + more <= BATCH_QUERIES_MAX && insights <= 1);
}

static void
s_fill (const plan_t *plan, filling_t *filling)
{
    for (size_t i = 0; i < plan->needs_count; i++) {
        uint16_t query = plan->needs [i], *place = &filling->places [query];
        if (*place == 0) {
            filling->members [filling->count++] = (batch_member_t) { query, false };
            filling->insights += plan->insights [query];
            *place = (uint16_t) filling->count;
        }
        if (i == 0)
            filling->members [*place - 1].returned = true;
    }
}

//  Puts what was filled among the batches, and begins with nothing.
static status_t
s_close (const plan_t *plan, filling_t *filling, batches_t *batches)
{
    if (filling->count == 0)
        return STATUS_OK;
    batch_t *batch = &batches->all [batches->count++];
    batch->members = arena_alloc (call_arena (plan->call), filling->count * sizeof *batch->members);
    if (!batch->members)
        return STATUS_NO_MEMORY;
    batch->count = filling->count;
    memcpy (batch->members, filling->members, batch->count * sizeof *batch->members);
    for (size_t i = 0; i < filling->count; i++) {
        filling->places [filling->members [i].query] = 0;
        batch->has_expression = batch->has_expression || plan->queries->all [filling->members [i].query].expression.size;
    }
    filling->count = filling->insights = 0;
    return STATUS_OK;
}

static status_t
s_share_out (plan_t *plan, filling_t *filling, size_t first, size_t end, batches_t *batches)
{
    status_t status = STATUS_OK;
    for (size_t i = first; i < end && status == STATUS_OK; i++) {
        query_t *query = &plan->queries->all [i];
        if (query->hidden)
            continue;
        s_find_needs (plan, i);
        s_set_period (plan, query);
        if (plan->needs_count > BATCH_QUERIES_MAX)
            return s_refuse (plan->call, query, plan->needs_count);
        if (!s_fits (plan, filling))
            status = s_close (plan, filling, batches);
        s_fill (plan, filling);
        batches->of [i] = (uint16_t) batches->count;
    }
    return status == STATUS_OK ? s_close (plan, filling, batches) : status;
}

status_t
batches_plan (call_t *call, queries_t *queries, size_t first, size_t end, batches_t *batches)
{
    arena_t *arena = call_arena (call);
    size_t count = queries->count;
    plan_t plan = {
        .call = call, .queries = queries, .names = arena_alloc (arena, count * sizeof *plan.names),
        .insights = arena_alloc (arena, count * sizeof *plan.insights), .marks = arena_alloc (arena, count * sizeof *plan.marks),
        .needs = arena_alloc (arena, count * sizeof *plan.needs),
    };
    filling_t filling = {
        .members = arena_alloc (arena, BATCH_QUERIES_MAX * sizeof *filling.members), .places = arena_alloc (arena, count * sizeof *filling.places),
    };
    *batches = (batches_t) {
        .all = arena_alloc (arena, count * sizeof *batches->all), .of = arena_alloc (arena, count * sizeof *batches->of),
    };
    if (!plan.names || !plan.insights || !plan.marks || !plan.needs || !filling.members || !filling.places || !batches->all || !batches->of)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        status_t status = s_find_names (&plan, i);
        if (status != STATUS_OK)
            return status;
    }
    return s_share_out (&plan, &filling, first, end, batches);
}
