#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "envelope.h"

#include <stdio.h>

//  This program also writes the document that it compares: run it with --write.
static const char DOCUMENT [] = SOURCE_DIR "/docs/PROTOCOL.md";

enum { LIMIT = 256 * 1024 };

static int
start (void **state)
{
    static buffer_t out;
    buffer_init (&out, LIMIT);
    *state = &out;
    return 0;
}

static int
end (void **state)
{
    buffer_deinit (*state);
    return 0;
}

static void
assert_line (buffer_t *out, const envelope_t *envelope, const char *expected)
{
    buffer_clear (out);
    envelope_print (envelope, out);
    buffer_append_char (out, '\0');
    assert_int_equal (buffer_status (out), STATUS_OK);
    assert_string_equal (out->data, expected);
}

//  False when there is no such file.
static bool
read_file (const char *path, buffer_t *out)
{
    FILE *file = fopen (path, "r");
    if (!file)
        return false;
    char *room = buffer_reserve (out, LIMIT);
    assert_non_null (room);
    buffer_advance (out, fread (room, 1, LIMIT, file));
    assert_true (feof (file) && !ferror (file));
    fclose (file);
    return true;
}

static bool
holds (const buffer_t *text, slice_t words)
{
    return memmem (text->data, text->size, words.data, words.size) != NULL;
}

//  --- The line

static void
a_line_says_what_differs_from_the_default (void **state)
{
    envelope_t envelope = envelope_of (KIND_REQUEST);
    assert_line (*state, &envelope, "REQUEST");
    envelope.id = 7;
    envelope.service = SERVICE_LOGS;
    envelope.budget_ms = 55000;
    assert_int_equal (ENVELOPE_SET (&envelope, tool, SLICE ("describe_log_groups")), STATUS_OK);
    assert_line (*state, &envelope, "REQUEST id=7 service=logs tool=describe_log_groups budget_ms=55000");
}

static void
a_line_names_the_status (void **state)
{
    envelope_t envelope = envelope_of (KIND_FAULT);
    envelope.status = STATUS_THROTTLED;
    assert_line (*state, &envelope, "FAULT status=THROTTLED");
}

static void
a_line_shows_the_number_of_what_it_cannot_name (void **state)
{
    envelope_t envelope = envelope_of ((envelope_kind_t) 200);
    envelope.service = 99;
    envelope.status = 65535;
    assert_line (*state, &envelope, "UNKNOWN kind=200 service=99 status=65535");
}

static void
a_line_shows_the_trace_as_hexadecimal_digits (void **state)
{
    envelope_t envelope = envelope_of (KIND_CANCEL);
    memset (envelope.traceparent, 0xab, sizeof envelope.traceparent);
    envelope.traceparent [0] = 1;
    envelope.has_traceparent = true;
    assert_line (*state, &envelope, "CANCEL traceparent=01abababababababababababababababababababababababab");
}

static void
a_text_from_a_peer_cannot_break_the_line (void **state)
{
    envelope_t envelope = envelope_of (KIND_REQUEST);
    assert_int_equal (ENVELOPE_SET (&envelope, tool, SLICE ("a\nFAULT b\\\x7f\x1b\xc3\xa9~!")), STATUS_OK);
    assert_line (*state, &envelope, "REQUEST tool=a\\x0aFAULT\\x20b\\x5c\\x7f\\x1b\\xc3\\xa9~!");
}

//  --- The document

static void
the_document_is_what_is_printed (void **state)
{
    buffer_t *printed = *state;
    envelope_print_protocol (printed);
    assert_int_equal (buffer_status (printed), STATUS_OK);
    buffer_t kept;
    buffer_init (&kept, LIMIT);
    bool same = read_file (DOCUMENT, &kept) && slice_eq (buffer_slice (printed), buffer_slice (&kept));
    buffer_deinit (&kept);
    if (!same)
        fail_msg ("docs/PROTOCOL.md is stale: renew it with `build/asan/unit/envelope_print_test --write`, and look at what changed.");
}

