#include "metrics_insights_query.h"

#include "lexer.h"

#include <ctype.h>
#include <stdio.h>

static const char *const FUNCTIONS [INSIGHTS_FUNCTIONS] = { "AVG", "COUNT", "MAX", "MIN", "SUM" };

static insights_condition_t *s_parse_any (lexer_t *self);

static char
s_next (lexer_t *self)
{
    return lexer_next (self, "");
}

//  Always false.
static bool
s_fail (lexer_t *self, const char *sentence)
{
    const char *place = lexer_place (self);
    lexer_fail (self, place ? arena_printf (self->arena, "Invalid Metrics Insights query%s: %s.", place, sentence) : NULL);
    return false;
}

static slice_t
s_word (const lexer_t *self)
{
    size_t size = 0;
    while (size < self->rest.size && (isalnum ((unsigned char) self->rest.data [size]) || strchr ("_.", self->rest.data [size]))
           && self->rest.data [size])
        size++;
    return (slice_t) { self->rest.data, size };
}

//  Is this keyword the next word? Then takes it.
static bool
s_take (lexer_t *self, const char *keyword)
{
    s_next (self);
    if (!slice_is_nocase (s_word (self), keyword))
        return false;
    lexer_skip (self, strlen (keyword));
    return true;
}

static bool
s_expect (lexer_t *self, const char *keyword)
{
    char sentence [32];
    snprintf (sentence, sizeof sentence, "%s is missing", keyword);
    return s_take (self, keyword) || s_fail (self, sentence);
}

static bool
s_expect_mark (lexer_t *self, char mark)
{
    char sentence [] = "' ' is missing";
    sentence [1] = mark;
    if (s_next (self) != mark || !self->rest.size)
        return s_fail (self, sentence);
    lexer_skip (self, 1);
    return true;
}

static bool
s_take_quoted (lexer_t *self, slice_t *text)
{
    *text = lexer_take_quoted (self);
    return text->data || s_fail (self, "the closing quote is missing");
}

static bool
s_take_name (lexer_t *self, slice_t *name)
{
    if (s_next (self) == '"')
        return s_take_quoted (self, name);
    *name = s_word (self);
    if (name->size == 0)
        return s_fail (self, "a name is missing");
    if (slice_starts (*name, "tag."))
        return s_fail (self, "tags are not supported by the simulator");
    lexer_skip (self, name->size);
    return true;
}

static bool
s_take_names (lexer_t *self, slice_t *names, int *count)
{
    do {
        if (*count == METRICS_INSIGHTS_NAMES_MAX)
            return s_fail (self, "a list of names has at most nine");
        if (!s_take_name (self, &names [*count]))
            return false;
        ++*count;
    } while (s_next (self) == ',' && s_expect_mark (self, ','));
    return true;
}

static bool
s_take_function (lexer_t *self, insights_function_t *function)
{
    for (int i = 0; i < INSIGHTS_FUNCTIONS; i++)
        if (s_take (self, FUNCTIONS [i])) {
            *function = (insights_function_t) i;
            return s_expect_mark (self, '(');
        }
    return s_fail (self, "the functions are AVG, COUNT, MAX, MIN and SUM");
}

static insights_condition_t *
s_condition (lexer_t *self, insights_kind_t kind)
{
    insights_condition_t *condition = arena_alloc (self->arena, sizeof *condition);
    if (condition)
        condition->kind = kind;
    else
        lexer_fail (self, NULL);
    return condition;
}

static insights_condition_t *
s_parse_condition (lexer_t *self)
{
    if (s_next (self) == '(') {
        lexer_skip (self, 1);
        insights_condition_t *inner = s_parse_any (self);
        return inner && s_expect_mark (self, ')') ? inner : NULL;
    }
    insights_condition_t *condition = s_condition (self, INSIGHTS_EQUAL);
    if (!condition || !s_take_name (self, &condition->name))
        return NULL;
    if (s_next (self) == '!') {
        lexer_skip (self, 1);
        condition->kind = INSIGHTS_UNEQUAL;
    }
    if (!s_expect_mark (self, '='))
        return NULL;
    if (s_next (self) != '\'')
        return s_fail (self, "a value in single quotes is missing"), NULL;
    return s_take_quoted (self, &condition->value) ? condition : NULL;
}

