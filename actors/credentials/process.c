/*  Two descriptors are watched: the pipe that is its standard output, and the process itself (pidfd). A program may close its output and live on, or
    end and leave its output to a child; it is over when both are. */

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct process {
    reactor_t      *reactor;
    pid_t           pid;                //  0: not there (any more)
    reactor_watch_t output_watch;       //  fd -1: closed
    reactor_watch_t end_watch;          //  Likewise
    reactor_timer_t limit;              //  Its end; without a process: now, to tell that there is none
    buffer_t        output;
    status_t        status;
    int             exit_code;
    process_ended_t *ended;
    void           *arg;
};

static void
s_close (process_t *self, reactor_watch_t *watch)
{
    if (watch->fd < 0)
        return;
    reactor_unwatch (self->reactor, watch);
    close (watch->fd);
    watch->fd = -1;
}

//  Only this thread waits for it (others of ours pass over what they did not start), so its number is still its own.
static void
s_bury (process_t *self, int options)
{
    int how = 0;
    pid_t pid;
    do
        pid = waitpid (self->pid, &how, options);
    while (pid < 0 && errno == EINTR);
    if (pid == 0)
        return;
    if (pid < 0)
        self->status = STATUS_SYSTEM;
    self->exit_code = pid < 0 ? -1 : WIFSIGNALED (how) ? 128 + WTERMSIG (how) : WEXITSTATUS (how);
    self->pid = 0;
}

static void
s_kill (process_t *self)
{
    if (self->pid <= 0)
        return;
    kill (-self->pid, SIGKILL);
    s_bury (self, 0);
}

static void
s_free (process_t *self)
{
    s_kill (self);
    s_close (self, &self->output_watch);
    s_close (self, &self->end_watch);
    reactor_cancel_timer (self->reactor, &self->limit);
    buffer_deinit (&self->output);
    free (self);
}

void
process_abort (process_t **self_p)
{
    process_t *self = *self_p;
    *self_p = NULL;
    if (self)
        s_free (self);
}

//  The last that is heard of it.
static void
s_tell (process_t *self)
{
    buffer_t output;
    buffer_init_secret (&output, self->output.limit);
    buffer_move (&output, &self->output);
    process_end_t end = { .status = self->status, .exit_code = self->exit_code, .output = buffer_slice (&output) };
    process_ended_t *ended = self->ended;
    void *arg = self->arg;
    s_free (self);
    ended (arg, &end);
    buffer_deinit (&output);
}

static void
s_give_up (process_t *self, status_t status)
{
    s_kill (self);
    self->status = status;
    s_tell (self);
}

static void
s_too_late (void *arg)
{
    process_t *self = arg;
    if (self->status == STATUS_OK)
        s_give_up (self, STATUS_DEADLINE);
    else
        s_tell (self);
}

static void
s_ended (void *arg, uint32_t events)
{
    (void) events;
    process_t *self = arg;
    s_bury (self, WNOHANG);
    if (self->pid)
        return;
    s_close (self, &self->end_watch);
    if (self->output_watch.fd < 0)
        s_tell (self);
}

static void
s_printed (void *arg, uint32_t events)
{
    (void) events;
    process_t *self = arg;
    char bytes [4096];
    ssize_t size = read (self->output_watch.fd, bytes, sizeof bytes);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size > 0) {
        buffer_append (&self->output, bytes, (size_t) size);
        explicit_bzero (bytes, (size_t) size);
        if (buffer_status (&self->output) != STATUS_OK)
            s_give_up (self, buffer_status (&self->output));
        return;
    }
    s_close (self, &self->output_watch);
    if (self->end_watch.fd < 0)
        s_tell (self);
}

//  As if a shell had started it: no signal is blocked or ignored that we block or ignore, and it is a group of its own.
static int
s_set_attributes (posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset (&none);
    sigfillset (&all);
    int error = posix_spawnattr_setflags (attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    error = error ? error : posix_spawnattr_setpgroup (attributes, 0);
    error = error ? error : posix_spawnattr_setsigmask (attributes, &none);
    return error ? error : posix_spawnattr_setsigdefault (attributes, &all);
}

static int
s_set_files (posix_spawn_file_actions_t *files, int output)
{
    int error = posix_spawn_file_actions_addopen (files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    error = error ? error : posix_spawn_file_actions_adddup2 (files, output, STDOUT_FILENO);
    return error ? error : posix_spawn_file_actions_addopen (files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
}

static int
s_spawn (process_t *self, char *const *argv, int output)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    int error = posix_spawnattr_init (&attributes);
    if (error)
        return error;
    error = posix_spawn_file_actions_init (&files);
    if (!error) {
        error = s_set_attributes (&attributes);
        error = error ? error : s_set_files (&files, output);
        error = error ? error : posix_spawnp (&self->pid, argv [0], &files, &attributes, argv, environ);
        posix_spawn_file_actions_destroy (&files);
    }
    posix_spawnattr_destroy (&attributes);
    if (error)
        self->pid = 0;
    return error;
}

static status_t
s_start (process_t *self, char *const *argv)
{
    int output [2];
    if (pipe2 (output, O_CLOEXEC) != 0)
        return STATUS_SYSTEM;
    self->output_watch.fd = output [0];
    int error = fcntl (output [0], F_SETFL, O_NONBLOCK) != 0 ? errno : s_spawn (self, argv, output [1]);
    close (output [1]);
    if (error)
        return STATUS_SYSTEM;
    self->end_watch.fd = pidfd_open (self->pid, 0);
    if (self->end_watch.fd < 0)
        return STATUS_SYSTEM;
    status_t status = reactor_watch (self->reactor, &self->output_watch);
    return status == STATUS_OK ? reactor_watch (self->reactor, &self->end_watch) : status;
}

process_t *
process_start (reactor_t *reactor, char *const *argv, int64_t limit_ms, size_t output_bytes_max, process_ended_t *ended, void *arg)
{
    process_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->reactor = reactor;
    self->ended = ended;
    self->arg = arg;
    self->output_watch = (reactor_watch_t) { .fd = -1, .events = EPOLLIN, .ready = s_printed, .arg = self };
    self->end_watch = (reactor_watch_t) { .fd = -1, .events = EPOLLIN, .ready = s_ended, .arg = self };
    self->limit = (reactor_timer_t) { .due = s_too_late, .arg = self };
    buffer_init_secret (&self->output, output_bytes_max);
    self->status = s_start (self, argv);
    if (self->status != STATUS_OK)
        s_kill (self);
    reactor_set_timer (reactor, &self->limit, reactor_now_ms (reactor) + (self->status == STATUS_OK ? limit_ms : 0));
    return self;
}
