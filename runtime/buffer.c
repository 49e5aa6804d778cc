#include "buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

//  The first allocation: most lines and small answers fit without a second one.
static const size_t CAPACITY_FIRST = 256;

//  Of an int64_t: a sign and 19 digits.
enum { BUFFER_NUMBER_SIZE = 20 };

void
buffer_init (buffer_t *self, size_t limit)
{
    *self = (buffer_t) { .limit = limit };
}

void
buffer_init_secret (buffer_t *self, size_t limit)
{
    *self = (buffer_t) { .limit = limit, .secret = true };
}

static void
s_let_go (const buffer_t *self)
{
    if (self->secret && self->data)
        explicit_bzero (self->data, self->capacity);
    free (self->data);
}

void
buffer_deinit (buffer_t *self)
{
    s_let_go (self);
    *self = (buffer_t) { .limit = self->limit, .secret = self->secret };
}

void
buffer_clear (buffer_t *self)
{
    if (self->secret && self->data)
        explicit_bzero (self->data, self->capacity);
    self->size = 0;
    self->status = STATUS_OK;
}

//  Doubles until the bytes fit; the limit bounds the memory too, unless the needed bytes say otherwise (see s_fits).
static size_t
s_grown_capacity (const buffer_t *self, size_t needed)
{
    size_t capacity = self->capacity ? self->capacity : CAPACITY_FIRST;
    while (capacity < needed && capacity <= self->limit / 2)
        capacity *= 2;
    if (capacity < needed || capacity > self->limit)
        capacity = self->limit;
    return capacity < needed ? needed : capacity;
}

//  Moves the bytes into a larger piece of memory. realloc may leave a copy behind, so a secret is carried by hand.
static bool
s_grow (buffer_t *self, size_t capacity)
{
    char *data = self->secret ? malloc (capacity) : realloc (self->data, capacity);
    if (!data)
        return false;

    if (self->secret) {
        if (self->size)
            memcpy (data, self->data, self->size);
        s_let_go (self);
    }
    self->data = data;
    self->capacity = capacity;
    return true;
}

//  Makes room for size bytes more, or marks the buffer as failed. The spare bytes behind them (printf's final zero) are never counted in size,
//  and so are not held against the limit.
static bool
s_fits (buffer_t *self, size_t size, size_t spare)
{
    if (self->status != STATUS_OK)
        return false;

    assert (self->size <= self->limit);
    if (size > self->limit - self->size) {
        self->status = STATUS_TOO_LARGE;
        return false;
    }
    size_t needed = self->size + size + spare;
    if (needed > self->capacity && !s_grow (self, s_grown_capacity (self, needed))) {
        self->status = STATUS_NO_MEMORY;
        return false;
    }
    return true;
}

void
buffer_append (buffer_t *self, const void *data, size_t size)
{
    if (!s_fits (self, size, 0) || size == 0)
        return;
    memcpy (self->data + self->size, data, size);
    self->size += size;
}

void
buffer_append_slice (buffer_t *self, slice_t slice)
{
    buffer_append (self, slice.data, slice.size);
}

void
buffer_append_text (buffer_t *self, const char *text)
{
    buffer_append (self, text, strlen (text));
}

void
buffer_append_char (buffer_t *self, char c)
{
    if (!s_fits (self, 1, 0))
        return;
    self->data [self->size++] = c;
}

void
buffer_printf (buffer_t *self, const char *format, ...)
{
    //  Written in place, never by way of the stack: the text may be a secret. Mostly it fits where there is room already
    size_t room = self->capacity - self->size;
    va_list arguments;
    va_start (arguments, format);
    int size = vsnprintf (room ? self->data + self->size : NULL, room, format, arguments);
    va_end (arguments);
    assert (size >= 0);
    if (!s_fits (self, (size_t) size, 1))
        return;

    if ((size_t) size >= room) {
        va_start (arguments, format);
        vsnprintf (self->data + self->size, (size_t) size + 1, format, arguments);
        va_end (arguments);
    }
    self->size += (size_t) size;
}

void
buffer_append_number (buffer_t *self, int64_t number)
{
    char digits [BUFFER_NUMBER_SIZE];
    char *first = digits + sizeof digits;
    uint64_t left = number < 0 ? -(uint64_t) number : (uint64_t) number;
    do
        *--first = (char) ('0' + left % 10);
    while ((left /= 10) > 0);
    if (number < 0)
        *--first = '-';
    buffer_append (self, first, (size_t) (digits + sizeof digits - first));
}

char *
buffer_reserve (buffer_t *self, size_t size)
{
    //  A spare byte for a room of nothing: NULL means that it does not fit
    if (!s_fits (self, size, size == 0 ? 1 : 0))
        return NULL;
    return self->data + self->size;
}

void
buffer_advance (buffer_t *self, size_t size)
{
    assert (size <= self->capacity - self->size && size <= self->limit - self->size);
    self->size += size;
}

void
buffer_consume (buffer_t *self, size_t size)
{
    assert (size <= self->size);
    if (size == 0)
        return;
    size_t left = self->size - size;
    memmove (self->data, self->data + size, left);
    if (self->secret)
        explicit_bzero (self->data + left, size);
    self->size = left;
}

char *
buffer_release (buffer_t *self, size_t *size_p)
{
    assert (!self->secret);
    *size_p = self->size;
    char *data = NULL;
    if (self->size) {
        data = self->data;
        self->data = NULL;
    }
    buffer_deinit (self);
    return data;
}

void
buffer_move (buffer_t *self, buffer_t *from)
{
    assert (self != from && self->size == 0);

    buffer_deinit (self);
    self->secret = self->secret || from->secret;
    if (from->size > self->limit) {
        self->status = STATUS_TOO_LARGE;
        buffer_deinit (from);
        return;
    }
    self->data = from->data;
    self->size = from->size;
    self->capacity = from->capacity;
    self->status = from->status;
    from->data = NULL;
    buffer_deinit (from);
}

slice_t
buffer_slice (const buffer_t *self)
{
    return (slice_t) { self->data ? self->data : "", self->size };
}

status_t
buffer_status (const buffer_t *self)
{
    return self->status;
}
