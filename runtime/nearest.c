#include "nearest.h"

//  A letter as it counts here; by hand, because tolower asks the locale.
static char
s_fold (char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char) (c - 'A' + 'a');
    return c == '-' ? '_' : c;
}

static size_t
s_min (size_t a, size_t b)
{
    return a < b ? a : b;
}

//  The usual table of distances between all beginnings of both names, of which only the last three rows are kept. Neither name is longer than
//  NEAREST_NAME_MAX.
static size_t
s_distance (slice_t a, slice_t b)
{
    size_t rows [3] [NEAREST_NAME_MAX + 1];
    for (size_t j = 0; j <= b.size; j++)
        rows [0] [j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t *row = rows [i % 3];
        const size_t *above = rows [(i + 2) % 3];
        const size_t *two_above = rows [(i + 1) % 3];
        char letter = s_fold (a.data [i - 1]);
        row [0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            char other = s_fold (b.data [j - 1]);
            row [j] = s_min (above [j - 1] + (letter != other), s_min (above [j], row [j - 1]) + 1);
            if (i > 1 && j > 1 && letter == s_fold (b.data [j - 2]) && other == s_fold (a.data [i - 2]))
                row [j] = s_min (row [j], two_above [j - 2] + 1);
        }
    }
    return rows [a.size % 3] [b.size];
}

const char *
nearest_name (slice_t name, const char *const *names, size_t count)
{
    if (name.size == 0 || name.size > NEAREST_NAME_MAX)
        return NULL;

    const char *nearest = NULL;
    size_t allowed = 1 + name.size / 4;
    for (size_t i = 0; i < count; i++) {
        slice_t other = slice_of (names [i]);
        if (!other.data || other.size > NEAREST_NAME_MAX)
            continue;
        size_t distance = s_distance (name, other);
        if (distance > allowed || distance >= other.size)
            continue;           //  Beyond, or nothing in common
        nearest = names [i];
        if (distance == 0)
            break;
        allowed = distance - 1; //  From here on, only what is nearer
    }
    return nearest;
}
