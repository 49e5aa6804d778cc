#include "resolver_thread.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

//  getaddrinfo and the modules of the name service switch stay far below this; the default of 8 MB would only look bad in a memory report.
static const size_t STACK_BYTES = 256 * 1024;

enum { REASON_NONE, REASON_NO_NAME, REASON_NO_ADDRESS, REASON_NO_SERVER, REASON_SERVER_FAILED, REASON_NO_MEMORY, REASON_SYSTEM, REASONS };

static const char *const s_reasons [REASONS] = {
    [REASON_NONE]          = "it was looked up",
    [REASON_NO_NAME]       = "the name does not exist",
    [REASON_NO_ADDRESS]    = "the name has no address",
    [REASON_NO_SERVER]     = "no name server answered",
    [REASON_SERVER_FAILED] = "the name server failed",
    [REASON_NO_MEMORY]     = "there was no memory for the look-up",
    [REASON_SYSTEM]        = "the system could not look it up",
};

typedef struct {
    int   end;                              //  Ours to close
    void (*look_up) (void *self, const char *name, resolver_answer_t *answer);
    void *look_up_self;
} settings_t;

//  What getaddrinfo's codes mean to us. A server that cannot be asked is a passing trouble, a name that is not there is an answer.
static void
s_judge (int code, resolver_answer_t *answer)
{
    static const struct {
        int code;
        status_t status;
        uint32_t reason;
    } meanings [] = {
        { EAI_NONAME,     STATUS_NOT_FOUND,   REASON_NO_NAME },
        { EAI_NODATA,     STATUS_NOT_FOUND,   REASON_NO_ADDRESS },
        { EAI_ADDRFAMILY, STATUS_NOT_FOUND,   REASON_NO_ADDRESS },
        { EAI_AGAIN,      STATUS_UNREACHABLE, REASON_NO_SERVER },
        { EAI_FAIL,       STATUS_UNREACHABLE, REASON_SERVER_FAILED },
        { EAI_MEMORY,     STATUS_NO_MEMORY,   REASON_NO_MEMORY },
    };
    answer->status = STATUS_UNREACHABLE;
    answer->reason = s_reasons [REASON_SYSTEM];
    for (size_t i = 0; i < sizeof meanings / sizeof meanings [0]; i++)
        if (meanings [i].code == code) {
            answer->status = meanings [i].status;
            answer->reason = s_reasons [meanings [i].reason];
        }
}

static void
s_add_family (resolver_answer_t *answer, const struct addrinfo *first, int family)
{
    for (const struct addrinfo *at = first; at && answer->count < RESOLVER_ADDRESSES_MAX; at = at->ai_next) {
        if (at->ai_family != family)
            continue;
        const void *address = &((const struct sockaddr_in *) (const void *) at->ai_addr)->sin_addr;
        if (family == AF_INET6)
            address = &((const struct sockaddr_in6 *) (const void *) at->ai_addr)->sin6_addr;
        if (inet_ntop (family, address, answer->addresses [answer->count], RESOLVER_ADDRESS_SIZE))
            answer->count++;
    }
}

static void
s_ask_system (void *self, const char *name, resolver_answer_t *answer)
{
    (void) self;
    const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
    struct addrinfo *found = NULL;
    int code = getaddrinfo (name, NULL, &hints, &found);
    if (code == 0) {
        s_add_family (answer, found, AF_INET);
        s_add_family (answer, found, AF_INET6);
        freeaddrinfo (found);
    }
    if (code)
        s_judge (code, answer);
}

//  The number of the reason; of an injected look-up that gives none of ours, one that fits the status.
static uint32_t
s_reason_number (const resolver_answer_t *answer)
{
    for (uint32_t i = 0; i < REASONS; i++)
        if (answer->reason == s_reasons [i])
            return i;
    switch (answer->status) {
    case STATUS_OK:
        return REASON_NONE;
    case STATUS_NOT_FOUND:
        return REASON_NO_NAME;
    case STATUS_UNREACHABLE:
        return REASON_NO_SERVER;
    default:
        return REASON_SYSTEM;
    }
}

static resolver_report_t
s_report (const settings_t *settings, const resolver_question_t *question)
{
    resolver_answer_t answer = { .status = STATUS_OK };
    int64_t asked_us = clock_mono_us (clock_system ());
    settings->look_up (settings->look_up_self, question->name, &answer);
    assert (answer.count >= 0 && answer.count <= RESOLVER_ADDRESSES_MAX);
    if (answer.status == STATUS_OK && answer.count == 0)
        s_judge (EAI_NODATA, &answer);
    else if (answer.status != STATUS_OK)
        answer.count = 0;

    resolver_report_t report = { .slot = question->slot, .reason = s_reason_number (&answer), .status = (int32_t) answer.status };
    report.count = (int32_t) answer.count;
    report.took_us = clock_mono_us (clock_system ()) - asked_us;
    memcpy (report.addresses, answer.addresses, sizeof report.addresses);
    return report;
}

static void *
s_work (void *arg)
{
    settings_t *settings = arg;
    resolver_question_t question;
    for (;;) {
        ssize_t size = recv (settings->end, &question, sizeof question, 0);
        if (size < 0 && errno == EINTR)
            continue;
        if (size != (ssize_t) sizeof question)
            break;                          //  The resolver is gone
        resolver_report_t report = s_report (settings, &question);
        if (send (settings->end, &report, sizeof report, MSG_NOSIGNAL) != (ssize_t) sizeof report)
            break;
    }
    close (settings->end);
    free (settings);
    return NULL;
}

//  Signals are the main thread's: a thread is born with all of them blocked, or it might take one in its first moment.
static int
s_create (settings_t *settings)
{
    pthread_attr_t attributes;
    int rc = pthread_attr_init (&attributes);
    if (rc)
        return rc;
    rc = pthread_attr_setdetachstate (&attributes, PTHREAD_CREATE_DETACHED);
    if (rc == 0)
        rc = pthread_attr_setstacksize (&attributes, STACK_BYTES);

    sigset_t all, before;
    sigfillset (&all);
    if (rc == 0)
        rc = pthread_sigmask (SIG_SETMASK, &all, &before);
    if (rc == 0) {
        pthread_t thread;
        rc = pthread_create (&thread, &attributes, s_work, settings);
        pthread_sigmask (SIG_SETMASK, &before, NULL);
    }
    pthread_attr_destroy (&attributes);
    return rc;
}

status_t
resolver_thread_start (int end, const resolver_config_t *config)
{
    settings_t *settings = malloc (sizeof *settings);
    if (!settings)
        return STATUS_NO_MEMORY;
    *settings = (settings_t) {
        .end = fcntl (end, F_DUPFD_CLOEXEC, 0),
        .look_up = config->look_up ? config->look_up : s_ask_system,
        .look_up_self = config->look_up_self,
    };
    if (settings->end >= 0 && s_create (settings) == 0)
        return STATUS_OK;
    if (settings->end >= 0)
        close (settings->end);
    free (settings);
    return STATUS_SYSTEM;
}

const char *
resolver_reason (uint32_t number)
{
    return s_reasons [number < REASONS ? number : REASON_NONE];
}
