#include "cell.h"

#include "amount.h"
#include "plain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    const char *suffix;         //  Of the member's name
    const char *one;            //  Behind the number 1
    const char *many;           //  Behind any other; NULL: bytes, which have units of their own
} unit_t;

static const unit_t UNITS [] = {
    { "_bytes", NULL, NULL }, { "_days", " day", " days" }, { "_hours", " hour", " hours" }, { "_ms", " ms", " ms" }, { "_seconds", " s", " s" },
    { "_s", " s", " s" }, { "_percent", " %", " %" },
};

static const unit_t *
s_unit (slice_t name)
{
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS [0]; i++) {
        size_t size = strlen (UNITS [i].suffix);
        if (name.size > size && memcmp (name.data + name.size - size, UNITS [i].suffix, size) == 0)
            return &UNITS [i];
    }
    return NULL;
}

void
cell_heading (buffer_t *out, slice_t name)
{
    const unit_t *unit = s_unit (name);
    if (unit)
        name.size -= strlen (unit->suffix);
    while (name.size) {
        plain_append (out, slice_cut (&name, '_'));
        buffer_append_text (out, name.data ? " " : "");
    }
}

//  In the fewest digits that tell it from its neighbours.
static void
s_append_real (buffer_t *out, double number)
{
    char digits [64];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf (digits, sizeof digits, "%.*g", precision, number);
        if (strtod (digits, NULL) == number)
            break;
    }
    amount_append_digits (out, digits);
}

static void
s_append_digits (buffer_t *out, yyjson_val *value)
{
    char digits [32];
    if (yyjson_is_real (value)) {
        s_append_real (out, yyjson_get_real (value));
        return;
    }
    if (yyjson_is_uint (value))
        snprintf (digits, sizeof digits, "%" PRIu64, yyjson_get_uint (value));
    else
        snprintf (digits, sizeof digits, "%" PRId64, yyjson_get_sint (value));
    amount_append_digits (out, digits);
}

static void
s_append_number (buffer_t *out, slice_t name, yyjson_val *value)
{
    const unit_t *unit = s_unit (name);
    if (unit && !unit->many) {
        amount_append_bytes (out, yyjson_get_num (value));
        return;
    }
    s_append_digits (out, value);
    if (unit)
        buffer_append_text (out, yyjson_get_num (value) == 1.0 ? unit->one : unit->many);
}

//  Lists and objects inside of others stand in brackets, or one could not see where they end. Recursion is bounded by whoever read the document.
static void
s_append (buffer_t *out, slice_t name, yyjson_val *value, bool inside)
{
    size_t at, count;
    yyjson_val *key, *member;
    bool first = true;
    if (yyjson_is_str (value)) {
        plain_append (out, json_value_text (value));
    } else if (yyjson_is_num (value)) {
        s_append_number (out, name, value);
    } else if (yyjson_is_bool (value)) {
        buffer_append_text (out, yyjson_get_bool (value) ? "true" : "false");
    } else if (yyjson_is_obj (value)) {
        buffer_append_text (out, inside ? "{" : "");
        yyjson_obj_foreach (value, at, count, key, member) {
            buffer_append_text (out, first ? "" : ", ");
            plain_append (out, json_value_text (key));
            buffer_append_char (out, '=');
            s_append (out, json_value_text (key), member, true);
            first = false;
        }
        buffer_append_text (out, inside ? "}" : "");
    } else if (yyjson_is_arr (value)) {
        buffer_append_text (out, inside ? "[" : "");
        yyjson_arr_foreach (value, at, count, member) {
            buffer_append_text (out, first ? "" : ", ");
            s_append (out, name, member, true);
            first = false;
        }
        buffer_append_text (out, inside ? "]" : "");
    }
}

void
cell_write (buffer_t *out, slice_t name, yyjson_val *value)
{
    s_append (out, name, value, false);
}
