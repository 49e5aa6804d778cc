/*  expression_tree - a metric math expression, read

    Grammar, loosest first; names in capitals are functions and words, other names are ids of queries:

        expression = and      *(("OR" | "||") and)
        and        = compared *(("AND" | "&&") compared)
        compared   = sum      *(("==" | "!=" | "<" | "<=" | ">" | ">=") sum)
        sum        = product  *(("+" | "-") product)
        product    = signed   *(("*" | "/") signed)
        signed     = "-" signed | power
        power      = operand  ["^" signed]
        operand    = number | text | id | word | function "(" [expression *("," expression)] ")"
                   | "[" expression *("," expression) "]" | "(" expression ")"

    A text stands in single or double quotes. What joins several operands becomes one node with all of them, so that only brackets, signs and
    powers make a tree deep.

    Owner:   the arena. Thread: any; no state. */

#ifndef SIM_EXPRESSION_TREE_H
#define SIM_EXPRESSION_TREE_H

#include "arena.h"

//  Characters of an Expression (CloudWatch's model), and how deep it may be nested (our own limit).
enum { EXPRESSION_CHARACTERS_MAX = 2048, EXPRESSION_DEPTH_MAX = 32 };

typedef enum {
    NODE_NUMBER,
    NODE_TEXT,                  //  In quotes
    NODE_ID,                    //  Begins with a small letter
    NODE_WORD,                  //  Begins with a capital: REPEAT, DESC
    NODE_CALL,                  //  A function, with its arguments as children
    NODE_LIST,                  //  [a, b]
    NODE_NEGATE,
    NODE_CHAIN                  //  Operands; each but the first says what joins it to those before it
} expression_node_kind_t;

typedef enum {
    OPERATOR_OR, OPERATOR_AND, OPERATOR_EQUAL, OPERATOR_UNEQUAL, OPERATOR_LESS, OPERATOR_LESS_EQUAL, OPERATOR_GREATER, OPERATOR_GREATER_EQUAL,
    OPERATOR_ADD, OPERATOR_SUBTRACT, OPERATOR_MULTIPLY, OPERATOR_DIVIDE, OPERATOR_POWER,
    OPERATOR_COUNT
} expression_operator_t;

typedef struct expression_node {
    expression_node_kind_t kind;
    expression_operator_t joined_by;        //  Within a chain
    double number;
    slice_t text;                           //  Of a text, an id, a word, a function; points into the expression
    const struct expression_node *first;    //  Child
    const struct expression_node *next;     //  Sibling
    int children;
} expression_node_t;

//  NULL with a sentence in *fault, which lives in the arena or for ever. The text must live as long as the tree.
const expression_node_t *expression_tree_new (arena_t *arena, slice_t text, const char **fault);

//  As it is written: "+", "AND".
const char *expression_operator_text (expression_operator_t operator);

#endif
