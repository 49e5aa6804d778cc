#include "search_expression.h"

#include "lexer.h"

#include <ctype.h>
#include <stdio.h>

typedef enum { SEARCH_BARE, SEARCH_QUOTED, SEARCH_ALL, SEARCH_ANY, SEARCH_NOT } search_kind_t;

typedef struct node {
    search_kind_t kind;
    slice_t text;               //  Of a term
    slice_t property;           //  Absent: any
    struct node *first;         //  Child
    struct node *next;          //  Sibling
} node_t;

enum { SCHEMA_NAMES_MAX = 1 + SHOP_DIMENSIONS_MAX };

struct search_expression {
    slice_t schema [SCHEMA_NAMES_MAX];
    int schema_count;
    bool schema_too_long;       //  More dimensions than any metric has
    node_t *root;               //  NULL: only a schema
};

typedef struct {
    lexer_t lexer;
    slice_t property;           //  Before the brackets that are being read
} parser_t;

static node_t *s_parse_any (parser_t *self);

//  Commas may stand between terms as blanks do.
static char
s_next (parser_t *self)
{
    return lexer_next (&self->lexer, ",");
}

//  Always NULL.
static void *
s_fail (parser_t *self, const char *sentence)
{
    const char *place = lexer_place (&self->lexer);
    lexer_fail (&self->lexer, place ? arena_printf (self->lexer.arena, "SEARCH: %s%s.", sentence, place) : NULL);
    return NULL;
}

static node_t *
s_node (parser_t *self, search_kind_t kind, slice_t text)
{
    node_t *node = arena_alloc (self->lexer.arena, sizeof *node);
    if (node)
        *node = (node_t) { .kind = kind, .text = text, .property = self->property };
    else
        lexer_fail (&self->lexer, NULL);
    return node;
}

//  Up to a blank, or to one of the characters that mean something.
static slice_t
s_take_bare (parser_t *self)
{
    size_t size = 0;
    slice_t rest = self->lexer.rest;
    while (size < rest.size && !isspace ((unsigned char) rest.data [size]) && !strchr ("(){}\"=,", rest.data [size]))
        size++;
    slice_t bare = { rest.data, size };
    lexer_skip (&self->lexer, size);
    return bare;
}

static slice_t
s_take_name (parser_t *self)
{
    bool quoted = s_next (self) == '"';
    slice_t name = quoted ? lexer_take_quoted (&self->lexer) : s_take_bare (self);
    if (quoted && !name.data)
        s_fail (self, "the closing quote is missing");
    else
    if (name.size == 0)
        s_fail (self, "a name is missing");
    return name;
}

static node_t *
s_parse_brackets (parser_t *self)
{
    if (self->lexer.depth == SEARCH_DEPTH_MAX)
        return s_fail (self, "brackets are nested more than 32 deep");
    self->lexer.depth++;
    lexer_skip (&self->lexer, 1);
    node_t *node = s_parse_any (self);
    self->lexer.depth--;
    if (node && s_next (self) != ')')
        return s_fail (self, "')' is missing");
    if (node)
        lexer_skip (&self->lexer, 1);
    return node;
}

static node_t *
s_parse_term (parser_t *self)
{
    char c = s_next (self);
    if (c == '(')
        return s_parse_brackets (self);
    bool quoted = c == '"';
    slice_t text = s_take_name (self);
    if (self->lexer.fault)
        return NULL;
    slice_t after = self->lexer.rest;
    if (s_next (self) != '=' || self->property.data) {
        self->lexer.rest = after;
        return s_node (self, quoted ? SEARCH_QUOTED : SEARCH_BARE, text);
    }
    lexer_skip (&self->lexer, 1);
    self->property = text;
    node_t *node = s_parse_term (self);
    self->property = SLICE_ABSENT;
    return node;
}

//  Is this word, which nothing may follow immediately, the next? Then takes it.
static bool
s_take_word (parser_t *self, const char *word)
{
    s_next (self);
    parser_t ahead = *self;
    if (!slice_starts (self->lexer.rest, word) || !slice_is (s_take_bare (&ahead), word) || s_next (&ahead) == '=')
        return false;
    lexer_skip (&self->lexer, strlen (word));
    return true;
}

