/*  What libcurl brings is read as it comes, but told from inside of libcurl: so events may print, draw and stop the loop, and nothing else. */

#include "watch.h"

#include "cli.h"
#include "event_reader.h"
#include "plain.h"
#include "terminal.h"
#include "transfer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

enum {
    CONNECT_MS = 5000, ANSWER_MS = 30000,
    AGAIN_MS = 1000,                    //  Between two tries to get a feed back
    ANSWER_BYTES_MAX = 8 * 1024 * 1024, //  2,000 calls of half a kB, and more than that of spans for one
    EVENT_BYTES_MAX = 4 * 1024 * 1024,  //  A state with thousands of workers
    SENTENCE_BYTES_MAX = 4096,
};
static const int64_t FEED_MS = INT64_C (1000) * 3600 * 24 * 365;        //  A feed has no end; but each half second it has an event

struct watch {
    const watch_config_t *config;
    reactor_t      *reactor;
    transfers_t    *transfers;
    transfer_t     *get, *feed;         //  Under way
    watch_answered_t *answered;
    bool            may_be_missing;
    char           *feed_path;
    event_reader_t  events;
    reactor_timer_t again;
    reactor_watch_t signals, keys, output;
    struct termios  modes;              //  To be given back
    bool            raw;
    bool            fed;                //  There was an event in this or an earlier feed
    bool            apart;              //  The feed is lost, and that was said
    bool            stopped;
    int             code;
};

void
watch_stop (watch_t *self, int code)
{
    if (!self->stopped)
        self->code = code;
    self->stopped = true;
    reactor_stop (self->reactor);
}

//  --- What went wrong

static void
s_append_way_out (const watch_t *self, buffer_t *sentence, const transfer_answer_t *answer)
{
    const char *admin = self->config->admin;
    if (answer->status == STATUS_UNREACHABLE)
        buffer_printf (sentence, "There is no server at %s (%s). Start one (cloudwatch-mcp demo, cloudwatch-mcp serve), or say where its admin port "
                       "is: cloudwatch-mcp %s --admin http://HOST:PORT, or CLOUDWATCH_MCP_ADMIN.", admin, answer->reason, self->config->word);
    else if (answer->status != STATUS_OK)
        buffer_printf (sentence, "%s did not answer: %s.", admin, answer->reason);
    else if (answer->http_status == 404)
        buffer_printf (sentence, "%s is no admin port of a server that traces (HTTP 404): that is the server's other port, 9334 unless --admin-port "
                       "says so.", admin);
    else if (answer->http_status == 503)
        buffer_printf (sentence, "%s has as many readers of its feed as it takes (HTTP 503). Close another trace --follow, top or page.", admin);
    else if (answer->http_status == 200)
        buffer_printf (sentence, "What %s answered is not what an admin port says.", admin);
    else
        buffer_printf (sentence, "%s refused the question (HTTP %d).", admin, answer->http_status);
}

static void
s_fail (watch_t *self, const transfer_answer_t *answer)
{
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    s_append_way_out (self, &sentence, answer);
    terminal_complain (buffer_slice (&sentence));
    buffer_deinit (&sentence);
    watch_stop (self, EXIT_FAILED);
}

//  --- Asking

static transfer_t *
s_start (watch_t *self, const char *path, transfer_take_t *take, transfer_done_t *done)
{
    static const transfer_answer_t NO_MEMORY = { .status = STATUS_NO_MEMORY, .reason = "there is not enough memory" };
    buffer_t url;
    buffer_init (&url, SENTENCE_BYTES_MAX);
    buffer_printf (&url, "%s%s", self->config->admin, path);
    buffer_append_char (&url, '\0');
    transfer_t *transfer = NULL;
    if (buffer_status (&url) == STATUS_OK)
        transfer = transfer_start (self->transfers, &(transfer_request_t) {
            .method = "GET", .url = url.data, .connect_ms = CONNECT_MS, .total_ms = take ? FEED_MS : ANSWER_MS,
            .first_byte_ms = take ? ANSWER_MS : 0, .answer_bytes_max = ANSWER_BYTES_MAX, .straight = true, .take = take }, done, self);
    buffer_deinit (&url);
    if (!transfer)
        s_fail (self, &NO_MEMORY);
    return transfer;
}

static void
s_got (void *arg, const transfer_answer_t *answer)
{
    watch_t *self = arg;
    self->get = NULL;
    if (answer->status == STATUS_OK && answer->http_status == 404 && self->may_be_missing) {
        self->answered (self->config->arg, NULL, SLICE_ABSENT);
        return;
    }
    yyjson_doc *doc = NULL;
    bool good = answer->status == STATUS_OK && answer->http_status == 200 && json_read (answer->body, JSON_DEPTH_MAX, &doc, NULL) == STATUS_OK;
    if (good && yyjson_is_obj (yyjson_doc_get_root (doc)))
        self->answered (self->config->arg, yyjson_doc_get_root (doc), answer->body);
    else
        s_fail (self, answer);
    yyjson_doc_free (doc);
}

void
watch_get (watch_t *self, const char *path, bool may_be_missing, watch_answered_t *answered)
{
    self->may_be_missing = may_be_missing;
    self->answered = answered;
    self->get = s_start (self, path, NULL, s_got);
}

//  --- The feed

static void
s_event (void *arg, slice_t name, slice_t data)
{
    watch_t *self = arg;
    yyjson_doc *doc = NULL;
    if (self->stopped || json_read (data, JSON_DEPTH_MAX, &doc, NULL) != STATUS_OK)     //  A newer server may have other events
        return;
    self->fed = true;
    self->apart = false;
    self->config->event (self->config->arg, name, yyjson_doc_get_root (doc), data);
    yyjson_doc_free (doc);
}

