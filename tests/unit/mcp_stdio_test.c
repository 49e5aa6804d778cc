#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "mcp_stdio.h"
#include "mcp_words.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

//  A client that has started us: it writes into one pipe, and reads from another.
typedef struct {
    desk_t      *desk;
    mcp_t       *mcp;
    mcp_stdio_t *stdio;
    int          in [2], out [2];
    int          ends;
    status_t     status;
    char        *text;          //  What it has read so far
    size_t       size;
} house_t;

static void
ended (void *arg, status_t status)
{
    house_t *self = arg;
    self->ends++;
    self->status = status;
}

static void
open_on (house_t *self, int in)
{
    self->stdio = mcp_stdio_new (&(mcp_stdio_config_t) {
        .mcp = self->mcp, .reactor = self->desk->reactor, .in = in, .out = self->out [1], .ended = ended, .arg = self });
    assert_non_null (self->stdio);
    desk_turn (self->desk);
}

static int
build (void **state)
{
    house_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    signal (SIGPIPE, SIG_IGN);
    self->desk = desk_new ();
    self->mcp = mcp_new (&(mcp_config_t) {
        .contracts = self->desk->contracts, .dispatch = self->desk->dispatch, .reactor = self->desk->reactor, .random = &self->desk->random,
        .call_deadline_ms = 20000, .one_client = true });
    self->text = calloc (1, 1);
    assert_int_equal (pipe2 (self->in, O_CLOEXEC) | pipe2 (self->out, O_CLOEXEC), 0);
    assert_int_equal (fcntl (self->out [0], F_SETFL, O_NONBLOCK), 0);
    open_on (self, self->in [0]);
    *state = self;
    return 0;
}

static int
raze (void **state)
{
    house_t *self = *state;
    mcp_stdio_destroy (&self->stdio);
    assert_null (self->stdio);
    assert_int_equal (mcp_waiting (self->mcp), 0);
    mcp_destroy (&self->mcp);
    desk_destroy (&self->desk);
    for (int i = 0; i < 2; i++) {
        if (self->in [i] >= 0)
            close (self->in [i]);
        if (self->out [i] >= 0)
            close (self->out [i]);
    }
    free (self->text);
    free (self);
    return 0;
}

//  Takes what has come.
static const char *
heard (house_t *self)
{
    static char bytes [65536];
    desk_turn (self->desk);
    for (ssize_t size; (size = read (self->out [0], bytes, sizeof bytes)) > 0; desk_turn (self->desk)) {
        self->text = realloc (self->text, self->size + (size_t) size + 1);
        assert_non_null (self->text);
        memcpy (self->text + self->size, bytes, (size_t) size);
        self->size += (size_t) size;
        self->text [self->size] = '\0';
    }
    return self->text;
}

static void
forget (house_t *self)
{
    self->size = 0;
    self->text [0] = '\0';
}

static void
say_bytes (house_t *self, const char *bytes, size_t size)
{
    while (size > 0) {
        size_t piece = size < 4096 ? size : 4096;       //  No more than what is read in between
        assert_int_equal (write (self->in [1], bytes, piece), piece);
        desk_turn (self->desk);
        bytes += piece;
        size -= piece;
    }
}

static void
say (house_t *self, const char *text)
{
    say_bytes (self, text, strlen (text));
}

static void
hang_up (house_t *self)
{
    close (self->in [1]);
    self->in [1] = -1;
    desk_turn (self->desk);
}

#define PING(id) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"ping\"}"
#define PONG(id) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":{}}\n"
#define CALL(id, more) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"tools/call\",\"params\":{\"name\":\"once\"" more "}}\n"

//  --- Lines

static void
a_line_is_answered_by_a_line (void **state)
{
    house_t *self = *state;
    say (self, PING ("0") "\n\n \t\n\r\n" PING ("\"a\"") "\r\n" PING ("2"));
    assert_string_equal (heard (self), PONG ("0") PONG ("\"a\""));
    say (self, "\n");
    assert_string_equal (heard (self), PONG ("0") PONG ("\"a\"") PONG ("2"));
    assert_int_equal (fcntl (self->in [0], F_GETFL) & O_NONBLOCK, 0);
}

static void
a_line_that_comes_in_pieces_is_one (void **state)
{
    house_t *self = *state;
    for (const char *at = PING ("1") "\n"; *at; at++)
        say_bytes (self, at, 1);
    assert_string_equal (heard (self), PONG ("1"));
}

