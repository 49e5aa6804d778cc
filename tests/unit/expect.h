/*  expect - what a test says about texts, JSON, time and descriptors

    Include it behind cmocka.h. */

#ifndef EXPECT_H
#define EXPECT_H

#include <yyjson.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline int64_t
real_ms (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static inline void
expect_part (const char *text, const char *part)
{
    if (!text || !strstr (text, part))
        fail_msg ("expected \"%s\" in \"%s\"", part, text ? text : "(nothing)");
}

static inline void
expect_no_part (const char *text, const char *part)
{
    if (text && strstr (text, part))
        fail_msg ("did not expect \"%s\" in \"%s\"", part, text);
}

//  The value as compact JSON; the next call of this function takes it back.
static inline const char *
as_text (const yyjson_val *value)
{
    static char text [65536];
    size_t size = 0;
    char *written = yyjson_val_write (value, 0, &size);
    assert_true (written && size < sizeof text);
    memcpy (text, written, size + 1);
    free (written);
    return text;
}

static inline void
expect_json (const yyjson_val *value, const char *expected)
{
    assert_non_null (value);
    assert_string_equal (as_text (value), expected);
}

static inline const char *
text_of (const yyjson_val *object, const char *member)
{
    return yyjson_get_str (yyjson_obj_get ((yyjson_val *) (uintptr_t) object, member));
}

//  Descriptors that this process has open.
static inline int
open_descriptors (void)
{
    DIR *folder = opendir ("/proc/self/fd");
    assert_non_null (folder);
    int count = 0;
    while (readdir (folder))
        count++;
    closedir (folder);
    return count;
}

#endif
