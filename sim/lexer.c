#include "lexer.h"

#include <ctype.h>
#include <string.h>

//  Of the text behind a place.
enum { SHOWN_CHARACTERS = 24 };

lexer_t
lexer_of (arena_t *arena, slice_t text)
{
    return (lexer_t) { .arena = arena, .text = text, .rest = text };
}

void
lexer_skip (lexer_t *self, size_t size)
{
    self->rest.data += size;
    self->rest.size -= size;
}

char
lexer_next (lexer_t *self, const char *blanks)
{
    while (self->rest.size && *self->rest.data && (isspace ((unsigned char) *self->rest.data) || strchr (blanks, *self->rest.data)))
        lexer_skip (self, 1);
    return (char) (self->rest.size ? *self->rest.data : 0);
}

slice_t
lexer_take_quoted (lexer_t *self)
{
    slice_t rest = self->rest;
    size_t size = 1, used = 0;
    while (size < rest.size && rest.data [size] != *rest.data)
        size += rest.data [size] == '\\' && size + 1 < rest.size ? 2 : 1;
    if (size >= rest.size)
        return SLICE_ABSENT;
    char *plain = arena_alloc (self->arena, size);
    if (!plain) {
        lexer_fail (self, NULL);
        return SLICE_ABSENT;
    }
    for (size_t i = 1; i < size; i++) {
        i += rest.data [i] == '\\' && i + 1 < size;
        plain [used++] = rest.data [i];
    }
    lexer_skip (self, size + 1);
    return (slice_t) { plain, used };
}

void
lexer_fail (lexer_t *self, const char *sentence)
{
    if (!self->fault)
        self->fault = sentence ? sentence : "The simulator has no memory left for it.";
}

const char *
lexer_place (const lexer_t *self)
{
    slice_t shown = slice_first (self->rest, SHOWN_CHARACTERS);
    size_t at = self->text.size - self->rest.size + 1;
    return shown.size ? arena_printf (self->arena, " at character %zu, before \"%.*s\"", at, (int) shown.size, shown.data)
                      : arena_printf (self->arena, " at character %zu", at);
}
