#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "event_reader.h"

#include <stdlib.h>

//  What was read, an event a "name=data;".
static void
note (void *arg, slice_t name, slice_t data)
{
    buffer_t *out = arg;
    buffer_append_slice (out, name);
    buffer_append_char (out, '=');
    buffer_append_slice (out, data);
    buffer_append_char (out, ';');
}

enum { BYTES_MAX = 64 };

//  Each piece is in memory of its own, so that the sanitizer sees who looks beyond it.
static bool
take (event_reader_t *reader, slice_t bytes)
{
    char *own = malloc (bytes.size + 1);
    assert_non_null (own);
    memcpy (own, bytes.data, bytes.size);
    bool taken = event_reader_take (reader, (slice_t) { own, bytes.size });
    free (own);
    return taken;
}

//  In two pieces, cut at every place there is; and byte by byte.
static void
expect (slice_t stream, const char *expected)
{
    for (size_t cut = 0; cut <= stream.size + 1; cut++) {
        buffer_t out;
        buffer_init (&out, 4096);
        event_reader_t reader;
        event_reader_init (&reader, BYTES_MAX, note, &out);
        if (cut <= stream.size) {
            assert_true (take (&reader, (slice_t) { stream.data, cut }));
            assert_true (take (&reader, (slice_t) { stream.data + cut, stream.size - cut }));
        } else {
            for (size_t i = 0; i < stream.size; i++)
                assert_true (take (&reader, (slice_t) { stream.data + i, 1 }));
        }
        buffer_append_char (&out, '\0');
        assert_string_equal (out.data, expected);
        event_reader_deinit (&reader);
        buffer_deinit (&out);
    }
}

static void
events_are_the_same_however_their_bytes_are_cut (void **state)
{
    (void) state;
    static const struct {
        slice_t stream;
        const char *expected;
    } rows [] = {
        { SLICE ("event: call\ndata: {\"number\": 17}\n\n"), "call={\"number\": 17};" },
        { SLICE ("event:call\r\ndata:1\r\n\r\nevent:state\r\ndata:2\r\n\r\n"), "call=1;state=2;" },
        { SLICE ("event: call\rdata: 1\r\rdata: 2\r\r"), "call=1;message=2;" },
        { SLICE ("data: a\ndata:\ndata: b\n\n"), "message=a\n\nb;" },
        { SLICE ("data:  two blanks\n\n"), "message= two blanks;" },
        { SLICE ("data\n\ndata\ndata\n\n"), "message=;message=\n;" },
        { SLICE (": a comment\n\n:\nid: 3\nretry: 10\ndata: x\nunknown\n\n"), "message=x;" },
        { SLICE ("event: nothing\n\ndata: x\n\n"), "message=x;" },
        { SLICE ("event: a\nevent: b\ndata: x: y\n\n"), "b=x: y;" },
        { SLICE ("\xEF\xBB\xBF" "data: 1\n\n\xEF\xBB\xBF" "data: 2\n\ndata: 3\n\n"), "message=1;message=3;" },
        { SLICE ("data: not over\n"), "" },
        { SLICE (""), "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows [0]; i++)
        expect (rows [i].stream, rows [i].expected);
}

static bool
is_taken (const char *stream)
{
    buffer_t out;
    buffer_init (&out, 4096);
    event_reader_t reader;
    event_reader_init (&reader, BYTES_MAX, note, &out);
    bool taken = take (&reader, slice_of (stream));
    event_reader_deinit (&reader);
    buffer_deinit (&out);
    return taken;
}

#define TEN "0123456789"

static void
what_is_larger_than_the_limit_is_refused_also_before_its_end (void **state)
{
    (void) state;
    assert_true (is_taken ("data: " TEN TEN TEN TEN TEN "\n\n"));
    assert_false (is_taken ("data: " TEN TEN TEN TEN TEN TEN));
    assert_false (is_taken ("data: " TEN TEN TEN TEN "\ndata: " TEN TEN TEN "\n"));
    assert_false (is_taken ("event: " TEN TEN TEN TEN "\ndata: " TEN TEN TEN "\n\n"));
    assert_false (is_taken (": " TEN TEN TEN TEN TEN TEN TEN "\n"));
}

static void
each_event_has_the_whole_limit (void **state)
{
    (void) state;
    assert_true (is_taken ("data: " TEN TEN TEN TEN "\n\ndata: " TEN TEN TEN TEN "\n\ndata: " TEN TEN TEN TEN "\n\n"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (events_are_the_same_however_their_bytes_are_cut),
        cmocka_unit_test (what_is_larger_than_the_limit_is_refused_also_before_its_end),
        cmocka_unit_test (each_event_has_the_whole_limit),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
