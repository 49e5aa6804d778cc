#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "json.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

//  The next line from the descriptor, without its newline; empty when the other end is closed.
static slice_t
read_line (int fd, char *text, size_t text_size)
{
    size_t size = 0;
    while (size < text_size && read (fd, text + size, 1) == 1) {
        if (text [size] == '\n')
            return (slice_t) { text, size };
        size++;
    }
    assert_int_equal (size, 0);
    return (slice_t) { text, 0 };
}

static yyjson_doc *
read_json_line (int fd)
{
    char text [5000];
    slice_t line = read_line (fd, text, sizeof text);
    assert_true (line.size + 1 <= 4096);
    yyjson_doc *doc;
    assert_int_equal (json_read (line, JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    return doc;
}

static void
a_line_is_json_with_the_fields_in_order (void **state)
{
    (void) state;
    int ends [2];
    assert_int_equal (pipe (ends), 0);
    assert_int_equal (log_start (LOG_LEVEL_INFO, ends [1]), STATUS_OK);
    log_info ("listening", log_text ("address", "127.0.0.1"), log_int ("port", 3334), log_text ("none", NULL));
    log_error ("plain");
    log_stop ();
    close (ends [1]);

    char text [5000];
    slice_t line = read_line (ends [0], text, sizeof text);
    text [line.size] = '\0';
    assert_non_null (strstr (text, "Z\",\"level\":\"info\",\"event\":\"listening\",\"address\":\"127.0.0.1\",\"port\":3334,\"none\":\"\"}"));
    assert_int_equal (strncmp (text, "{\"time\":\"20", 11), 0);
    yyjson_doc *doc = read_json_line (ends [0]);
    assert_true (slice_is (json_text (yyjson_doc_get_root (doc), "event"), "plain"));
    assert_true (slice_is (json_text (yyjson_doc_get_root (doc), "level"), "error"));
    yyjson_doc_free (doc);
    assert_int_equal (read_line (ends [0], text, sizeof text).size, 0);
    close (ends [0]);
}

static void
lines_above_the_level_are_not_written (void **state)
{
    (void) state;
    int ends [2];
    assert_int_equal (pipe (ends), 0);
    assert_int_equal (log_start (LOG_LEVEL_WARNING, ends [1]), STATUS_OK);
    log_info ("unheard");
    log_set_level (LOG_LEVEL_DEBUG);
    assert_true (log_enabled (LOG_LEVEL_DEBUG));
    log_debug ("heard");
    log_set_level (LOG_LEVEL_ERROR);
    assert_false (log_enabled (LOG_LEVEL_WARNING));
    log_warning ("unheard");
    log_stop ();
    close (ends [1]);

    yyjson_doc *doc = read_json_line (ends [0]);
    assert_true (slice_is (json_text (yyjson_doc_get_root (doc), "event"), "heard"));
    yyjson_doc_free (doc);
    char text [100];
    assert_int_equal (read_line (ends [0], text, sizeof text).size, 0);
    close (ends [0]);
}

//  Logs one field and hands back the line.
static yyjson_doc *
log_and_read (const char *name, slice_t text)
{
    int ends [2];
    assert_int_equal (pipe (ends), 0);
    assert_int_equal (log_start (LOG_LEVEL_INFO, ends [1]), STATUS_OK);
    log_info ("long", log_slice (name, text), log_int ("behind", 1));
    log_stop ();
    close (ends [1]);
    yyjson_doc *doc = read_json_line (ends [0]);
    close (ends [0]);
    return doc;
}

static void
a_long_line_is_cut_says_so_and_is_valid_json (void **state)
{
    (void) state;
    static const char *const patterns [] = { "x", "\"", "é", "\xF0\x9F\x90\x98", "\n", "\x01", "\xFF" };
    for (size_t i = 0; i < sizeof patterns / sizeof patterns [0]; i++) {
        buffer_t text;
        buffer_init (&text, SIZE_MAX);
        while (text.size < 20000)
            buffer_append_text (&text, patterns [i]);
        yyjson_doc *doc = log_and_read ("text", buffer_slice (&text));
        const yyjson_val *root = yyjson_doc_get_root (doc);
        assert_true (json_bool (root, "cut", false));
        assert_int_equal (json_int (root, "behind", 0), 0);
        slice_t kept = json_text (root, "text");
        assert_true (kept.size > 500);
        if (patterns [i] [0] != '\xFF')         //  Cut between characters
            assert_memory_equal (kept.data + kept.size - strlen (patterns [i]), patterns [i], strlen (patterns [i]));
        yyjson_doc_free (doc);
        buffer_deinit (&text);
    }
}

static void
lines_of_every_length_near_the_limit_are_whole_or_cut (void **state)
{
    (void) state;
    char text [4096];
    memset (text, 'x', sizeof text);
    int whole = 0, cut = 0;
    for (size_t size = 3900; size < 4096; size++) {
        yyjson_doc *doc = log_and_read ("text", (slice_t) { text, size });
        const yyjson_val *root = yyjson_doc_get_root (doc);
        bool is_cut = json_bool (root, "cut", false);
        assert_true (is_cut || (json_text (root, "text").size == size && json_int (root, "behind", 0) == 1));
        whole += !is_cut;
        cut += is_cut;
        yyjson_doc_free (doc);
    }
    assert_true (whole > 0 && cut > 0);
}

static void
text_from_outside_cannot_forge_a_line (void **state)
{
    (void) state;
    yyjson_doc *doc = log_and_read ("text", SLICE ("a\"}\n{\"level\":\"error\"}\xFF"));
    assert_true (slice_is (json_text (yyjson_doc_get_root (doc), "text"), "a\"}\n{\"level\":\"error\"}\xEF\xBF\xBD"));
    yyjson_doc_free (doc);
}

//  A pipe that is full from the start, so that the writer is stuck whatever the scheduling; its writing end has these flags.
static void
open_full_pipe (int *ends, int flags)
{
    assert_int_equal (pipe (ends), 0);
    assert_int_equal (fcntl (ends [1], F_SETFL, O_NONBLOCK), 0);
    while (write (ends [1], "\n", 1) == 1)
        continue;
    assert_int_equal (fcntl (ends [1], F_SETFL, flags), 0);
}

static void
a_pipe_that_nobody_reads_drops_lines_but_delays_nobody (void **state)
{
    (void) state;
    int ends [2];
    assert_int_equal (pipe (ends), 0);
    uint64_t before = log_dropped ();
    assert_int_equal (log_start (LOG_LEVEL_INFO, ends [1]), STATUS_OK);
    char text [1000];
    memset (text, 'x', sizeof text);
    int lines = 0;
    while (log_dropped () < before + 100) {
        errno = ENOENT;
        log_info ("flood", log_slice ("text", (slice_t) { text, sizeof text }));
        assert_int_equal (errno, ENOENT);
        assert_true (++lines < 10000);
    }

    //  Once somebody reads, the lines that get through say how many were lost before them; none is torn
    int64_t told = 0, seen = 0;
    while (told < 100) {
        log_info ("after", log_slice ("text", SLICE ("short")));
        lines++;
        yyjson_doc *doc = read_json_line (ends [0]);
        told += json_int (yyjson_doc_get_root (doc), "dropped", 0);
        seen++;
        yyjson_doc_free (doc);
    }
    assert_true (log_dropped () - before >= (uint64_t) told);
    assert_true (seen + told <= lines);
    close (ends [0]);           //  A reader that goes away lets the writer empty its pipe, and end
    log_stop ();
    close (ends [1]);
}

static void
stopping_gives_up_on_a_reader_that_does_not_read (void **state)
{
    (void) state;
    int ends [2];
    open_full_pipe (ends, 0);
    assert_int_equal (log_start (LOG_LEVEL_INFO, ends [1]), STATUS_OK);
    log_info ("stuck");
    int64_t before_ms = clock_mono_ms (clock_system ());
    log_stop ();
    int64_t waited_ms = clock_mono_ms (clock_system ()) - before_ms;
    assert_true (waited_ms >= 900 && waited_ms < 5000);
    close (ends [0]);           //  Now the thread that was left behind can end, at its own time; ends [1] stays open for it
}

static void
a_non_blocking_descriptor_keeps_its_flags_and_loses_no_line (void **state)
{
    (void) state;
    int ends [2];
    open_full_pipe (ends, O_NONBLOCK);
    int flags = fcntl (ends [1], F_GETFL);
    assert_int_equal (log_start (LOG_LEVEL_INFO, ends [1]), STATUS_OK);
    log_info ("patient");
    log_stop ();                //  Gives up waiting; the thread goes on by itself
    assert_int_equal (fcntl (ends [1], F_GETFL), flags);

    char c = '\n';
    struct pollfd readable = { .fd = ends [0], .events = POLLIN };
    while (c == '\n') {
        assert_int_equal (poll (&readable, 1, 10000), 1);
        assert_int_equal (read (ends [0], &c, 1), 1);
    }
    assert_int_equal (c, '{');
    char text [5000];
    slice_t line = read_line (ends [0], text, sizeof text);
    text [line.size] = '\0';
    assert_non_null (strstr (text, "\"event\":\"patient\""));
    close (ends [0]);
    close (ends [1]);
}

enum { THREADS = 4, LINES_EACH = 200 };

static void *
log_many (void *arg)
{
    for (int i = 0; i < LINES_EACH; i++)
        log_info ("line", log_int ("thread", *(int *) arg), log_int ("number", i));
    return NULL;
}

static void *
count_lines (void *arg)
{
    static int64_t counted;
    int fd = *(int *) arg;
    int next [THREADS] = { 0 };
    counted = 0;
    char text [5000];
    for (slice_t line = read_line (fd, text, sizeof text); line.size; line = read_line (fd, text, sizeof text)) {
        yyjson_doc *doc;
        assert_int_equal (json_read (line, JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
        int64_t thread = json_int (yyjson_doc_get_root (doc), "thread", -1);
        assert_in_range (thread, 0, THREADS - 1);
        int number = (int) json_int (yyjson_doc_get_root (doc), "number", -1);
        assert_true (number >= next [thread]);
        next [thread] = number + 1;
        counted++;
        yyjson_doc_free (doc);
    }
    return &counted;
}

static void
lines_of_several_threads_never_mix (void **state)
{
    (void) state;
    int ends [2];
    assert_int_equal (pipe (ends), 0);
    uint64_t before = log_dropped ();
    assert_int_equal (log_start (LOG_LEVEL_INFO, ends [1]), STATUS_OK);
    pthread_t reader, writers [THREADS];
    int numbers [THREADS];
    assert_int_equal (pthread_create (&reader, NULL, count_lines, &ends [0]), 0);
    for (int i = 0; i < THREADS; i++) {
        numbers [i] = i;
        assert_int_equal (pthread_create (&writers [i], NULL, log_many, &numbers [i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join (writers [i], NULL);
    log_stop ();
    close (ends [1]);
    void *counted;
    pthread_join (reader, &counted);
    assert_int_equal (*(int64_t *) counted + (int64_t) (log_dropped () - before), THREADS * LINES_EACH);
    close (ends [0]);
}

static void
without_a_thread_lines_go_to_standard_error (void **state)
{
    (void) state;
    int ends [2];
    assert_int_equal (pipe (ends), 0);
    fflush (stderr);
    int kept = dup (STDERR_FILENO);
    dup2 (ends [1], STDERR_FILENO);
    log_set_level (LOG_LEVEL_INFO);
    log_info ("alone");
    dup2 (kept, STDERR_FILENO);
    close (kept);
    close (ends [1]);
    yyjson_doc *doc = read_json_line (ends [0]);
    assert_true (slice_is (json_text (yyjson_doc_get_root (doc), "event"), "alone"));
    yyjson_doc_free (doc);
    close (ends [0]);
}

static void
levels_are_known_by_our_names_and_pythons (void **state)
{
    (void) state;
    log_level_t level = LOG_LEVEL_DEBUG;
    assert_true (log_level_parse ("Error", &level) && level == LOG_LEVEL_ERROR);
    assert_true (log_level_parse ("warning", &level) && level == LOG_LEVEL_WARNING);
    assert_true (log_level_parse ("INFO", &level) && level == LOG_LEVEL_INFO);
    assert_true (log_level_parse ("debug", &level) && level == LOG_LEVEL_DEBUG);
    assert_true (log_level_parse ("CRITICAL", &level) && level == LOG_LEVEL_ERROR);
    assert_true (log_level_parse ("WARN", &level) && level == LOG_LEVEL_WARNING);
    assert_true (log_level_parse ("TRACE", &level) && level == LOG_LEVEL_DEBUG);
    assert_false (log_level_parse ("loud", &level));
    assert_false (log_level_parse ("", &level));
    assert_false (log_level_parse (NULL, &level));
    assert_int_equal (level, LOG_LEVEL_DEBUG);
}

int
main (void)
{
    signal (SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_line_is_json_with_the_fields_in_order),
        cmocka_unit_test (lines_above_the_level_are_not_written),
        cmocka_unit_test (a_long_line_is_cut_says_so_and_is_valid_json),
        cmocka_unit_test (lines_of_every_length_near_the_limit_are_whole_or_cut),
        cmocka_unit_test (text_from_outside_cannot_forge_a_line),
        cmocka_unit_test (a_pipe_that_nobody_reads_drops_lines_but_delays_nobody),
        cmocka_unit_test (stopping_gives_up_on_a_reader_that_does_not_read),
        cmocka_unit_test (a_non_blocking_descriptor_keeps_its_flags_and_loses_no_line),
        cmocka_unit_test (lines_of_several_threads_never_mix),
        cmocka_unit_test (without_a_thread_lines_go_to_standard_error),
        cmocka_unit_test (levels_are_known_by_our_names_and_pythons),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
