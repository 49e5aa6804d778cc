#include "expression_tree.h"

#include "lexer.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

//  Operators as they may be written, and how tightly they bind: a lower level is looser. Longer ones stand before their beginnings.
typedef struct {
    const char *text;
    int level;
    expression_operator_t operator;
} operator_row_t;

enum { LEVEL_OR, LEVEL_AND, LEVEL_COMPARED, LEVEL_SUM, LEVEL_PRODUCT, LEVEL_SIGNED };

static const operator_row_t OPERATORS [] = {
    { "OR", LEVEL_OR, OPERATOR_OR }, { "||", LEVEL_OR, OPERATOR_OR },
    { "AND", LEVEL_AND, OPERATOR_AND }, { "&&", LEVEL_AND, OPERATOR_AND },
    { "==", LEVEL_COMPARED, OPERATOR_EQUAL }, { "!=", LEVEL_COMPARED, OPERATOR_UNEQUAL },
    { "<=", LEVEL_COMPARED, OPERATOR_LESS_EQUAL }, { "<", LEVEL_COMPARED, OPERATOR_LESS },
    { ">=", LEVEL_COMPARED, OPERATOR_GREATER_EQUAL }, { ">", LEVEL_COMPARED, OPERATOR_GREATER },
    { "+", LEVEL_SUM, OPERATOR_ADD }, { "-", LEVEL_SUM, OPERATOR_SUBTRACT },
    { "*", LEVEL_PRODUCT, OPERATOR_MULTIPLY }, { "/", LEVEL_PRODUCT, OPERATOR_DIVIDE },
};

enum { OPERATOR_ROWS = sizeof OPERATORS / sizeof OPERATORS [0], NUMBER_SIZE_MAX = 64 };

static expression_node_t *s_parse_level (lexer_t *self, int level);

static bool
s_is_word_character (char c)
{
    return isalnum ((unsigned char) c) || c == '_';
}

//  Always NULL, for the caller to return.
static expression_node_t *
s_fail (lexer_t *self, const char *sentence)
{
    const char *place = self->rest.size ? lexer_place (self) : " at the end";
    lexer_fail (self, place ? arena_printf (self->arena, "Invalid syntax%s: %s.", place, sentence) : NULL);
    return NULL;
}

static expression_node_t *
s_node (lexer_t *self, expression_node_kind_t kind, slice_t text)
{
    expression_node_t *node = arena_alloc (self->arena, sizeof *node);
    if (node) {
        node->kind = kind;
        node->text = text;
    }
    else
        lexer_fail (self, NULL);
    return node;
}

//  The character that must come next, past spaces.
static bool
s_expect (lexer_t *self, char c)
{
    char sentence [] = "' ' is missing";
    sentence [1] = c;
    lexer_next (self, "");
    if (self->rest.size && *self->rest.data == c) {
        lexer_skip (self, 1);
        return true;
    }
    return s_fail (self, sentence) != NULL;
}

static bool
s_next_is (lexer_t *self, char c)
{
    lexer_next (self, "");
    return self->rest.size && *self->rest.data == c;
}

//  Digits, one point, an exponent. No sign: that is an operator.
static expression_node_t *
s_parse_number (lexer_t *self)
{
    char digits [NUMBER_SIZE_MAX];
    size_t size = 0;
    slice_t rest = self->rest;
    while (size < rest.size && (isdigit ((unsigned char) rest.data [size]) || rest.data [size] == '.'))
        size++;
    if (size + 1 < rest.size && (rest.data [size] | ' ') == 'e') {
        size_t sign = rest.data [size + 1] == '-' || rest.data [size + 1] == '+';
        if (size + 1 + sign < rest.size && isdigit ((unsigned char) rest.data [size + 1 + sign]))
            for (size += 1 + sign; size < rest.size && isdigit ((unsigned char) rest.data [size]);)
                size++;
    }
    if (size >= sizeof digits)
        return s_fail (self, "a number is too long");
    memcpy (digits, rest.data, size);
    digits [size] = 0;
    char *end;
    double number = strtod (digits, &end);
    if (*end || end == digits || !isfinite (number))
        return s_fail (self, "this is not a number");
    expression_node_t *node = s_node (self, NODE_NUMBER, (slice_t) { rest.data, size });
    if (node)
        node->number = number;
    lexer_skip (self, size);
    return node;
}

//  Up to the same quote; what a backslash protects does not end it, and stays as it is: a search has its own use for backslashes.
static expression_node_t *
s_parse_text (lexer_t *self)
{
    slice_t rest = self->rest;
    size_t size = 1;
    while (size < rest.size && rest.data [size] != *rest.data)
        size += rest.data [size] == '\\' && size + 1 < rest.size ? 2 : 1;
    if (size >= rest.size)
        return s_fail (self, "the closing quote is missing");
    lexer_skip (self, size + 1);
    return s_node (self, NODE_TEXT, (slice_t) { rest.data + 1, size - 1 });
}

//  Expressions with commas between them up to the closing bracket, as children. The opening one is read already.
static bool
s_parse_children (lexer_t *self, expression_node_t *parent, char closing)
{
    const expression_node_t **end = &parent->first;
    if (s_next_is (self, closing) && parent->kind == NODE_CALL)
        return s_expect (self, closing);
    do {
        expression_node_t *child = s_parse_level (self, LEVEL_OR);
        if (!child)
            return false;
        *end = child;
        end = &child->next;
        parent->children++;
    } while (s_next_is (self, ',') && s_expect (self, ','));
    return s_expect (self, closing);
}

