#include "aliases_text.h"

#include <stdlib.h>

#define TEXT(slice) (int) (slice).size, (slice).data

static const char *const KINDS [] = { "same", "service", "hint", "popular", "stop", NULL };

typedef struct {
    draft_t *draft;
    const char *path;
    int line;
    alias_t *first, **end;
} aliases_text_t;

static draft_space_t *
s_space (const aliases_text_t *self, slice_t name)
{
    draft_space_t *space = draft_space_named (self->draft, name);
    if (!space)
        complain (self->draft->complaints, self->path, self->line, "there is no namespace \"%.*s\".", TEXT (name));
    return space;
}

static unsigned
s_prior (const aliases_text_t *self, slice_t text)
{
    char copy [8] = "", *end = copy;
    if (text.size < sizeof copy)
        memcpy (copy, text.data, text.size);
    double prior = strtod (copy, &end);
    if (!*copy || *end || prior < 1 || prior > 2)
        complain (self->draft->complaints, self->path, self->line, "\"%.*s\" is no number from 1 to 2.", TEXT (text));
    return (unsigned) (prior * 1000 + 0.5);
}

static void
s_add (aliases_text_t *self, alias_kind_t kind, slice_t head, slice_t item)
{
    if (item.size == 0) {
        complain (self->draft->complaints, self->path, self->line, "an empty place between commas.");
        return;
    }
    if (item.size > ALIAS_BYTES_MAX || head.size > ALIAS_BYTES_MAX) {
        complain (self->draft->complaints, self->path, self->line, "a name or a phrase of more than %d bytes.", ALIAS_BYTES_MAX);
        return;
    }
    alias_t *alias = draft_alloc (self->draft, sizeof *alias);
    *alias = (alias_t) { .kind = kind, .head = head, .item = item };
    if (kind == ALIAS_SERVICE || kind == ALIAS_HINT)
        alias->space = s_space (self, head);
    if (kind == ALIAS_POPULAR) {
        alias->space = s_space (self, item);
        alias->prior = s_prior (self, head);
    }
    *self->end = alias;
    self->end = &alias->next;
}

static void
s_read_line (aliases_text_t *self, slice_t line)
{
    if (slice_trim (line).size == 0 || line.data [0] == '#')
        return;
    slice_t rest = line, word = slice_cut (&rest, ' '), head = SLICE_ABSENT;
    int kind = 0;
    while (KINDS [kind] && !slice_is (word, KINDS [kind]))
        kind++;
    if (!KINDS [kind]) {
        complain_of_choice (self->draft->complaints, self->path, self->line, "the kind of alias", word, KINDS);
        return;
    }
    if (kind != ALIAS_STOP) {
        head = slice_trim (slice_cut (&rest, ':'));
        if (head.size == 0 || !rest.data) {
            complain (self->draft->complaints, self->path, self->line, "%s wants a name, a colon, and a list.", KINDS [kind]);
            return;
        }
    }
    do
        s_add (self, (alias_kind_t) kind, head, slice_trim (slice_cut (&rest, ',')));
    while (rest.data);
}

alias_t *
aliases_text_read (draft_t *draft, const char *path, slice_t text)
{
    aliases_text_t self = { .draft = draft, .path = path };
    self.end = &self.first;
    while (text.size) {
        self.line++;
        s_read_line (&self, slice_cut (&text, '\n'));
    }
    return self.first;
}
