#include "contract.h"
#include "json.h"
#include "reader.h"

#include <assert.h>

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

//  What passed can be read by an actor, to the last byte; the region can be put into a host name.
static void
s_check_accepted (const contract_arguments_t *checked, const buffer_t *sentence)
{
    reader_t reader;
    reader_init (&reader, buffer_slice (&checked->body));
    assert (reader_peek (&reader) == READER_MAP);
    status_t status = reader_skip (&reader);
    assert (status == STATUS_OK);
    status = reader_finish (&reader);
    assert (status == STATUS_OK);
    assert (checked->region [strspn (checked->region, "abcdefghijklmnopqrstuvwxyz0123456789-")] == 0);
    assert (sentence->size == 0);
}

//  What did not pass has a sentence that is text on one line, with an example at its end.
static void
s_check_refused (const buffer_t *sentence)
{
    slice_t text = buffer_slice (sentence);
    status_t status = buffer_status (sentence);
    assert (status == STATUS_OK && text.size > 0);
    for (size_t i = 0; i < text.size; i++)
        assert ((uint8_t) text.data [i] >= ' ' && text.data [i] != 0x7F);
    assert (memmem (text.data, text.size, " Example: {", 11));

    buffer_t quoted;
    yyjson_doc *doc;
    buffer_init (&quoted, 8 * CONTRACT_SENTENCE_SIZE);
    json_append_string (&quoted, text);
    status = json_read (buffer_slice (&quoted), JSON_DEPTH_MAX, &doc, NULL);
    assert (status == STATUS_OK);
    assert (slice_eq (json_value_text (yyjson_doc_get_root (doc)), text));  //  Valid UTF-8: nothing had to be replaced
    yyjson_doc_free (doc);
    buffer_deinit (&quoted);
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
    static contracts_t *contracts;
    char reason [CONTRACT_REASON_SIZE];
    if (!contracts) {
        status_t status = contracts_new (contract_files, &contracts, reason);
        assert (status == STATUS_OK);
    }
    yyjson_doc *doc;
    slice_t text = { size ? (const char *) bytes : "", size };
    if (json_read (text, JSON_DEPTH_MAX, &doc, NULL) != STATUS_OK)
        return 0;
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        contract_arguments_t checked;
        buffer_t sentence;
        buffer_init (&sentence, CONTRACT_SENTENCE_SIZE);
        status_t status = contract_check (contracts_at (contracts, i), yyjson_doc_get_root (doc), &checked, &sentence);
        if (status == STATUS_OK)
            s_check_accepted (&checked, &sentence);
        else
            s_check_refused (&sentence);
        contract_arguments_deinit (&checked);
        buffer_deinit (&sentence);
    }
    yyjson_doc_free (doc);
    return 0;
}
