/*  A line is put together by whoever logs it, and goes into a pipe by one write. The kernel takes PIPE_BUF bytes whole or not at all, so lines
    of several threads never mix, and no lock is needed. The pipe's writing end does not block: what does not fit is counted and forgotten.
    Its reading end does block, and belongs to the writer thread, which ends when the writing end is closed and the pipe is empty.

    Time comes from the system's clock: a log tells when things happened to a person, and nothing is ever decided by it. */

#include "log.h"

#include "clock.h"
#include "json.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

//  A line with its newline. PIPE_BUF is what the kernel writes in one piece.
enum { LINE_BYTES_MAX = 4096 };
_Static_assert (LINE_BYTES_MAX <= PIPE_BUF, "a line must go into the pipe in one piece");

//  How a line ends that had to be cut, and room for it in every line.
static const slice_t CUT = { ",\"cut\":true", 11 };
enum { TAIL_BYTES = 11 + 2 };   //  The above, a brace, a newline

//  Having written, the writer lets lines gather for a moment: under load it is woken for many at once, and the first line after a quiet time is not
//  kept waiting. Meanwhile the pipe holds what comes; the size is what Linux grants anybody, and a kernel that grants less keeps its own.
static const int GATHER_MS = 2;
enum { PIPE_BYTES = 1024 * 1024, CARRY_BYTES = 64 * 1024 };

//  How long log_stop waits for a reader that does not read.
static const time_t STOP_S_MAX = 1;

static _Atomic int s_level = LOG_LEVEL_INFO;
static _Atomic int s_pipe = -1;             //  The writing end while started
static _Atomic uint64_t s_dropped;          //  Since the process began
static _Atomic uint64_t s_unsaid;           //  Dropped lines that no line has told of yet
static pthread_t s_thread;                  //  Valid while started; main's

//  What the writer thread works on; its own, because it may outlive log_stop.
typedef struct {
    int from;
    int to;
} writer_t;

//  Writes everything, however long it takes. The descriptor is inherited and may be non-blocking by somebody else's choice.
static bool
s_write_all (int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t written = write (fd, bytes, size);
        if (written >= 0) {
            bytes += written;
            size -= (size_t) written;
        } else if (errno == EAGAIN) {
            struct pollfd writable = { .fd = fd, .events = POLLOUT };
            if (poll (&writable, 1, -1) < 0 && errno != EINTR)
                return false;
        } else if (errno != EINTR)
            return false;
    }
    return true;
}

static void *
s_carry (void *arg)
{
    writer_t *self = arg;
    char bytes [CARRY_BYTES];
    for (;;) {
        ssize_t size = read (self->from, bytes, sizeof bytes);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        //  A reader that has gone away is no reason to stop: the pipe must be emptied for those who write
        (void) s_write_all (self->to, bytes, (size_t) size);
        //  Only the end of the log is waited for
        struct pollfd ended = { .fd = self->from };
        if (size < (ssize_t) sizeof bytes && poll (&ended, 1, GATHER_MS) < 0 && errno != EINTR)
            break;
    }
    close (self->from);
    free (self);
    return NULL;
}

//  Every signal is for others: SIGPIPE becomes an error of write, and SIGTERM finds the thread that waits for it.
static int
s_start_thread (writer_t *writer)
{
    sigset_t all, before;
    sigfillset (&all);
    pthread_sigmask (SIG_SETMASK, &all, &before);
    int rc = pthread_create (&s_thread, NULL, s_carry, writer);
    pthread_sigmask (SIG_SETMASK, &before, NULL);
    return rc;
}

status_t
log_start (log_level_t level, int fd)
{
    assert (s_pipe < 0);

    log_set_level (level);
    int ends [2];
    if (pipe2 (ends, O_CLOEXEC) < 0)
        return STATUS_SYSTEM;
    status_t status = STATUS_SYSTEM;
    writer_t *writer = NULL;
    if (fcntl (ends [1], F_SETFL, O_NONBLOCK) < 0)
        goto failed;
    (void) fcntl (ends [1], F_SETPIPE_SZ, PIPE_BYTES);
    writer = malloc (sizeof *writer);
    if (!writer) {
        status = STATUS_NO_MEMORY;
        goto failed;
    }
    *writer = (writer_t) { .from = ends [0], .to = fd };
    if (s_start_thread (writer) != 0)
        goto failed;
    s_pipe = ends [1];
    return STATUS_OK;

failed:
    free (writer);
    close (ends [0]);
    close (ends [1]);
    return status;
}

void
log_stop (void)
{
    int fd = atomic_exchange (&s_pipe, -1);
    if (fd < 0)
        return;
    close (fd);

    struct timespec until;
    clock_gettime (CLOCK_REALTIME, &until);
    until.tv_sec += STOP_S_MAX;
    if (pthread_timedjoin_np (s_thread, NULL, &until) != 0)
        pthread_detach (s_thread);
}

