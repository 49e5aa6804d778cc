#include "shop.h"

#include "alarm_book.h"

#include <stdio.h>
#include <stdlib.h>

//  The shop itself takes about a quarter of a megabyte; the rest is room for extras.
enum { ARENA_BYTES_MAX = 128 * 1024 * 1024 };

shop_t *
shop_new (const shop_config_t *config)
{
    shop_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->now_ms = config->now_ms;
    self->clock = config->clock;
    self->seed = config->seed;
    self->log_events = config->log_events;
    self->arena = arena_new (ARENA_BYTES_MAX);
    self->alarms = alarm_shelf_new ();
    if (!self->arena || !self->alarms || !shop_make_log_groups (self, config->log_groups_extra) || !shop_make_metrics (self, config->metrics_extra)) {
        shop_destroy (&self);
        return NULL;
    }
    shop_make_alarms (self);
    shop_make_dashboards (self);
    if (!shop_make_series (self))
        shop_destroy (&self);
    return self;
}

void
shop_destroy (shop_t **self_p)
{
    if (*self_p && (*self_p)->arena)
        arena_destroy (&(*self_p)->arena);
    if (*self_p)
        alarm_shelf_destroy (&(*self_p)->alarms);
    free (*self_p);
    *self_p = NULL;
}

int64_t
shop_clock_ms (const shop_t *self)
{
    return self->clock ? clock_wall_ms (self->clock) : self->now_ms;
}

const char *
shop_text_in_region (const char *text, const char *region, char *out)
{
    static const char MARK [] = "{region}";
    size_t size = 0;
    out [0] = 0;
    while (*text && size + 1 < SHOP_TEXT_SIZE) {
        const char *mark = strstr (text, MARK);
        size_t plain = mark ? (size_t) (mark - text) : strlen (text);
        int written = snprintf (out + size, SHOP_TEXT_SIZE - size, "%.*s%s", (int) plain, text, mark ? region : "");
        size += (size_t) written;
        text += plain + (mark ? sizeof MARK - 1 : 0);
    }
    return out;
}

int
shop_read_dimensions (arena_t *arena, const char *text, shop_dimension_t *dimensions)
{
    int count = 0;
    while (*text && count < SHOP_DIMENSIONS_MAX) {
        size_t size = strcspn (text, ";");
        const char *equals = memchr (text, '=', size);
        size_t name_size = equals ? (size_t) (equals - text) : size;
        char *name = arena_copy (arena, (slice_t) { text, name_size });
        char *value = arena_copy (arena, equals ? (slice_t) { equals + 1, size - name_size - 1 } : SLICE (""));
        if (!name || !value)
            return -1;
        dimensions [count++] = (shop_dimension_t) { name, value };
        text += size + (text [size] == ';');
    }
    return count;
}