static node_t *
s_parse_not (parser_t *self)
{
    if (!s_take_word (self, "NOT"))
        return s_parse_term (self);
    node_t *node = s_node (self, SEARCH_NOT, SLICE_ABSENT);
    return node && (node->first = s_parse_term (self)) ? node : NULL;
}

static node_t *
s_parse_all (parser_t *self)
{
    node_t *all = s_node (self, SEARCH_ALL, SLICE_ABSENT);
    for (node_t **end = all ? &all->first : NULL; end; end = &(*end)->next) {
        *end = s_parse_not (self);
        if (!*end)
            return NULL;
        parser_t ahead = *self;
        char c = s_next (self);
        if (!s_take_word (self, "AND") && (!c || c == ')' || s_take_word (&ahead, "OR")))
            break;
    }
    return all;
}

static node_t *
s_parse_any (parser_t *self)
{
    node_t *any = s_node (self, SEARCH_ANY, SLICE_ABSENT);
    for (node_t **end = any ? &any->first : NULL; end; end = &(*end)->next) {
        *end = s_parse_all (self);
        if (!*end)
            return NULL;
        if (!s_take_word (self, "OR"))
            break;
    }
    return any;
}

static bool
s_parse_schema (parser_t *self, search_expression_t *search)
{
    do {
        lexer_skip (&self->lexer, 1);
        slice_t name = s_take_name (self);
        if (self->lexer.fault)
            return false;
        if (search->schema_count < SCHEMA_NAMES_MAX)
            search->schema [search->schema_count++] = name;
        else
            search->schema_too_long = true;
        while (self->lexer.rest.size && isspace ((unsigned char) *self->lexer.rest.data))
            lexer_skip (&self->lexer, 1);
    } while (self->lexer.rest.size && *self->lexer.rest.data == ',');
    if (s_next (self) != '}')
        return s_fail (self, "'}' is missing") != NULL;
    lexer_skip (&self->lexer, 1);
    return true;
}

const search_expression_t *
search_expression_new (arena_t *arena, slice_t text, const char **fault)
{
    parser_t self = { .lexer = lexer_of (arena, text) };
    search_expression_t *search = arena_alloc (arena, sizeof *search);
    if (!search)
        lexer_fail (&self.lexer, NULL);
    else
    if (slice_characters (text) > SEARCH_CHARACTERS_MAX)
        lexer_fail (&self.lexer, "SEARCH: the search is longer than 1024 characters.");
    else {
        bool schema = s_next (&self) == '{';
        if (!schema || (s_parse_schema (&self, search) && s_next (&self)))
            search->root = s_parse_any (&self);
        s_next (&self);
        if (!self.lexer.fault && self.lexer.rest.size)
            s_fail (&self, "this is not expected");
    }
    *fault = self.lexer.fault;
    return self.lexer.fault ? NULL : search;
}

//  The token at the front, which has no blanks before it; sizes of 0 mean that there is none.
static size_t
s_token_size (slice_t text)
{
    size_t size = 0;
    while (size < text.size && isdigit ((unsigned char) text.data [size]))
        size++;
    if (size)
        return size;
    while (size < text.size && isupper ((unsigned char) text.data [size]))
        size++;
    size_t capitals = size;
    while (size < text.size && islower ((unsigned char) text.data [size]))
        size++;
    //  SDBFailure is SDB and Failure: the last of several capitals goes with the small letters
    return capitals > 1 && size > capitals ? capitals - 1 : size;
}

static slice_t
s_skip_separators (slice_t text)
{
    while (text.size && s_token_size (text) == 0) {
        text.data++;
        text.size--;
    }
    return text;
}

//  The next token, and whether it touches the one before it: nothing stands between them.
static slice_t
s_take_token (slice_t *rest, bool *touches)
{
    slice_t from = s_skip_separators (*rest);
    slice_t token = { from.data, s_token_size (from) };
    *touches = from.data == rest->data;
    *rest = (slice_t) { from.data + token.size, from.size - token.size };
    return token;
}

