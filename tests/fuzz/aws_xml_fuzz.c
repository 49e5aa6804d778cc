#include "aws_xml.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    yyjson_doc *doc;
    status_t status = aws_xml_read ((slice_t) { (const char *) data, size }, &doc);
    assert ((status == STATUS_OK) == (doc != NULL));
    if (doc)
        assert (yyjson_is_obj (yyjson_doc_get_root (doc)));
    yyjson_doc_free (doc);
    return 0;
}
