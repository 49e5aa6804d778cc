#include "place.h"

#include "base64.h"
#include "body.h"
#include "seal.h"

//  A token's bytes before base64url: version, seal, and these numbers, the highest byte first.
enum { TOKEN_VERSION = 1, SEAL_BYTES = 8, TIME_BYTES = 5, NUMBER_BYTES = 4 };
enum { NUMBERS_BYTES = 3 * TIME_BYTES + 5 * NUMBER_BYTES, TOKEN_BYTES = 1 + SEAL_BYTES + NUMBERS_BYTES };

static uint64_t
s_seal (const call_t *call, const uint8_t *numbers)
{
    return seal_bytes (seal_of_call (call), numbers, NUMBERS_BYTES);
}

static void
s_put (uint8_t **at, uint64_t number, int size)
{
    seal_put_number (*at, number, size);
    *at += size;
}

static uint64_t
s_get (const uint8_t **at, int size)
{
    uint64_t number = seal_get_number (*at, size);
    *at += size;
    return number;
}

//  What the seal does not say: numbers that no token of ours has.
static bool
s_sound (const place_t *place)
{
    return place->period_s > 0 && place->start_s < place->end_s && place->start_s % place->period_s == 0 && place->end_s % place->period_s == 0;
}

static bool
s_read (const call_t *call, slice_t token, place_t *place)
{
    buffer_t bytes;
    buffer_init (&bytes, TOKEN_BYTES + 4);
    bool good = base64_url_decode (token, &bytes) == STATUS_OK && bytes.size == TOKEN_BYTES;
    if (good) {
        const uint8_t *head = (const uint8_t *) bytes.data, *at = head + 1 + SEAL_BYTES;
        good = head [0] == TOKEN_VERSION && seal_get_number (head + 1, SEAL_BYTES) == s_seal (call, at);
        place->start_s = (int64_t) s_get (&at, TIME_BYTES);
        place->end_s = (int64_t) s_get (&at, TIME_BYTES);
        place->now_s = (int64_t) s_get (&at, TIME_BYTES);
        place->period_s = (int64_t) s_get (&at, NUMBER_BYTES);
        place->query = (uint32_t) s_get (&at, NUMBER_BYTES);
        place->series = (uint32_t) s_get (&at, NUMBER_BYTES);
        place->value = (uint32_t) s_get (&at, NUMBER_BYTES);
        place->label = (uint32_t) s_get (&at, NUMBER_BYTES);
        good = good && s_sound (place);
    }
    buffer_deinit (&bytes);
    return good;
}

status_t
place_read (call_t *call, place_t *place, bool *resumed)
{
    slice_t token = argument_text (call_arguments (call), "next_token");
    *place = (place_t) { .query = 0 };
    *resumed = token.size > 0;
    if (!*resumed || s_read (call, token, place))
        return STATUS_OK;
    status_t failed = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "next_token is not one of this question. Pass it exactly as the last answer gave "
                                 "it, with the same other arguments (limit and max_bytes may differ), or leave it out to begin anew.");
    return failed == STATUS_OK ? STATUS_INVALID_ARGUMENT : failed;
}

void
place_append (buffer_t *out, const call_t *call, const place_t *place)
{
    uint8_t bytes [TOKEN_BYTES] = { TOKEN_VERSION };
    uint8_t *at = bytes + 1 + SEAL_BYTES;
    s_put (&at, (uint64_t) place->start_s, TIME_BYTES);
    s_put (&at, (uint64_t) place->end_s, TIME_BYTES);
    s_put (&at, (uint64_t) place->now_s, TIME_BYTES);
    s_put (&at, (uint64_t) place->period_s, NUMBER_BYTES);
    s_put (&at, place->query, NUMBER_BYTES);
    s_put (&at, place->series, NUMBER_BYTES);
    s_put (&at, place->value, NUMBER_BYTES);
    s_put (&at, place->label, NUMBER_BYTES);
    seal_put_number (bytes + 1, s_seal (call, bytes + 1 + SEAL_BYTES), SEAL_BYTES);
    base64_url_encode ((slice_t) { (const char *) bytes, sizeof bytes }, out);
}

uint32_t
place_label (slice_t label)
{
    uint64_t seal = seal_text (0, label);
    return (uint32_t) (seal ^ seal >> 32);
}
