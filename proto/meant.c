#include "meant.h"

#include "nearest.h"

//  Writes the name in snake_case into spelled (NEAREST_NAME_MAX bytes); absent when it is too long.
static slice_t
s_snake_case (slice_t name, char *spelled)
{
    size_t size = 0;
    bool was_small = false;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data [i];
        bool capital = c >= 'A' && c <= 'Z';
        if (size + 2 > NEAREST_NAME_MAX)
            return SLICE_ABSENT;
        if (capital && was_small)
            spelled [size++] = '_';
        if (capital)
            c = (char) (c - 'A' + 'a');
        else if (c == '-' || c == ' ')
            c = '_';
        spelled [size++] = c;
        was_small = !capital && c != '_';
    }
    return (slice_t) { spelled, size };
}

static bool
s_ends_with_words (slice_t longer, slice_t shorter)
{
    if (longer.size <= shorter.size || shorter.size == 0)
        return false;
    size_t before = longer.size - shorter.size;
    return longer.data [before - 1] == '_' && strncasecmp (longer.data + before, shorter.data, shorter.size) == 0;
}

static bool
s_begins_with_words (slice_t longer, slice_t shorter)
{
    if (longer.size <= shorter.size || shorter.size == 0)
        return false;
    return longer.data [shorter.size] == '_' && strncasecmp (longer.data, shorter.data, shorter.size) == 0;
}

const char *
meant_name (slice_t given, const char *const *names, size_t count)
{
    char spelled [NEAREST_NAME_MAX];
    slice_t name = s_snake_case (given, spelled);
    const char *near = nearest_name (name, names, count);
    if (near)
        return near;
    //  Words before a name qualify it ("alarm_names" are names); words behind it make another thing of it ("account_ids" are no account), unless
    //  it is we who say more
    for (size_t i = 0; i < count; i++) {
        slice_t ours = slice_of (names [i]);
        if (s_ends_with_words (name, ours) || s_ends_with_words (ours, name) || s_begins_with_words (ours, name))
            return names [i];
    }
    return NULL;
}