static void
the_document_has_a_row_for_every_row_of_the_tables (void **state)
{
    buffer_t *printed = *state;
    envelope_print_protocol (printed);
#define X(code, KIND, way, meaning) assert_true (holds (printed, SLICE ("| " #code " | " #KIND " | " way " | " meaning " |\n")));
    ENVELOPE_KINDS (X)
#undef X
#define X(field, type, detail, need, since, meaning) assert_true (holds (printed, SLICE (" | " #since " | " meaning " |\n")));
    ENVELOPE_FIELDS (X)
#undef X
#define X(bit, FLAG, meaning) assert_true (holds (printed, SLICE ("| " #bit " | " #FLAG " | " meaning " |\n")));
    ENVELOPE_FLAGS (X)
#undef X
#define X(code, name, retryable, sentence) assert_true (holds (printed, SLICE ("| " #code " | " #name " | ")));
    STATUS_TABLE (X)
#undef X
    assert_true (holds (printed, SLICE ("| 0 | version | int ≥ 0, 8 bits | required | 1 |")));
    assert_true (holds (printed, SLICE ("| 5 | tool | str, ≤ 47 bytes | optional | 1 |")));
    assert_true (holds (printed, SLICE ("| 8 | traceparent | bin, 25 bytes | optional | 1 |")));
}

//  Every line of the header between the word and the line's end must stand in the document: what both say in words may not drift apart.
static int
lines_in_both (const char *header_path, const char *begin, const buffer_t *printed)
{
    buffer_t header;
    buffer_init (&header, LIMIT);
    assert_true (read_file (header_path, &header));
    int found = 0;
    const char *at = header.data, *header_end = header.data + header.size;
    while ((at = memmem (at, (size_t) (header_end - at), begin, strlen (begin)))) {
        const char *line_end = memchr (at, '\n', (size_t) (header_end - at));
        assert_non_null (line_end);
        assert_true (holds (printed, (slice_t) { at, (size_t) (line_end - at) }));
        found++;
        at = line_end;
    }
    buffer_deinit (&header);
    return found;
}

static void
the_grammars_are_those_of_the_header (void **state)
{
    buffer_t *printed = *state;
    envelope_print_protocol (printed);
    assert_int_equal (lines_in_both (SOURCE_DIR "/proto/envelope.h", "peer      = ", printed), 1);
    assert_int_equal (lines_in_both (SOURCE_DIR "/proto/envelope.h", "call      = ", printed), 1);
}

//  body.h writes a shape as "//  FAULT: {"text": str, …}", which may go on with a sentence.
static void
the_shapes_of_bodies_are_those_of_the_header (void **state)
{
    buffer_t *printed = *state;
    envelope_print_protocol (printed);
    buffer_t header;
    buffer_init (&header, LIMIT);
    assert_true (read_file (SOURCE_DIR "/proto/body.h", &header));
    int found = 0;
    const char *at = header.data, *header_end = header.data + header.size;
    while ((at = memmem (at, (size_t) (header_end - at), ": {\"", 4))) {
        const char *line_end = memchr (at, '\n', (size_t) (header_end - at));
        assert_non_null (line_end);
        const char *shape_end = memrchr (at, '}', (size_t) (line_end - at));
        assert_non_null (shape_end);
        assert_true (holds (printed, (slice_t) { at + 2, (size_t) (shape_end + 1 - at - 2) }));
        found++;
        at = line_end;
    }
    buffer_deinit (&header);
    assert_int_equal (found, 4);        //  FAULT, PROGRESS, RESULT, READY
}

static int
write_document (void)
{
    buffer_t printed;
    buffer_init (&printed, LIMIT);
    envelope_print_protocol (&printed);
    FILE *file = buffer_status (&printed) == STATUS_OK ? fopen (DOCUMENT, "w") : NULL;
    size_t written = file ? fwrite (printed.data, 1, printed.size, file) : 0;
    bool good = file && written == printed.size;
    if (file && fclose (file) != 0)
        good = false;
    buffer_deinit (&printed);
    printf ("%s %s\n", DOCUMENT, good ? "is written." : "could not be written.");
    return good ? 0 : 1;
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, start, end)

int
main (int argc, char **argv)
{
    if (argc == 2 && slice_is (SLICE ("--write"), argv [1]))
        return write_document ();
    const struct CMUnitTest tests [] = {
        TEST (a_line_says_what_differs_from_the_default),
        TEST (a_line_names_the_status),
        TEST (a_line_shows_the_number_of_what_it_cannot_name),
        TEST (a_line_shows_the_trace_as_hexadecimal_digits),
        TEST (a_text_from_a_peer_cannot_break_the_line),
        TEST (the_document_is_what_is_printed),
        TEST (the_document_has_a_row_for_every_row_of_the_tables),
        TEST (the_grammars_are_those_of_the_header),
        TEST (the_shapes_of_bodies_are_those_of_the_header),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