//  Does a token stand alone in the term, or does another touch it? Then its case counts.
static bool
s_touched (slice_t rest, bool touches)
{
    return touches || s_token_size (rest) > 0;
}

//  Do the term's tokens come next in the text?
static bool
s_follows (slice_t term, slice_t text)
{
    bool touches, ignored;
    for (bool first = true; s_skip_separators (term).size; first = false) {
        slice_t wanted = s_take_token (&term, &touches);
        slice_t found = s_take_token (&text, &ignored);
        bool exact = s_touched (term, touches && !first);
        if (exact ? !slice_eq (wanted, found) : !slice_eq_nocase (wanted, found))
            return false;
    }
    return true;
}

//  All of both without what stands between tokens, in any case.
static bool
s_same_letters (slice_t term, slice_t text)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < term.size && !isalnum ((unsigned char) term.data [i]))
            i++;
        while (j < text.size && !isalnum ((unsigned char) text.data [j]))
            j++;
        if (i == term.size || j == text.size)
            return i == term.size && j == text.size;
        if (tolower ((unsigned char) term.data [i++]) != tolower ((unsigned char) text.data [j++]))
            return false;
    }
}

static bool
s_found_in (const node_t *term, slice_t text)
{
    if (term->kind == SEARCH_QUOTED)
        return slice_eq (term->text, text);
    if (s_skip_separators (term->text).size == 0)
        return false;
    bool found = s_same_letters (term->text, text);
    for (slice_t rest = s_skip_separators (text); rest.size && !found; rest = s_skip_separators (rest)) {
        bool touches;
        found = s_follows (term->text, rest);
        s_take_token (&rest, &touches);
    }
    return found;
}

//  Of one property, or, without one, of any text that a metric has.
static bool
s_term_matches (const node_t *term, const shop_metric_t *metric, const char *region)
{
    char value [SHOP_TEXT_SIZE];
    bool any = !term->property.data;
    if ((any || slice_is (term->property, "Namespace")) && s_found_in (term, slice_of (metric->namespace)))
        return true;
    if ((any || slice_is (term->property, "MetricName")) && s_found_in (term, slice_of (metric->name)))
        return true;
    if (slice_is (term->property, ":aws.AccountId"))
        return slice_is (term->text, metric->account) || (slice_is (term->text, "LOCAL") && strcmp (metric->account, SHOP_ACCOUNT) == 0);
    for (int i = 0; i < metric->dimensions_count; i++) {
        const shop_dimension_t *dimension = &metric->dimensions [i];
        if (any && s_found_in (term, slice_of (dimension->name)))
            return true;
        if ((any || slice_is (term->property, dimension->name))
            && s_found_in (term, slice_of (shop_text_in_region (dimension->value, region, value))))
            return true;
    }
    return false;
}

//  One child decides: for ALL the first that does not match, for ANY and NOT the first that does.
static bool
s_matches (const node_t *node, const shop_metric_t *metric, const char *region)
{
    if (node->kind == SEARCH_BARE || node->kind == SEARCH_QUOTED)
        return s_term_matches (node, metric, region);
    for (const node_t *child = node->first; child; child = child->next)
        if (s_matches (child, metric, region) == (node->kind != SEARCH_ALL))
            return node->kind == SEARCH_ANY;
    return node->kind != SEARCH_ANY;
}

static bool
s_has_dimension (const shop_metric_t *metric, slice_t name)
{
    for (int i = 0; i < metric->dimensions_count; i++)
        if (slice_is (name, metric->dimensions [i].name))
            return true;
    return false;
}

static bool
s_fits_schema (const search_expression_t *self, const shop_metric_t *metric)
{
    if (self->schema_count == 0)
        return true;
    if (self->schema_too_long || !slice_is (self->schema [0], metric->namespace))
        return false;
    if (self->schema_count > 1 && self->schema_count - 1 != metric->dimensions_count)
        return false;
    for (int i = 1; i < self->schema_count; i++)
        if (!s_has_dimension (metric, self->schema [i]))
            return false;
    return true;
}

bool
search_expression_matches (const search_expression_t *self, const shop_metric_t *metric, const char *region)
{
    return s_fits_schema (self, metric) && (!self->root || s_matches (self->root, metric, region));
}
