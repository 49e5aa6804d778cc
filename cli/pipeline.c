#include "pipeline.h"

#include "actor.h"
#include "alarms.h"
#include "aws_settings.h"
#include "credentials.h"
#include "exporter.h"
#include "log.h"
#include "logs.h"
#include "metrics.h"

#include <assert.h>
#include <stdlib.h>

const char PIPELINE_GATEWAY [] = "inproc://gateway";
const char PIPELINE_CREDENTIALS [] = "inproc://credentials";

//  How long the end of a thread is waited for. A thread that hangs would otherwise keep the process for ever.
enum { END_MS = 1000, END_EXPORTER_MS = EXPORTER_FLUSH_MS + END_MS };

typedef enum { THREAD_CREDENTIALS, THREAD_LOGS, THREAD_METRICS, THREAD_ALARMS, THREAD_EXPORTER, THREAD_GATEWAY, THREADS } thread_kind_t;

//  What each service's actor is made of.
static const struct {
    const char *name;
    service_t service;
    const operation_t *const *operations;
} KINDS [THREADS] = {
    [THREAD_CREDENTIALS] = { "credentials", SERVICE_CREDENTIALS, NULL },
    [THREAD_LOGS] = { "logs", SERVICE_LOGS, LOGS_OPERATIONS },
    [THREAD_METRICS] = { "metrics", SERVICE_METRICS, METRICS_OPERATIONS },
    [THREAD_ALARMS] = { "alarms", SERVICE_ALARMS, ALARMS_OPERATIONS },
    [THREAD_EXPORTER] = { "exporter", SERVICE_NONE, NULL },
    [THREAD_GATEWAY] = { "gateway", SERVICE_NONE, NULL },
};

typedef struct {
    thread_kind_t kind;
    pipeline_t   *pipeline;
    zactor_t     *zactor;               //  NULL: not running
    credentials_t *credentials;         //  One of these four is what it runs
    actor_t      *actor;
    exporter_t   *exporter;
    gateway_t    *gateway;              //  The caller's
    atomic_ullong pulse;                //  Its loop's turns; the gateway's are counted in its maker's
    uint64_t      pulse_seen;
    int           looks_without_pulse;
    int           restarts;
    int64_t       first_restart_ms;
    status_t      status;               //  What its loop returned; read only after the thread has ended
    atomic_bool   returned;             //  It has ended: what it worked on is nobody's any more
} thread_t;

struct pipeline {
    pipeline_config_t config;
    thread_t threads [THREADS];
    reactor_timer_t look;
    bool draining;
    bool ended;
    bool deserted;                      //  A thread did not end, and goes on using its place here: the memory stays
};

static void
s_thread (zsock_t *pipe, void *arg)
{
    thread_t *thread = arg;
    if (thread->credentials)
        thread->status = credentials_run (thread->credentials, pipe);
    else if (thread->actor)
        thread->status = actor_run (thread->actor, pipe);
    else if (thread->exporter)
        thread->status = exporter_run (thread->exporter, pipe);
    else
        thread->status = gateway_run (thread->gateway, pipe);
    pipe_give_back (thread);
    atomic_store (&thread->returned, true);
}

//  Makes what the thread runs. False without memory or descriptors.
static bool
s_make (thread_t *thread)
{
    pipeline_config_t *config = &thread->pipeline->config;
    if (thread->kind == THREAD_GATEWAY) {
        thread->gateway = config->gateway;
        return true;
    }
    if (thread->kind == THREAD_CREDENTIALS) {
        credentials_config_t credentials = {
            .endpoint = PIPELINE_CREDENTIALS, .config = config->config, .providers = PROVIDERS,
            .clock = clock_system (), .random = random_system (), .pulse = &thread->pulse,
            .expiry_ms = config->expiry_ms,
        };
        thread->credentials = credentials_new (&credentials);
        return thread->credentials != NULL;
    }
    if (thread->kind == THREAD_EXPORTER) {
        thread->exporter = exporter_new (&(exporter_config_t) {
            .settings = config->otlp, .link = config->link, .proxies = aws_settings_proxies (config->config), .clock = clock_system (),
            .random = random_system (), .pulse = &thread->pulse });
        return thread->exporter != NULL;
    }
    actor_config_t actor = {
        .service = KINDS [thread->kind].service, .operations = KINDS [thread->kind].operations,
        .contracts = config->contracts, .config = config->config, .gateway = PIPELINE_GATEWAY, .credentials = PIPELINE_CREDENTIALS,
        .clock = clock_system (), .random = random_system (), .pulse = &thread->pulse,
    };
    thread->actor = actor_new (&actor);
    return thread->actor != NULL;
}

static void s_returned (void *arg);

static status_t
s_start (thread_t *thread)
{
    if (!s_make (thread))
        return STATUS_NO_MEMORY;
    atomic_store (&thread->returned, false);
    thread->zactor = zactor_new (s_thread, thread);
    if (!thread->zactor)
        return STATUS_SYSTEM;
    thread->looks_without_pulse = 0;
    //  Its pipe becomes readable when the thread's function has returned. That word is left unread: zactor_destroy waits for it.
    reactor_add_socket (thread->pipeline->config.reactor, zsock_resolve (zactor_sock (thread->zactor)), s_returned, thread);
    return STATUS_OK;
}

