/*  cloudwatch-sim - the simulator as a program

    Says on standard output where it listens as soon as it does, and ends with 0 on SIGTERM and SIGINT. */

#include "options.h"
#include "sim.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { SENTENCE_BYTES_MAX = 4096, EXIT_WRONG_FLAGS = 2 };

//  The system's clock, but for a wall time that may be fixed, and wrong by as much as the knobs say.
static int64_t
s_mono_us (void *self)
{
    (void) self;
    return clock_mono_us (clock_system ());
}

static int64_t
s_wall_ms (void *self)
{
    const options_t *options = self;
    return (options->now_fixed ? options->now_ms : clock_wall_ms (clock_system ())) + options->knobs.clock_offset_s * 1000;
}

//  Signals that end the program, as a descriptor. -1 when the kernel refuses.
static int
s_open_signals (void)
{
    sigset_t signals;
    sigemptyset (&signals);
    sigaddset (&signals, SIGTERM);
    sigaddset (&signals, SIGINT);
    if (sigprocmask (SIG_BLOCK, &signals, NULL) != 0)
        return -1;
    return signalfd (-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void
s_stop (void *arg, uint32_t events)
{
    (void) events;
    reactor_stop (arg);
}

//  As many connections as the system lets us have: the usual soft limit is below what the server would take.
static void
s_raise_descriptors (void)
{
    struct rlimit limit;
    if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
            return;             //  Fewer connections, then
    }
}

static int
s_serve (const options_t *options, reactor_t *reactor, sim_t *sim)
{
    int port = 0;
    status_t status = sim_listen (sim, options->host, options->port, &port);
    if (status == STATUS_INVALID_ARGUMENT) {
        fprintf (stderr, "cloudwatch-sim: --host must be an IP address or localhost, not \"%s\".\n", options->host);
        return EXIT_WRONG_FLAGS;
    }
    if (status != STATUS_OK) {
        fprintf (stderr, "cloudwatch-sim: cannot listen on %s port %d: %s.\n", options->host, options->port, strerror (errno));
        return EXIT_FAILURE;
    }
    bool bracketed = strchr (options->host, ':') != NULL;
    printf ("cloudwatch-sim listening on http://%s%s%s:%d\n", bracketed ? "[" : "", options->host, bracketed ? "]" : "", port);
    fflush (stdout);
    return reactor_run (reactor) == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
s_run (options_t *options, verify_t *keys)
{
    const clock_source_t clock = { .mono_us = s_mono_us, .wall_ms = s_wall_ms, .self = options };
    const shop_config_t wanted = {
        .now_ms = clock_wall_ms (&clock),
        .clock = &clock,
        .seed = options->seed,
        .log_events = options->log_events,
        .log_groups_extra = options->log_groups,
        .metrics_extra = options->metrics,
    };
    int exit_code = EXIT_FAILURE;
    sim_t *sim = NULL;
    reactor_watch_t signals = { .fd = s_open_signals (), .events = EPOLLIN, .ready = s_stop };
    shop_t *shop = shop_new (&wanted);
    reactor_t *reactor = reactor_new (&clock);
    issued_keys_t *issued = issued_keys_new (random_system ());
    verify_trust (keys, issued);
    if (shop && reactor && issued)
        sim = sim_new (reactor, &(sim_config_t) { .keys = keys, .shop = shop, .issued = issued, .knobs = &options->knobs, .seed = options->seed,
                                                  .latency_ms = options->latency_ms });
    signals.arg = reactor;
    if (!sim || signals.fd < 0 || reactor_watch (reactor, &signals) != STATUS_OK)
        fputs ("cloudwatch-sim: there is not enough memory, or there are too few descriptors.\n", stderr);
    else {
        exit_code = s_serve (options, reactor, sim);
        reactor_unwatch (reactor, &signals);
    }
    sim_destroy (&sim);
    if (reactor)
        reactor_destroy (&reactor);
    shop_destroy (&shop);
    verify_trust (keys, NULL);
    issued_keys_destroy (&issued);
    if (signals.fd >= 0)
        close (signals.fd);
    return exit_code;
}

int
main (int count, char **texts)
{
    options_t options;
    buffer_t sentence;
    int exit_code = EXIT_FAILURE;
    verify_t *keys = verify_new ();
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    if (!keys)
        return EXIT_FAILURE;
    switch (options_read (&options, count - 1, texts + 1, getenv ("CLOUDWATCH_SIM_KEYS"), keys, &sentence)) {
    case OPTIONS_HELP:
        fputs (OPTIONS_HELP_TEXT, stdout);
        exit_code = EXIT_SUCCESS;
        break;
    case OPTIONS_VERSION:
        puts ("cloudwatch-sim " CLOUDWATCH_MCP_VERSION);
        exit_code = EXIT_SUCCESS;
        break;
    case OPTIONS_WRONG:
        fprintf (stderr, "cloudwatch-sim: %.*s\n", (int) sentence.size, sentence.data ? sentence.data : "");
        exit_code = EXIT_WRONG_FLAGS;
        break;
    case OPTIONS_RUN:
        s_raise_descriptors ();
        exit_code = s_run (&options, keys);
        break;
    }
    buffer_deinit (&sentence);
    verify_destroy (&keys);
    return exit_code;
}
