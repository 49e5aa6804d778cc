#include "lines_write.h"

static const char *
s_pick (lines_t *self, int weights)
{
    const lines_text_t *text = self->kind->texts;
    for (int at = lines_between (&self->chance, 0, weights - 1); at >= text->weight; text++)
        at -= text->weight;
    return text->text;
}

void
lines_write_texts (lines_t *self)
{
    const lines_kind_t *kind = self->kind;
    int weights = 0;
    for (const lines_text_t *text = kind->texts; text->weight; text++)
        weights += text->weight;
    int count;
    if (kind->every_min)
        count = streams_at (self->shop, self->group, 0, self->minute_ms).begin_ms == self->minute_ms ? (int) kind->per_minute : 0;
    else
        count = lines_rounded (&self->chance, kind->per_minute * lines_tempo (self->minute_ms));
    for (int i = 0; i < count; i++)
        lines_add (self, self->minute_ms + lines_between (&self->chance, 0, LINES_MINUTE_MS - 1), i % self->slots, s_pick (self, weights));
}