//  It hangs (in a provider, which may read a file that does not come). It may still use what it runs: the end of the process frees that. A gateway
//  has nothing to hang in, and its owner would destroy it under its feet: that is a defect.
static void
s_desert (thread_t *thread)
{
    log_error ("a thread did not end", log_text ("actor", KINDS [thread->kind].name));
    if (thread->kind == THREAD_GATEWAY) {
        log_stop ();
        abort ();
    }
    thread->credentials = NULL;
    thread->actor = NULL;
    thread->exporter = NULL;
    thread->pipeline->deserted = true;
}

//  Ends the thread, if it runs, and destroys what it ran.
static void
s_end (thread_t *thread)
{
    if (thread->zactor) {
        reactor_remove_socket (thread->pipeline->config.reactor, zsock_resolve (zactor_sock (thread->zactor)));
        zsock_set_rcvtimeo (zactor_sock (thread->zactor), thread->kind == THREAD_EXPORTER ? END_EXPORTER_MS : END_MS);
        zactor_destroy (&thread->zactor);
        if (atomic_load (&thread->returned))
            pipe_taken_back (thread);
        else
            s_desert (thread);
    }
    credentials_destroy (&thread->credentials);
    actor_destroy (&thread->actor);
    exporter_destroy (&thread->exporter);
}

static void
s_give_up (pipeline_t *self, status_t status)
{
    if (self->ended)
        return;
    self->ended = true;
    self->config.ended (self->config.arg, status);
}

//  An actor came back by itself. It is started anew, but not for ever: what fails three times in a minute will fail again.
static void
s_restart (thread_t *thread)
{
    pipeline_t *self = thread->pipeline;
    int64_t now_ms = reactor_now_ms (self->config.reactor);
    if (now_ms - thread->first_restart_ms > PIPELINE_RESTARTS_MS) {
        thread->first_restart_ms = now_ms;
        thread->restarts = 0;
    }
    log_error ("actor ended by itself", log_text ("actor", KINDS [thread->kind].name), log_text ("status", status_name (thread->status)),
               log_int ("restarts", thread->restarts));
    if (thread->restarts++ >= PIPELINE_RESTARTS || s_start (thread) != STATUS_OK) {
        log_error ("giving up", log_text ("actor", KINDS [thread->kind].name));
        s_give_up (self, STATUS_INTERNAL);
    }
}

static void
s_returned (void *arg)
{
    thread_t *thread = arg;
    pipeline_t *self = thread->pipeline;
    s_end (thread);
    if (thread->kind == THREAD_GATEWAY)
        s_give_up (self, thread->status);
    else if (!self->draining)
        s_restart (thread);
}

//  Once a second: has each loop turned since the last look? Loops turn at least once a second by themselves.
static void
s_look (void *arg)
{
    pipeline_t *self = arg;
    for (int i = 0; i < THREADS; i++) {
        thread_t *thread = &self->threads [i];
        if (!thread->zactor)
            continue;
        atomic_ullong *counted = i == THREAD_GATEWAY ? self->config.gateway_pulse : &thread->pulse;
        uint64_t pulse = atomic_load_explicit (counted, memory_order_relaxed);
        bool beats = pulse != thread->pulse_seen;
        thread->pulse_seen = pulse;
        thread->looks_without_pulse = beats ? 0 : thread->looks_without_pulse + 1;
        if (thread->looks_without_pulse == PIPELINE_STUCK_MS / PIPELINE_LOOK_MS / 3)
            log_error ("a loop does not turn", log_text ("actor", KINDS [i].name));
        if (thread->looks_without_pulse >= PIPELINE_STUCK_MS / PIPELINE_LOOK_MS) {
            log_error ("a loop is stuck: the process ends", log_text ("actor", KINDS [i].name));
            log_stop ();
            abort ();
        }
    }
    reactor_set_timer (self->config.reactor, &self->look, reactor_now_ms (self->config.reactor) + PIPELINE_LOOK_MS);
}

status_t
pipeline_new (const pipeline_config_t *config, pipeline_t **self_p)
{
    pipeline_t *self = *self_p = calloc (1, sizeof *self);
    if (!self)
        return STATUS_NO_MEMORY;
    self->config = *config;
    status_t status = STATUS_OK;
    for (int i = 0; i < THREADS && status == STATUS_OK; i++) {
        self->threads [i].kind = (thread_kind_t) i;
        self->threads [i].pipeline = self;
        bool wanted = i == THREAD_GATEWAY ? config->gateway != NULL : i != THREAD_EXPORTER || config->link;
        if (wanted)
            status = s_start (&self->threads [i]);
    }
    if (status != STATUS_OK) {
        pipeline_destroy (self_p);
        return status;
    }
    self->look = (reactor_timer_t) { .due = s_look, .arg = self };
    reactor_set_timer (config->reactor, &self->look, clock_mono_ms (reactor_clock (config->reactor)) + PIPELINE_LOOK_MS);
    return STATUS_OK;
}

void
pipeline_destroy (pipeline_t **self_p)
{
    pipeline_t *self = *self_p;
    if (!self)
        return;
    self->draining = true;
    reactor_cancel_timer (self->config.reactor, &self->look);
    for (int i = THREADS; i-- > 0;)             //  Those that ask before those that answer
        if (self->threads [i].pipeline)
            s_end (&self->threads [i]);
    if (!self->deserted)
        free (self);
    *self_p = NULL;
}

void
pipeline_drain (pipeline_t *self, bool grace)
{
    self->draining = true;
    assert (self->threads [THREAD_GATEWAY].zactor);
    pipe_drain (self->threads [THREAD_GATEWAY].zactor, grace);
    if (self->threads [THREAD_EXPORTER].zactor)
        pipe_drain (self->threads [THREAD_EXPORTER].zactor, grace);
}
