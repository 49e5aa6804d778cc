#include "dashboard_body.h"
#include "widget.h"

#include <assert.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Room for the members beside the widgets, and for the largest row: the largest max_bytes of the tool.
enum { MEMBERS_BYTES_MAX = 32 * 1024, ROW_BYTES_MAX = 1024 * 1024 };

//  A row is JSON that can be read again, and fits into an answer of its own.
static void
s_try_widget (yyjson_val *widget)
{
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    yyjson_mut_val *row = widget_row (doc, widget, SLICE ("123456789012"));
    yyjson_doc *again;
    buffer_t json;
    buffer_init (&json, ROW_BYTES_MAX);
    assert (row);
    yyjson_mut_doc_set_root (doc, row);
    assert (json_write (doc, &json) == STATUS_OK);
    assert (json_read (buffer_slice (&json), JSON_DEPTH_MAX, &again, NULL) == STATUS_OK);
    yyjson_doc_free (again);
    yyjson_mut_doc_free (doc);
    buffer_deinit (&json);
}

//  Input: a dashboard's body.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    yyjson_doc *doc;
    buffer_t sentence, members, note;
    buffer_init (&sentence, MEMBERS_BYTES_MAX);
    buffer_init (&members, MEMBERS_BYTES_MAX);
    buffer_init (&note, MEMBERS_BYTES_MAX);
    status_t status = dashboard_body_read ((slice_t) { (const char *) data, size }, &doc, &sentence);
    assert ((status == STATUS_OK) == (doc != NULL) && (status == STATUS_OK) == (sentence.size == 0));
    yyjson_val *root = yyjson_doc_get_root (doc), *widget;
    size_t index, count;
    yyjson_arr_foreach (yyjson_obj_get (root, "widgets"), index, count, widget)
        s_try_widget (widget);
    if (root)
        dashboard_body_append (root, &members, &note);
    assert (buffer_status (&members) == STATUS_OK && buffer_status (&note) == STATUS_OK);
    yyjson_doc_free (doc);
    buffer_deinit (&sentence);
    buffer_deinit (&members);
    buffer_deinit (&note);
    return 0;
}