static expression_node_t *
s_parse_name (lexer_t *self)
{
    size_t size = 0;
    while (size < self->rest.size && s_is_word_character (self->rest.data [size]))
        size++;
    slice_t name = { self->rest.data, size };
    lexer_skip (self, size);
    if (s_next_is (self, '(')) {
        expression_node_t *call = s_node (self, NODE_CALL, name);
        return call && s_expect (self, '(') && s_parse_children (self, call, ')') ? call : NULL;
    }
    return s_node (self, islower ((unsigned char) *name.data) ? NODE_ID : NODE_WORD, name);
}

static expression_node_t *
s_parse_operand (lexer_t *self)
{
    char c = lexer_next (self, "");
    if (isdigit ((unsigned char) c) || c == '.')
        return s_parse_number (self);
    if (c == '\'' || c == '"')
        return s_parse_text (self);
    if (isalpha ((unsigned char) c))
        return s_parse_name (self);
    if (c == '(') {
        lexer_skip (self, 1);
        expression_node_t *inner = s_parse_level (self, LEVEL_OR);
        return inner && s_expect (self, ')') ? inner : NULL;
    }
    if (c == '[') {
        lexer_skip (self, 1);
        expression_node_t *list = s_node (self, NODE_LIST, SLICE_ABSENT);
        return list && s_parse_children (self, list, ']') ? list : NULL;
    }
    return s_fail (self, "a number, an id or a function is missing");
}

//  One node for left and what follows it. A new node wraps left: an operand that stands in brackets may be a chain itself.
static expression_node_t *
s_chain (lexer_t *self, expression_node_t *left)
{
    expression_node_t *chain = s_node (self, NODE_CHAIN, SLICE_ABSENT);
    if (chain) {
        chain->first = left;
        chain->children = 1;
    }
    return chain;
}

static expression_node_t *
s_parse_power (lexer_t *self)
{
    expression_node_t *base = s_parse_operand (self);
    if (!base || !s_next_is (self, '^'))
        return base;
    lexer_skip (self, 1);
    expression_node_t *exponent = s_parse_level (self, LEVEL_SIGNED);
    expression_node_t *chain = exponent ? s_chain (self, base) : NULL;
    if (chain) {
        exponent->joined_by = OPERATOR_POWER;
        base->next = exponent;
        chain->children++;
    }
    return chain;
}

static expression_node_t *
s_parse_signed (lexer_t *self)
{
    if (!s_next_is (self, '-'))
        return s_parse_power (self);
    lexer_skip (self, 1);
    expression_node_t *operand = s_parse_level (self, LEVEL_SIGNED);
    expression_node_t *node = operand ? s_node (self, NODE_NEGATE, SLICE_ABSENT) : NULL;
    if (node) {
        node->first = operand;
        node->children = 1;
    }
    return node;
}

//  The operator of this level that comes next, and takes it. A word must end where it ends: ORDER is not OR.
static const operator_row_t *
s_take_operator (lexer_t *self, int level)
{
    lexer_next (self, "");
    for (int i = 0; i < OPERATOR_ROWS; i++) {
        const char *text = OPERATORS [i].text;
        size_t size = strlen (text);
        if (!slice_starts (self->rest, text))
            continue;
        if (isalpha ((unsigned char) *text) && self->rest.size > size && s_is_word_character (self->rest.data [size]))
            continue;
        if (OPERATORS [i].level != level)
            return NULL;
        lexer_skip (self, size);
        return &OPERATORS [i];
    }
    return NULL;
}

static expression_node_t *
s_parse_operands (lexer_t *self, int level)
{
    if (level == LEVEL_SIGNED)
        return s_parse_signed (self);
    expression_node_t *left = s_parse_operands (self, level + 1);
    expression_node_t *last = left, *chain = NULL;
    const operator_row_t *row;
    while (left && (row = s_take_operator (self, level))) {
        expression_node_t *right = s_parse_operands (self, level + 1);
        if (!right || (!chain && !(chain = s_chain (self, left))))
            return NULL;
        right->joined_by = row->operator;
        last->next = right;
        last = right;
        chain->children++;
    }
    return chain ? chain : left;
}

//  Everything that nests comes through here.
static expression_node_t *
s_parse_level (lexer_t *self, int level)
{
    if (self->depth == EXPRESSION_DEPTH_MAX) {
        lexer_fail (self, "It is nested more than 32 deep.");
        return NULL;
    }
    self->depth++;
    expression_node_t *node = s_parse_operands (self, level);
    self->depth--;
    return node;
}

const expression_node_t *
expression_tree_new (arena_t *arena, slice_t text, const char **fault)
{
    lexer_t self = lexer_of (arena, text);
    if (slice_characters (text) > EXPRESSION_CHARACTERS_MAX) {
        *fault = "It is longer than 2048 characters.";
        return NULL;
    }
    expression_node_t *node = s_parse_level (&self, LEVEL_OR);
    lexer_next (&self, "");
    if (node && self.rest.size)
        node = s_fail (&self, "an operator is missing");
    *fault = self.fault;
    return node;
}

const char *
expression_operator_text (expression_operator_t operator)
{
    for (int i = 0; i < OPERATOR_ROWS; i++)
        if (OPERATORS [i].operator == operator)
            return OPERATORS [i].text;
    return "^";
}