static void
what_cannot_be_read_is_answered_and_survived (void **state)
{
    house_t *self = *state;
    say (self, "nonsense\n" "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}\n" "\xff\n" PING ("1") "\n");
    const char *text = heard (self);
    assert_int_equal (strncmp (text, ERROR_WITHOUT_ID ("-32700"), strlen (ERROR_WITHOUT_ID ("-32700"))), 0);
    assert_non_null (strstr (text, "\n" ERROR_WITHOUT_ID ("-32600")));
    assert_non_null (strstr (text, "\n" PONG ("1")));
}

static void
notifications_and_responses_are_answered_by_nothing (void **state)
{
    house_t *self = *state;
    say (self, NOTIFICATION ("notifications/initialized", "") "\n" PONG ("7") NOTIFICATION ("notifications/x", META ("1900-01-01")) "\n");
    assert_string_equal (heard (self), "");
}

static void
each_message_says_its_era (void **state)
{
    house_t *self = *state;
    say (self, REQUEST ("server/discover", META (MODERN)) "\n");
    assert_non_null (strstr (heard (self), RESULT "\"resultType\":\"complete\",\"supportedVersions\":"));
    forget (self);
    say (self, INITIALIZE ("2025-03-26") "\n" "[" PING ("1") "," PING ("2") "]\n");
    assert_non_null (strstr (heard (self), "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}," "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}]\n"));
    forget (self);
    say (self, REQUEST ("ping", META (MODERN)) "\n");
    assert_non_null (strstr (heard (self), ERROR ("-32601")));
    forget (self);
    say (self, REQUEST ("tools/list", META ("1900-01-01")) "\n");
    assert_non_null (strstr (heard (self), ERROR ("-32022")));
}

static void
a_line_may_be_large_but_not_endless (void **state)
{
    house_t *self = *state;
    size_t size = MCP_STDIO_LINE_BYTES_MAX + 200000;
    char *blanks = malloc (size);
    assert_non_null (blanks);
    memset (blanks, ' ', size);
    say_bytes (self, blanks, 2 * 1024 * 1024);
    say (self, PING ("1") "\n");
    assert_string_equal (heard (self), PONG ("1"));
    forget (self);
    say_bytes (self, "{", 1);
    say_bytes (self, blanks, size);
    say (self, PING ("2") "\n" PING ("3") "\n");
    const char *text = heard (self);
    assert_int_equal (strncmp (text, ERROR_WITHOUT_ID ("-32600"), strlen (ERROR_WITHOUT_ID ("-32600"))), 0);
    assert_string_equal (strchr (text, '\n') + 1, PONG ("3"));
    free (blanks);
}

//  --- Calls

static void
answers_come_when_they_are_ready (void **state)
{
    house_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    say (self, CALL ("1", "") CALL ("2", ",\"_meta\":{\"progressToken\":\"t\"}") PING ("3") "\n");
    assert_string_equal (heard (self), PONG ("3"));
    forget (self);
    worker_progress (worker, worker->has [1]->envelope.id, 1);
    assert_non_null (strstr (heard (self), "\"progressToken\":\"t\",\"progress\":1,"));
    worker_answer (worker, worker->has [1]->envelope.id, "{\n\"word\":\"x\"\n}");
    forget (self);
    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    assert_non_null (strstr (heard (self), "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\""));
    assert_ptr_equal (strchr (self->text, '\n') + 1, strstr (self->text, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\""));       //  Each on one line
}

static void
a_request_that_was_taken_back_is_not_answered (void **state)
{
    house_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    say (self, CALL ("1", "") CALL ("2", ""));
    uint64_t id = worker->has [0]->envelope.id;
    say (self, NOTIFICATION ("notifications/cancelled", "\"requestId\":1") "\n");
    desk_turn (self->desk);
    assert_int_equal (worker->cancelled, id);
    worker_answer (worker, id, "{}");
    assert_string_equal (heard (self), "");
    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    assert_non_null (strstr (heard (self), "\"id\":2,\"result\""));
}

static void
who_does_not_read_is_not_read_from (void **state)
{
    house_t *self = *state;
    static const char LIST [] = REQUEST ("tools/list", "") "\n";
    assert_int_equal (fcntl (self->in [1], F_SETFL, O_NONBLOCK), 0);
    size_t asked = 0;
    int idle = 0;
    while (idle < 10) {                 //  Until the pipe is full, and stays so
        bool taken = write (self->in [1], LIST, strlen (LIST)) == (ssize_t) strlen (LIST);
        asked += taken;
        idle = taken ? 0 : idle + 1;
        desk_turn (self->desk);
    }
    assert_int_equal (self->ends, 0);
    heard (self);
    for (int i = 0; i < 100; i++)
        heard (self);
    size_t answered = 0;
    for (const char *at = self->text; (at = strchr (at, '\n')); at++)
        answered++;
    assert_int_equal (answered, asked);
}