//  Conditions with one word between them; those of the next level bind more tightly.
static insights_condition_t *
s_parse_joined (lexer_t *self, insights_kind_t kind)
{
    insights_condition_t *joined = s_condition (self, kind);
    for (insights_condition_t **end = joined ? &joined->first : NULL; end; end = &(*end)->next) {
        *end = kind == INSIGHTS_ANY ? s_parse_joined (self, INSIGHTS_ALL) : s_parse_condition (self);
        if (!*end)
            return NULL;
        if (!s_take (self, kind == INSIGHTS_ANY ? "OR" : "AND"))
            break;
    }
    return joined;
}

static insights_condition_t *
s_parse_any (lexer_t *self)
{
    if (self->depth == METRICS_INSIGHTS_DEPTH_MAX)
        return s_fail (self, "brackets are nested more than 32 deep"), NULL;
    self->depth++;
    insights_condition_t *any = s_parse_joined (self, INSIGHTS_ANY);
    self->depth--;
    return any;
}

static bool
s_parse_from (lexer_t *self, metrics_insights_t *query)
{
    lexer_t before = *self;
    if (s_take (self, "SCHEMA") && s_next (self) == '(') {
        query->schema = true;
        return s_expect_mark (self, '(') && s_take_name (self, &query->namespace)
            && (s_next (self) != ',' || (s_expect_mark (self, ',') && s_take_names (self, query->dimensions, &query->dimensions_count)))
            && s_expect_mark (self, ')');
    }
    *self = before;
    return s_take_name (self, &query->namespace);
}

static bool
s_parse_order (lexer_t *self, metrics_insights_t *query)
{
    if (!s_take (self, "ORDER"))
        return true;
    query->ordered = true;
    if (!s_expect (self, "BY") || !s_take_function (self, &query->order) || !s_expect_mark (self, ')'))
        return false;
    query->descending = s_take (self, "DESC");
    if (!query->descending)
        (void) s_take (self, "ASC");
    return true;
}

static bool
s_parse_limit (lexer_t *self, metrics_insights_t *query)
{
    size_t limit = 0;
    query->limit = SEARCH_SERIES_MAX;
    if (!s_take (self, "LIMIT"))
        return true;
    for (s_next (self); self->rest.size && isdigit ((unsigned char) *self->rest.data) && limit <= SEARCH_SERIES_MAX; lexer_skip (self, 1))
        limit = limit * 10 + (size_t) (*self->rest.data - '0');
    if (limit < 1 || limit > SEARCH_SERIES_MAX)
        return s_fail (self, "LIMIT is a number from 1 to 500");
    query->limit = limit;
    return true;
}

static bool
s_parse (lexer_t *self, metrics_insights_t *query)
{
    if (!s_expect (self, "SELECT") || !s_take_function (self, &query->function) || !s_take_name (self, &query->metric)
        || !s_expect_mark (self, ')') || !s_expect (self, "FROM") || !s_parse_from (self, query))
        return false;
    if (s_take (self, "WHERE") && !(query->where = s_parse_any (self)))
        return false;
    if (s_take (self, "GROUP") && (!s_expect (self, "BY") || !s_take_names (self, query->groups, &query->groups_count)))
        return false;
    if (!s_parse_order (self, query) || !s_parse_limit (self, query))
        return false;
    s_next (self);
    return self->rest.size == 0 || s_fail (self, "this is not expected");
}

bool
metrics_insights_is (slice_t text)
{
    lexer_t self = lexer_of (NULL, text);
    return s_take (&self, "SELECT");
}

const metrics_insights_t *
metrics_insights_new (arena_t *arena, slice_t text, const char **fault)
{
    lexer_t self = lexer_of (arena, text);
    metrics_insights_t *query = arena_alloc (arena, sizeof *query);
    if (!query)
        lexer_fail (&self, NULL);
    else
    if (slice_characters (text) > EXPRESSION_CHARACTERS_MAX)
        lexer_fail (&self, "It is longer than 2048 characters.");
    else
        (void) s_parse (&self, query);
    *fault = self.fault;
    return self.fault ? NULL : query;
}
