#include "complaints.h"

#include "nearest.h"

#include <stdarg.h>
#include <stdio.h>

enum { COMPLAINTS_BYTES_MAX = 256 * 1024, SENTENCE_BYTES_MAX = 1024, QUOTED_MAX = 60 };

void
complaints_init (complaints_t *self)
{
    buffer_init (&self->text, COMPLAINTS_BYTES_MAX);
    self->count = 0;
}

void
complaints_deinit (complaints_t *self)
{
    buffer_deinit (&self->text);
}

void
complain (complaints_t *self, const char *path, int line, const char *format, ...)
{
    if (++self->count > COMPLAINTS_MAX)
        return;
    char sentence [SENTENCE_BYTES_MAX];
    va_list args;
    va_start (args, format);
    vsnprintf (sentence, sizeof sentence, format, args);
    va_end (args);
    buffer_printf (&self->text, "%s:%d: %s\n", path, line, sentence);
}

void
complain_of_choice (complaints_t *self, const char *path, int line, const char *what, slice_t value, const char *const *allowed)
{
    size_t count = 0;
    buffer_t list;
    buffer_init (&list, SENTENCE_BYTES_MAX);
    for (; allowed [count]; count++)
        buffer_printf (&list, "%s%s", count ? ", " : "", allowed [count]);
    const char *near = nearest_name (value, allowed, count);
    complain (self, path, line, "%s \"%.*s\" is none of the known%s%s%s: %.*s.", what, (int) slice_first (value, QUOTED_MAX).size, value.data,
              near ? " (did you mean " : "", near ? near : "", near ? "?)" : "", (int) list.size, list.data);
    buffer_deinit (&list);
}
