#include "pack.h"

#include <msgpack.h>

static int
s_write (void *arg, const char *data, size_t size)
{
    buffer_append (arg, data, size);
    return 0;
}

static msgpack_packer
s_packer (buffer_t *out)
{
    msgpack_packer packer;
    msgpack_packer_init (&packer, out, s_write);
    return packer;
}

void
pack_nil (buffer_t *out)
{
    msgpack_packer packer = s_packer (out);
    msgpack_pack_nil (&packer);
}

void
pack_bool (buffer_t *out, bool value)
{
    msgpack_packer packer = s_packer (out);
    value ? msgpack_pack_true (&packer) : msgpack_pack_false (&packer);
}

void
pack_int (buffer_t *out, int64_t value)
{
    msgpack_packer packer = s_packer (out);
    msgpack_pack_int64 (&packer, value);
}

void
pack_u64 (buffer_t *out, uint64_t value)
{
    msgpack_packer packer = s_packer (out);
    msgpack_pack_uint64 (&packer, value);
}

void
pack_double (buffer_t *out, double value)
{
    msgpack_packer packer = s_packer (out);
    msgpack_pack_double (&packer, value);
}

void
pack_text (buffer_t *out, slice_t value)
{
    if (!value.data) {
        pack_nil (out);
        return;
    }
    msgpack_packer packer = s_packer (out);
    msgpack_pack_str (&packer, value.size);
    msgpack_pack_str_body (&packer, value.data, value.size);
}

void
pack_bytes (buffer_t *out, slice_t value)
{
    msgpack_packer packer = s_packer (out);
    msgpack_pack_bin (&packer, value.size);
    msgpack_pack_bin_body (&packer, value.data, value.size);
}

void
pack_array (buffer_t *out, size_t count)
{
    msgpack_packer packer = s_packer (out);
    msgpack_pack_array (&packer, count);
}

void
pack_map (buffer_t *out, size_t count)
{
    msgpack_packer packer = s_packer (out);
    msgpack_pack_map (&packer, count);
}

void
pack_key (buffer_t *out, const char *key)
{
    pack_text (out, slice_of (key));
}

static void
s_pack_scalar (buffer_t *out, const yyjson_val *value)
{
    yyjson_val *val = (yyjson_val *) (uintptr_t) value;
    if (yyjson_is_bool (val))
        pack_bool (out, yyjson_get_bool (val));
    else if (yyjson_is_uint (val))
        pack_u64 (out, yyjson_get_uint (val));
    else if (yyjson_is_sint (val))
        pack_int (out, yyjson_get_sint (val));
    else if (yyjson_is_real (val))
        pack_double (out, yyjson_get_real (val));
    else if (yyjson_is_str (val))
        pack_text (out, (slice_t) { yyjson_get_str (val), yyjson_get_len (val) });
    else
        pack_nil (out);
}

void
pack_json (buffer_t *out, const yyjson_val *value)
{
    yyjson_val *val = (yyjson_val *) (uintptr_t) value;
    size_t index, count;
    yyjson_val *key, *item;
    if (yyjson_is_obj (val)) {
        pack_map (out, yyjson_obj_size (val));
        yyjson_obj_foreach (val, index, count, key, item) {
            s_pack_scalar (out, key);
            pack_json (out, item);
        }
    } else if (yyjson_is_arr (val)) {
        pack_array (out, yyjson_arr_size (val));
        yyjson_arr_foreach (val, index, count, item)
            pack_json (out, item);
    } else {
        s_pack_scalar (out, val);
    }
}