bool
log_level_parse (const char *text, log_level_t *level)
{
    static const struct {
        const char *name;
        log_level_t level;
    } names [] = {
        { "error", LOG_LEVEL_ERROR }, { "warning", LOG_LEVEL_WARNING }, { "info", LOG_LEVEL_INFO }, { "debug", LOG_LEVEL_DEBUG },
        { "critical", LOG_LEVEL_ERROR }, { "warn", LOG_LEVEL_WARNING }, { "trace", LOG_LEVEL_DEBUG },
    };
    for (size_t i = 0; text && i < sizeof names / sizeof names [0]; i++)
        if (strcasecmp (text, names [i].name) == 0) {
            *level = names [i].level;
            return true;
        }
    return false;
}

void
log_set_level (log_level_t level)
{
    atomic_store_explicit (&s_level, (int) level, memory_order_relaxed);
}

log_level_t
log_level (void)
{
    return (log_level_t) atomic_load_explicit (&s_level, memory_order_relaxed);
}

bool
log_enabled (log_level_t level)
{
    return (int) level <= atomic_load_explicit (&s_level, memory_order_relaxed);
}

uint64_t
log_dropped (void)
{
    return atomic_load_explicit (&s_dropped, memory_order_relaxed);
}

//  Undoes what was appended since the buffer had that size, and the failure with it.
static void
s_take_back (buffer_t *line, size_t size)
{
    line->size = size;
    line->status = STATUS_OK;
}

//  As much of the text as fits; false if that is not all of it.
static bool
s_append_text (buffer_t *line, slice_t text)
{
    size_t before = line->size;
    json_append_string (line, text);
    if (line->status != STATUS_TOO_LARGE)
        return true;

    //  Escaping makes bytes more by turns, so the size that fits is found by trying; at most 4 KB a few dozen times, and only for such a line
    if (text.size > LINE_BYTES_MAX)
        text.size = LINE_BYTES_MAX;
    while (text.size && line->status == STATUS_TOO_LARGE) {
        text.size -= text.size / 32 + 1;
        while (text.size && (text.data [text.size] & 0xC0) == 0x80)
            text.size--;        //  Not within a character
        s_take_back (line, before);
        json_append_string (line, text);
    }
    return false;
}

//  False if not all of it fitted; the line is in order all the same.
static bool
s_append_field (buffer_t *line, const log_field_t *field)
{
    size_t before = line->size;
    bool whole = true;
    buffer_append_char (line, ',');
    json_append_string (line, slice_of (field->name));
    buffer_append_char (line, ':');
    if (field->kind == LOG_FIELD_TEXT)
        whole = s_append_text (line, field->text);
    else
        buffer_append_number (line, field->number);

    if (line->status == STATUS_TOO_LARGE) {
        s_take_back (line, before);
        whole = false;
    }
    return whole;
}

static void
s_compose (buffer_t *line, log_level_t level, const char *event, const log_field_t *fields, uint64_t unsaid)
{
    static const char *const names [] = { "error", "warning", "info", "debug" };
    char time [CLOCK_TEXT_SIZE];
    line->limit = LINE_BYTES_MAX - TAIL_BYTES;
    buffer_printf (line, "{\"time\":\"%s\",\"level\":\"%s\",\"event\":",
                   clock_text_ms (clock_wall_ms (clock_system ()), time), names [level]);
    bool whole = s_append_text (line, slice_of (event));
    if (unsaid)
        whole = s_append_field (line, &(log_field_t) { .name = "dropped", .kind = LOG_FIELD_INT, .number = (int64_t) unsaid }) && whole;
    for (; whole && fields->name; fields++)
        whole = s_append_field (line, fields);

    line->limit = LINE_BYTES_MAX;
    if (!whole)
        buffer_append_slice (line, CUT);
    buffer_append_text (line, "}\n");
}

//  Into the pipe in one piece, or straight to standard error where there is none.
static bool
s_send (slice_t line)
{
    int fd = s_pipe;
    if (fd < 0)
        return s_write_all (STDERR_FILENO, line.data, line.size);
    ssize_t written;
    do
        written = write (fd, line.data, line.size);
    while (written < 0 && errno == EINTR);
    return written == (ssize_t) line.size;
}

void
log_line (log_level_t level, const char *event, const log_field_t *fields)
{
    int error = errno;          //  To log is to look on: the caller's errno stays as it is
    uint64_t unsaid = atomic_exchange_explicit (&s_unsaid, 0, memory_order_relaxed);
    buffer_t line;
    buffer_init (&line, LINE_BYTES_MAX);
    s_compose (&line, level, event, fields, unsaid);
    if (buffer_status (&line) != STATUS_OK || !s_send (buffer_slice (&line))) {
        atomic_fetch_add_explicit (&s_unsaid, unsaid + 1, memory_order_relaxed);
        atomic_fetch_add_explicit (&s_dropped, 1, memory_order_relaxed);
    }
    buffer_deinit (&line);
    errno = error;
}
