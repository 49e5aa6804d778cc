#include "aliases_text.h"
#include "metrics_text.h"
#include "table_write.h"

#include <assert.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: a namespace's file, and behind a zero byte the aliases. What has no complaints becomes a table.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    slice_t rest = { (const char *) data, size }, text = slice_cut (&rest, '\0');
    complaints_t complaints;
    complaints_init (&complaints);
    arena_t *arena = arena_new (32 * 1024 * 1024);
    assert (arena);
    draft_t draft;
    draft_init (&draft, arena, &complaints);
    metrics_text_read (&draft, "AWS_X.metrics", text);
    draft_sort (&draft);
    draft_check (&draft);
    alias_t *aliases = aliases_text_read (&draft, "aliases.txt", rest);
    assert ((complaints.count == 0) == (complaints.text.size == 0));
    if (complaints.count == 0) {
        buffer_t block;
        buffer_init (&block, 8 * 1024 * 1024);
        table_write_block (&draft, aliases, &block);
        assert (buffer_status (&block) == STATUS_OK && block.size > sizeof (layout_header_t));
        buffer_deinit (&block);
    }
    arena_destroy (&arena);
    complaints_deinit (&complaints);
    return 0;
}
