#include "input.h"

enum { BODY_BYTES_MAX = 1024 * 1024 };

yyjson_mut_doc *
input_new (void)
{
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    yyjson_mut_val *root = doc ? yyjson_mut_obj (doc) : NULL;
    if (!root) {
        yyjson_mut_doc_free (doc);
        return NULL;
    }
    yyjson_mut_doc_set_root (doc, root);
    return doc;
}

status_t
input_ask (yyjson_mut_doc **doc_p, call_t *call, int slot, const aws_request_t *request)
{
    buffer_t body;
    buffer_init (&body, BODY_BYTES_MAX);
    status_t status = json_write (*doc_p, &body);
    if (status == STATUS_OK) {
        aws_request_t with_body = *request;
        with_body.body = buffer_slice (&body);
        status = call_ask (call, slot, &with_body);
    }
    buffer_deinit (&body);
    yyjson_mut_doc_free (*doc_p);
    *doc_p = NULL;
    return status;
}
