/*  widget_fixture - what a widget comes to, in a test

    Include it behind cmocka.h. */

#ifndef WIDGET_FIXTURE_H
#define WIDGET_FIXTURE_H

#include "expect.h"
#include "widget.h"

#include <stdio.h>

//  The row as a document; the caller frees it.
static inline yyjson_doc *
widget_read (const char *widget)
{
    yyjson_doc *doc, *read;
    buffer_t json;
    buffer_init (&json, 1024 * 1024);
    assert_int_equal (json_read (slice_of (widget), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    yyjson_mut_doc *out = yyjson_mut_doc_new (NULL);
    yyjson_mut_val *row = widget_row (out, yyjson_doc_get_root (doc), SLICE ("123456789012"));
    assert_non_null (row);
    yyjson_mut_doc_set_root (out, row);
    assert_int_equal (json_write (out, &json), STATUS_OK);
    assert_int_equal (json_read (buffer_slice (&json), JSON_DEPTH_MAX, &read, NULL), STATUS_OK);
    yyjson_mut_doc_free (out);
    yyjson_doc_free (doc);
    buffer_deinit (&json);
    return read;
}

static inline void
expect_widget (const char *widget, const char *expected)
{
    yyjson_doc *row = widget_read (widget);
    expect_json (yyjson_doc_get_root (row), expected);
    yyjson_doc_free (row);
}

//  A widget of this type with these properties.
static inline void
expect_properties (const char *type, const char *properties, const char *expected)
{
    char widget [16384], row [16384];
    snprintf (widget, sizeof widget, "{\"type\":\"%s\",\"x\":0,\"y\":0,\"width\":6,\"height\":6,\"properties\":{%s}}", type, properties);
    snprintf (row, sizeof row, "{\"type\":\"%s\",%s}", type, expected);
    expect_widget (widget, row);
}

#endif
