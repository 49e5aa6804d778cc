#include "seal.h"

#include "reader.h"

static const uint64_t HASH_BEGIN = 0xcbf29ce484222325u;
static const uint64_t HASH_PRIME = 0x100000001b3u;

//  Arguments that may differ between one page and the next.
static bool
s_free_to_change (slice_t name)
{
    return slice_is (name, "next_token") || slice_is (name, "limit") || slice_is (name, "max_bytes");
}

uint64_t
seal_bytes (uint64_t seal, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++)
        seal = (seal ^ at [i]) * HASH_PRIME;
    return seal;
}

uint64_t
seal_text (uint64_t seal, slice_t text)
{
    return seal_bytes (seal_bytes (seal, text.data, text.size), "", 1);
}

uint64_t
seal_of_call (const call_t *call)
{
    uint64_t seal = 0;
    reader_t reader;
    reader_init (&reader, call_arguments (call));
    size_t pairs = 0;
    status_t status = reader_map (&reader, &pairs);
    for (; status == STATUS_OK && pairs > 0; pairs--) {
        slice_t name;
        const uint8_t *from = reader.at;
        status = reader_text (&reader, &name);
        if (status == STATUS_OK)
            status = reader_skip (&reader);
        if (status == STATUS_OK && !s_free_to_change (name))
            seal ^= seal_bytes (HASH_BEGIN, from, (size_t) (reader.at - from));
    }
    seal = seal_text (seal, slice_of (call_tool (call)));
    seal = seal_text (seal, slice_of (call_region (call)));
    return seal_text (seal, slice_of (call_account (call)));
}

void
seal_put_number (uint8_t *at, uint64_t number, int size)
{
    for (int i = 0; i < size; i++)
        at [i] = (uint8_t) (number >> (8 * (size - 1 - i)));
}

uint64_t
seal_get_number (const uint8_t *at, int size)
{
    uint64_t number = 0;
    for (int i = 0; i < size; i++)
        number = number << 8 | at [i];
    return number;
}

bool
seal_printable (slice_t text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data [i] <= ' ' || text.data [i] > '~')
            return false;
    return true;
}