//  --- The end

static void
at_the_end_of_input_what_is_in_flight_is_answered (void **state)
{
    house_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    say (self, CALL ("1", "") PING ("2"));
    hang_up (self);
    assert_string_equal (heard (self), PONG ("2"));     //  The last line had no end
    assert_int_equal (self->ends, 0);
    desk_pass (self->desk, MCP_STDIO_END_MS - 1);
    assert_int_equal (self->ends, 0);
    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    assert_non_null (strstr (heard (self), "\"id\":1,\"result\""));
    assert_int_equal (self->ends, 1);
    assert_int_equal (self->status, STATUS_OK);
}

static void
or_cancelled_when_it_takes_too_long (void **state)
{
    house_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    say (self, CALL ("1", ""));
    mcp_stdio_end (self->stdio);        //  A signal
    say (self, PING ("2") "\n");        //  Which nobody reads
    desk_pass (self->desk, MCP_STDIO_END_MS);
    assert_int_equal (self->ends, 1);
    assert_int_equal (self->status, STATUS_OK);
    assert_int_equal (worker->heard [KIND_CANCEL], 1);
    assert_string_equal (heard (self), "");
    mcp_stdio_end (self->stdio);
    desk_turn (self->desk);
    assert_int_equal (self->ends, 1);
}

static void
nothing_in_flight_is_the_end_at_once (void **state)
{
    house_t *self = *state;
    hang_up (self);
    desk_turn (self->desk);
    assert_int_equal (self->ends, 1);
    assert_int_equal (self->status, STATUS_OK);
}

static void
a_client_that_is_gone_is_the_end (void **state)
{
    house_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    say (self, CALL ("1", ""));
    close (self->out [0]);
    self->out [0] = -1;
    say (self, PING ("2") "\n");
    desk_turn (self->desk);
    assert_int_equal (self->ends, 1);
    assert_int_equal (self->status, STATUS_OK);
    assert_int_equal (worker->heard [KIND_CANCEL], 1);
}

static void
a_file_is_read_to_its_end (void **state)
{
    house_t *self = *state;
    mcp_stdio_destroy (&self->stdio);
    FILE *file = tmpfile ();
    assert_non_null (file);
    enum { COUNT = 10000 };
    for (int i = 0; i < COUNT; i++)
        fprintf (file, PING ("%d") "%s", i, i < COUNT - 1 ? "\n" : "");
    rewind (file);
    open_on (self, fileno (file));
    for (int i = 0; i < 1000 && !self->ends; i++)
        heard (self);
    assert_int_equal (self->ends, 1);
    assert_non_null (strstr (self->text, PONG ("9999")));
    mcp_stdio_destroy (&self->stdio);
    fclose (file);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_line_is_answered_by_a_line, build, raze),
        cmocka_unit_test_setup_teardown (a_line_that_comes_in_pieces_is_one, build, raze),
        cmocka_unit_test_setup_teardown (what_cannot_be_read_is_answered_and_survived, build, raze),
        cmocka_unit_test_setup_teardown (notifications_and_responses_are_answered_by_nothing, build, raze),
        cmocka_unit_test_setup_teardown (each_message_says_its_era, build, raze),
        cmocka_unit_test_setup_teardown (a_line_may_be_large_but_not_endless, build, raze),
        cmocka_unit_test_setup_teardown (answers_come_when_they_are_ready, build, raze),
        cmocka_unit_test_setup_teardown (a_request_that_was_taken_back_is_not_answered, build, raze),
        cmocka_unit_test_setup_teardown (who_does_not_read_is_not_read_from, build, raze),
        cmocka_unit_test_setup_teardown (at_the_end_of_input_what_is_in_flight_is_answered, build, raze),
        cmocka_unit_test_setup_teardown (or_cancelled_when_it_takes_too_long, build, raze),
        cmocka_unit_test_setup_teardown (nothing_in_flight_is_the_end_at_once, build, raze),
        cmocka_unit_test_setup_teardown (a_client_that_is_gone_is_the_end, build, raze),
        cmocka_unit_test_setup_teardown (a_file_is_read_to_its_end, build, raze),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