static bool
s_take (void *arg, slice_t bytes)
{
    return event_reader_take (&((watch_t *) arg)->events, bytes);
}

static void s_ask_feed (void *arg);

//  The feed has ended. What happens until it is back is not seen here, which is said once.
static void
s_feed_ended (void *arg, const transfer_answer_t *answer)
{
    watch_t *self = arg;
    self->feed = NULL;
    event_reader_deinit (&self->events);
    if (!self->fed) {
        s_fail (self, answer);
        return;
    }
    if (!self->apart) {
        buffer_t sentence;
        buffer_init (&sentence, SENTENCE_BYTES_MAX);
        buffer_printf (&sentence, "%s has closed its feed%s%s. It is asked for again each second; calls that end until then are missing here.",
                       self->config->admin, answer->reason && *answer->reason ? ": " : "", answer->reason ? answer->reason : "");
        if (self->config->lost)
            self->config->lost (self->config->arg, buffer_slice (&sentence));
        else
            terminal_complain (buffer_slice (&sentence));
        buffer_deinit (&sentence);
    }
    self->apart = true;
    reactor_set_timer (self->reactor, &self->again, reactor_now_ms (self->reactor) + AGAIN_MS);
}

static void
s_ask_feed (void *arg)
{
    watch_t *self = arg;
    event_reader_deinit (&self->events);
    event_reader_init (&self->events, EVENT_BYTES_MAX, s_event, self);
    self->feed = s_start (self, self->feed_path, s_take, s_feed_ended);
}

void
watch_follow (watch_t *self, const char *path)
{
    self->feed_path = strdup (path);
    if (self->feed_path)
        s_ask_feed (self);
    else
        s_fail (self, &(transfer_answer_t) { .status = STATUS_NO_MEMORY, .reason = "there is not enough memory" });
}

//  --- The loop, and what else wakes it

static void
s_signalled (void *arg, uint32_t events)
{
    (void) events;
    watch_t *self = arg;
    struct signalfd_siginfo info;
    if (read (self->signals.fd, &info, sizeof info) == (ssize_t) sizeof info && info.ssi_signo != SIGCHLD)
        watch_stop (self, EXIT_DONE);
}

static void
s_typed (void *arg, uint32_t events)
{
    (void) events;
    watch_t *self = arg;
    char key;
    if (read (STDIN_FILENO, &key, 1) == 1)
        self->config->key (self->config->arg, key);
    else
        reactor_unwatch (self->reactor, &self->keys);       //  Nobody types there any more
}

//  Whoever read our output has gone.
static void
s_unread (void *arg, uint32_t events)
{
    (void) events;
    watch_stop (arg, EXIT_DONE);
}

static void
s_take_keys (watch_t *self)
{
    if (!self->config->keys || !isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &self->modes) != 0)
        return;
    struct termios modes = self->modes;
    modes.c_lflag &= ~(tcflag_t) (ICANON | ECHO);
    modes.c_cc [VSUSP] = _POSIX_VDISABLE;       //  A shell would be left on our screen
    self->raw = tcsetattr (STDIN_FILENO, TCSANOW, &modes) == 0;
    if (!self->raw || reactor_watch (self->reactor, &self->keys) != STATUS_OK)
        reactor_unwatch (self->reactor, &self->keys);       //  Ctrl-C is still there
}

static void
s_run (watch_t *self)
{
    if (reactor_watch (self->reactor, &self->output) != STATUS_OK)      //  A file: it is never unread
        reactor_unwatch (self->reactor, &self->output);
    s_take_keys (self);
    self->config->begin (self->config->arg, self);
    if (!self->stopped && reactor_run (self->reactor) != STATUS_OK)
        terminal_complain (SLICE ("The operating system refused to wait for the server."));
    transfer_abort (&self->get);
    transfer_abort (&self->feed);
    reactor_cancel_timer (self->reactor, &self->again);
    reactor_unwatch (self->reactor, &self->output);
    reactor_unwatch (self->reactor, &self->keys);
    if (self->raw)
        tcsetattr (STDIN_FILENO, TCSANOW, &self->modes);
}

int
watch_run (const watch_config_t *config)
{
    cli_start ();
    watch_t self = { .config = config, .code = EXIT_FAILED, .reactor = reactor_new (clock_system ()) };
    self.signals = (reactor_watch_t) { .fd = cli_signal_fd (), .events = EPOLLIN, .ready = s_signalled, .arg = &self };
    self.keys = (reactor_watch_t) { .fd = STDIN_FILENO, .events = EPOLLIN, .ready = s_typed, .arg = &self };
    self.output = (reactor_watch_t) { .fd = STDOUT_FILENO, .ready = s_unread, .arg = &self };
    self.again = (reactor_timer_t) { .due = s_ask_feed, .arg = &self };
    if (self.reactor)
        self.transfers = transfers_new (self.reactor, &(transfers_config_t) {
            .connections_per_host = 2, .user_agent = "cloudwatch-mcp/" CLOUDWATCH_MCP_VERSION, .plain_http_anywhere = true });
    if (self.transfers && self.signals.fd >= 0 && reactor_watch (self.reactor, &self.signals) == STATUS_OK)
        s_run (&self);
    else
        terminal_complain (SLICE ("There are no descriptors or no memory to ask a server with."));
    transfers_destroy (&self.transfers);
    event_reader_deinit (&self.events);
    free (self.feed_path);
    if (self.signals.fd >= 0) {
        if (self.reactor)
            reactor_unwatch (self.reactor, &self.signals);
        close (self.signals.fd);
    }
    if (self.reactor)
        reactor_destroy (&self.reactor);
    return self.code;
}
