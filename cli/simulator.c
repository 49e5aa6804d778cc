#include "simulator.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

//  The simulator starts in a few milliseconds; a machine under load gets this long.
enum { START_MS = 10000 };

//  "/path/of/our/folder/cloudwatch-sim"; false when there is no such program.
static bool
s_path (char *path, size_t size)
{
    ssize_t length = readlink ("/proc/self/exe", path, size - 1);
    if (length <= 0)
        return false;
    path [length] = 0;
    char *slash = strrchr (path, '/');
    static const char NAME [] = "/cloudwatch-sim";
    if (!slash || (size_t) (slash - path) + sizeof NAME > size)
        return false;
    memcpy (slash, NAME, sizeof NAME);
    return access (path, X_OK) == 0;
}

//  In the child: becomes the simulator, with its output to us, and goes when we go.
static void __attribute__ ((noreturn))
s_become (const char *path, int out, pid_t parent)
{
    prctl (PR_SET_PDEATHSIG, SIGTERM);
    if (getppid () != parent)
        _exit (1);
    setpgid (0, 0);                     //  Ctrl-C at the terminal is for us: we end it when our last call is done
    dup2 (out, STDOUT_FILENO);
    char *const arguments [] = { (char *) (uintptr_t) "cloudwatch-sim", (char *) (uintptr_t) "--port", (char *) (uintptr_t) "0", NULL };
    execv (path, arguments);
    _exit (127);
}

//  Reads "cloudwatch-sim listening on http://127.0.0.1:PORT"; 0 when that does not come.
static int
s_read_port (int in)
{
    char line [256];
    size_t size = 0;
    while (size < sizeof line - 1) {
        struct pollfd ready = { .fd = in, .events = POLLIN };
        if (poll (&ready, 1, START_MS) <= 0)
            return 0;
        ssize_t got = read (in, line + size, sizeof line - 1 - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return 0;
        size += (size_t) got;
        line [size] = 0;
        if (strchr (line, '\n'))
            break;
    }
    const char *colon = strrchr (line, ':');
    long port = colon ? strtol (colon + 1, NULL, 10) : 0;
    return port > 0 && port < 65536 ? (int) port : 0;
}

status_t
simulator_start (simulator_t *self, buffer_t *sentence)
{
    *self = (simulator_t) { 0 };
    char path [PATH_MAX];
    int pipe_fds [2];
    if (!s_path (path, sizeof path)) {
        buffer_append_text (sentence, "The simulator, cloudwatch-sim, is not beside this program: build it (make build), or serve from AWS "
                            "(cloudwatch-mcp serve).");
        return STATUS_NOT_FOUND;
    }
    if (pipe2 (pipe_fds, O_CLOEXEC) != 0) {
        buffer_printf (sentence, "The simulator cannot be started: %s.", strerror (errno));
        return STATUS_SYSTEM;
    }
    pid_t parent = getpid ();
    self->pid = fork ();
    if (self->pid == 0)
        s_become (path, pipe_fds [1], parent);
    close (pipe_fds [1]);
    self->port = self->pid > 0 ? s_read_port (pipe_fds [0]) : 0;
    close (pipe_fds [0]);
    if (self->port)
        return STATUS_OK;
    buffer_append_text (sentence, "The simulator did not start.");
    simulator_stop (self);
    return STATUS_SYSTEM;
}

void
simulator_stop (simulator_t *self)
{
    if (self->pid <= 0)
        return;
    kill (self->pid, SIGTERM);
    while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    self->pid = 0;
}
