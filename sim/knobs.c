#include "knobs.h"

#include "json.h"

enum { DEPTH_MAX = 2, NAME_BYTES_SHOWN_MAX = 64 };

//  The knob of this name in a set of them; NULL when there is none. Its limits go to min and max.
static int64_t *
s_knob (knobs_t *self, slice_t name, int64_t *min, int64_t *max)
{
    if (slice_is (name, "key_life_s")) {
        *min = 0;
        *max = KNOBS_KEY_LIFE_S_MAX;
        return &self->key_life_s;
    }
    if (slice_is (name, "clock_offset_s")) {
        *min = -KNOBS_CLOCK_OFFSET_S_MAX;
        *max = KNOBS_CLOCK_OFFSET_S_MAX;
        return &self->clock_offset_s;
    }
    return NULL;
}

//  Turns one; false with a sentence.
static bool
s_turn (knobs_t *self, yyjson_val *key, yyjson_val *value, buffer_t *sentence)
{
    int64_t min, max;
    slice_t name = json_value_text (key);
    int64_t *knob = s_knob (self, name, &min, &max);
    if (!knob) {
        buffer_printf (sentence, "There is no knob \"%.*s\"; there are key_life_s and clock_offset_s.",
                       (int) (name.size < NAME_BYTES_SHOWN_MAX ? name.size : NAME_BYTES_SHOWN_MAX), name.data);
        return false;
    }
    if (!yyjson_is_int (value) || (yyjson_is_uint (value) && yyjson_get_uint (value) > (uint64_t) max) || yyjson_get_sint (value) < min) {
        buffer_printf (sentence, "%.*s must be a whole number from %lld to %lld.", (int) name.size, name.data, (long long) min, (long long) max);
        return false;
    }
    *knob = yyjson_get_sint (value);
    return true;
}

status_t
knobs_set (knobs_t *self, slice_t json, buffer_t *sentence)
{
    yyjson_doc *doc = NULL;
    knobs_t turned = *self;
    size_t index, max;
    yyjson_val *key, *value;
    bool fine = json_read (json, DEPTH_MAX, &doc, NULL) == STATUS_OK && yyjson_is_obj (yyjson_doc_get_root (doc));
    if (!fine)
        buffer_append_text (sentence, "Knobs are a JSON object, such as {\"key_life_s\": 20}.");
    else
        yyjson_obj_foreach (yyjson_doc_get_root (doc), index, max, key, value)
            fine = fine && s_turn (&turned, key, value, sentence);
    yyjson_doc_free (doc);
    if (!fine)
        return STATUS_INVALID_ARGUMENT;
    *self = turned;
    return STATUS_OK;
}

void
knobs_write (const knobs_t *self, buffer_t *out)
{
    buffer_printf (out, "{\"key_life_s\":%lld,\"clock_offset_s\":%lld}", (long long) self->key_life_s, (long long) self->clock_offset_s);
}
