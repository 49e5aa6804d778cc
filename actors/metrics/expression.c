#include "expression.h"

#include "period.h"

#include <ctype.h>

//  A piece of an expression.
typedef enum { PIECE_WORD, PIECE_NUMBER, PIECE_QUOTED, PIECE_SIGN, PIECE_END } piece_kind_t;

typedef struct {
    piece_kind_t kind;
    slice_t      text;          //  Of a quoted one, what is in the quotes
} piece_t;

static bool
s_in_word (char c)
{
    return isalnum ((unsigned char) c) || c == '_';
}

//  Takes the next piece off the front of rest. An open quote goes to the end.
static piece_t
s_next (slice_t *rest)
{
    while (rest->size && isspace ((unsigned char) rest->data [0]))
        *rest = (slice_t) { rest->data + 1, rest->size - 1 };
    if (rest->size == 0)
        return (piece_t) { PIECE_END, SLICE_ABSENT };
    const char *from = rest->data;
    char first = from [0];
    size_t size = 1;
    if (first == '\'' || first == '"') {
        const char *end = memchr (from + 1, first, rest->size - 1);
        size_t inner = end ? (size_t) (end - from) - 1 : rest->size - 1;
        size = end ? inner + 2 : rest->size;
        *rest = (slice_t) { from + size, rest->size - size };
        return (piece_t) { PIECE_QUOTED, { from + 1, inner } };
    }
    if (s_in_word (first))
        while (size < rest->size && s_in_word (from [size]))
            size++;
    *rest = (slice_t) { from + size, rest->size - size };
    piece_kind_t kind = isdigit ((unsigned char) first) ? PIECE_NUMBER : s_in_word (first) ? PIECE_WORD : PIECE_SIGN;
    return (piece_t) { kind, { from, size } };
}

bool
expression_is_insights (slice_t expression)
{
    piece_t first = s_next (&expression);
    return first.kind == PIECE_WORD && slice_is_nocase (first.text, "SELECT");
}

bool
expression_finds (slice_t expression)
{
    if (expression_is_insights (expression))
        return true;
    for (piece_t piece = s_next (&expression); piece.kind != PIECE_END; piece = s_next (&expression))
        if (piece.kind == PIECE_WORD && slice_is_nocase (piece.text, "SEARCH"))
            return true;
    return false;
}

int64_t
expression_search_period_s (slice_t expression)
{
    piece_t piece = s_next (&expression);
    while (piece.kind != PIECE_END && !(piece.kind == PIECE_WORD && slice_is_nocase (piece.text, "SEARCH")))
        piece = s_next (&expression);
    //  ( 'schema and terms' , 'statistic' , number )
    static const piece_kind_t SHAPE [] = { PIECE_SIGN, PIECE_QUOTED, PIECE_SIGN, PIECE_QUOTED, PIECE_SIGN, PIECE_NUMBER };
    for (size_t i = 0; i < sizeof SHAPE / sizeof SHAPE [0]; i++) {
        piece = s_next (&expression);
        if (piece.kind != SHAPE [i])
            return 0;
    }
    int64_t period_s = 0;
    for (size_t i = 0; i < piece.text.size; i++) {
        if (!isdigit ((unsigned char) piece.text.data [i]) || period_s > PERIOD_MAX_S)
            return 0;
        period_s = period_s * 10 + (piece.text.data [i] - '0');
    }
    return period_valid (period_s) ? period_s : 0;
}

bool
expression_next_name (slice_t *rest, slice_t *name, bool *part)
{
    for (piece_t piece = s_next (rest); piece.kind != PIECE_END; piece = s_next (rest)) {
        if (piece.kind != PIECE_WORD)
            continue;
        *name = piece.text;
        *part = slice_is_nocase (piece.text, "METRICS");
        if (!*part)
            return true;
        slice_t behind = *rest;
        (void) s_next (&behind);        //  (
        piece_t inner = s_next (&behind);
        *name = inner.kind == PIECE_QUOTED ? inner.text : SLICE ("");
        return true;
    }
    return false;
}
