/*  A provider's functions say how they end by calling one of find_has … find_go_on_as, and only once: what they said is kept in next, and acted on
    when they have returned (s_drive), so that no provider is begun from inside of another, however long the way through the profiles is. */

#include "find_parts.h"

#include "assume_role.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SENTENCE_BYTES_MAX = 4096, ARENA_BYTES_MAX = 256 * 1024 };

static void s_begin_look (void *arg);

find_t *
find_new (const find_config_t *config)
{
    find_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = *config;
    self->arena = arena_new (ARENA_BYTES_MAX);
    self->rest = config->providers;
    found_keys_init (&self->keys);
    buffer_init (&self->sentence, SENTENCE_BYTES_MAX);
    buffer_init (&self->trail, TRAIL_BYTES_MAX);
    buffer_init (&self->files_sentence, SENTENCE_BYTES_MAX);
    buffer_init_secret (&self->files.config.text, 0);
    buffer_init_secret (&self->files.credentials.text, 0);
    self->limit = (reactor_timer_t) { .due = s_begin_look, .arg = self };
    reactor_set_timer (config->reactor, &self->limit, reactor_now_ms (config->reactor));
    if (!self->arena)
        find_destroy (&self);
    return self;
}

static void
s_let_go (find_t *self)
{
    transfer_abort (&self->transfer);
    process_abort (&self->process);
    reactor_cancel_timer (self->config.reactor, &self->pause);
}

void
find_destroy (find_t **self_p)
{
    find_t *self = *self_p;
    *self_p = NULL;
    if (!self)
        return;
    s_let_go (self);
    reactor_cancel_timer (self->config.reactor, &self->limit);
    found_keys_deinit (&self->keys);
    profile_files_deinit (&self->files);
    buffer_deinit (&self->files_sentence);
    buffer_deinit (&self->sentence);
    buffer_deinit (&self->trail);
    arena_destroy (&self->arena);
    free (self);
}

//  --- From provider to provider

//  Calls a function of the present provider, which must say what comes next.
static void
s_call (find_t *self, const find_answer_t *answer)
{
    self->next = NEXT_UNSAID;
    if (answer)
        self->provider->went_on (self, answer);
    else
        self->provider->begin (self);
    assert (self->next != NEXT_UNSAID);
}

//  Does it look anywhere, and is it allowed to?
static bool
s_looks (const find_t *self, const provider_t *provider)
{
    const char *off = provider->off_by ? provider_lookup (find_context (self), provider->off_by) : NULL;
    return provider->looked_at && !(off && slice_is_nocase (slice_of (off), "true"));
}

static void
s_nothing_found (find_t *self)
{
    buffer_append_text (&self->sentence, "There are no AWS credentials.");
    bool first = true;
    for (const provider_t *const *provider = self->config.providers; *provider; provider++)
        if (s_looks (self, *provider)) {
            buffer_printf (&self->sentence, "%s%s", first ? " Looked at: " : "; ", (*provider)->looked_at);
            first = false;
        }
    buffer_append_text (&self->sentence, first ? "" : ".");
    buffer_append_text (&self->sentence, " Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, for the server.");
    self->next = NEXT_END;
    self->status = STATUS_NO_CREDENTIALS;
}

//  May providers look at the profile? Otherwise the look has ended with a sentence.
static bool
s_profile_good (find_t *self)
{
    const profile_files_t *files = find_files (self);
    if (self->files_status == STATUS_OK && (profile_files_has (files, self->profile) || !find_profile_asked (self)))
        return true;
    const char *credentials = files->credentials.path, *config = files->config.path;
    if (self->files_status == STATUS_OK)
        find_broken (self, false, "The AWS profile \"%s\" is in neither %s nor %s.", self->profile,
                     credentials ? credentials : "~/.aws/credentials", config ? config : "~/.aws/config");
    else
        find_broken (self, false, "%.*s", (int) self->files_sentence.size, self->files_sentence.data);
    return false;
}

//  The next one of the table; NULL: there is none, and the look has ended.
static const provider_t *
s_next_provider (find_t *self)
{
    const provider_t *before = self->provider;
    if (self->alone) {
        find_broken (self, false, "The AWS profile \"%s\" has its credentials from the %s, but there are none: looked at %s.", self->profile,
                     before->name, before->looked_at);
        return NULL;
    }
    while (*self->rest && self->followed && !(*self->rest)->of_profile)
        self->rest++;
    const provider_t *provider = *self->rest;
    bool of_profile = provider && provider->of_profile;
    if (!of_profile && before && before->of_profile && (self->followed || find_profile_by_flag (self)))
        find_broken (self, false, "The AWS profile \"%s\" gives no credentials: it has neither keys nor a way to get some.", self->profile);
    else if (!provider)
        s_nothing_found (self);
    else if (!of_profile || s_profile_good (self)) {
        self->rest++;
        return provider;
    }
    return NULL;
}

//  The provider's keys are there: those of a role that is assumed with them come next, if there is one. NULL: the look has ended.
static const provider_t *
s_after_keys (find_t *self)
{
    self->keys.source = self->provider->name;
    self->alone = false;
    self->roles_done += self->provider == &ASSUME_ROLE;
    self->status = found_keys_check (&self->keys, self->provider->name, &self->sentence);
    trail_add (&self->trail, self->status == STATUS_OK ? "used" : "broken", self->provider->name, self->status == STATUS_OK ? self->why : "");
    if (self->status == STATUS_OK && self->roles_done == self->roles_count && self->config.role) {
        self->status = find_add_role (self, self->config.role);
        self->config.role = NULL;
    }
    if (self->status == STATUS_OK && self->roles_done < self->roles_count)
        return &ASSUME_ROLE;
    self->next = NEXT_END;
    return NULL;
}

//  Those that stand behind the one that decided.
static void
s_trail_unasked (find_t *self)
{
    for (; *self->rest; self->rest++)
        if (*self->rest != self->to)
            trail_add (&self->trail, "unasked", (*self->rest)->name, "");
}

//  Goes on until something has to be waited for, or the look is over. It may be destroyed by whom it tells: nothing comes behind that.
static void
s_drive (find_t *self)
{
    while (self->next != NEXT_WAIT && self->next != NEXT_END) {
        const provider_t *provider = self->next == NEXT_KEYS ? s_after_keys (self) : self->next == NEXT_THIS ? self->to : s_next_provider (self);
        if (!provider)
            break;
        self->provider = provider;
        self->state = NULL;
        s_call (self, NULL);
    }
    if (self->next != NEXT_END)
        return;
    s_let_go (self);
    s_trail_unasked (self);
    reactor_cancel_timer (self->config.reactor, &self->limit);
    if (self->status != STATUS_OK)
        found_keys_deinit (&self->keys);
    self->config.found (self->config.arg, self->status, &self->keys, buffer_slice (&self->sentence), self->passing);
}

static void
s_too_late (void *arg)
{
    find_t *self = arg;
    find_broken (self, true, "The %s did not give AWS credentials within %d s.", self->provider->name, FIND_MS / 1000);
    s_drive (self);
}

static void
s_begin_look (void *arg)
{
    find_t *self = arg;
    self->ends_ms = reactor_now_ms (self->config.reactor) + FIND_MS;
    find_read_place (self);
    self->limit.due = s_too_late;
    reactor_set_timer (self->config.reactor, &self->limit, self->ends_ms);
    self->next = NEXT_PROVIDER;
    s_drive (self);
}

//  --- What providers wait for

static int64_t
s_left_ms (const find_t *self, int64_t wanted_ms)
{
    int64_t left_ms = self->ends_ms - reactor_now_ms (self->config.reactor);
    int64_t ms = wanted_ms < left_ms ? wanted_ms : left_ms;
    return ms > 0 ? ms : 1;
}

static void
s_no_memory (find_t *self)
{
    self->next = NEXT_END;
    self->status = STATUS_NO_MEMORY;
    self->passing = true;
}

static void
s_wait (find_t *self)
{
    assert (self->next == NEXT_UNSAID && self->provider->went_on);
    assert (!self->transfer && !self->process);
    self->next = NEXT_WAIT;
}

static void
s_went_on (find_t *self, const find_answer_t *answer)
{
    s_call (self, answer);
    s_drive (self);
}

static void
s_landed (void *arg, const transfer_answer_t *http)
{
    find_t *self = arg;
    self->transfer = NULL;
    s_went_on (self, &(find_answer_t) { .http = http });
}

void
find_ask (find_t *self, const transfer_request_t *request)
{
    s_wait (self);
    transfer_request_t cut = *request;
    cut.connect_ms = s_left_ms (self, request->connect_ms);
    cut.total_ms = s_left_ms (self, request->total_ms);
    cut.secret = true;
    if (cut.answer_bytes_max == 0 || cut.answer_bytes_max > FIND_ANSWER_BYTES_MAX)
        cut.answer_bytes_max = FIND_ANSWER_BYTES_MAX;
    self->transfer = transfer_start (self->config.transfers, &cut, s_landed, self);
    if (!self->transfer)
        s_no_memory (self);
}

static void
s_ran (void *arg, const process_end_t *end)
{
    find_t *self = arg;
    self->process = NULL;
    s_went_on (self, &(find_answer_t) { .ran = true, .status = end->status, .exit_code = end->exit_code, .output = end->output });
}

void
find_run (find_t *self, char *const *argv)
{
    s_wait (self);
    self->process = process_start (self->config.reactor, argv, s_left_ms (self, FIND_PROCESS_MS), FIND_PROCESS_BYTES_MAX, s_ran, self);
    if (!self->process)
        s_no_memory (self);
}

static void
s_paused (void *arg)
{
    s_went_on (arg, &(find_answer_t) { .http = NULL });
}

void
find_wait (find_t *self, int64_t ms)
{
    s_wait (self);
    self->pause = (reactor_timer_t) { .due = s_paused, .arg = self };
    reactor_set_timer (self->config.reactor, &self->pause, reactor_now_ms (self->config.reactor) + ms);
}

//  --- How providers end

static void
s_say (find_t *self, next_t next)
{
    assert (self->next == NEXT_UNSAID);
    self->next = next;
}

void
find_has (find_t *self, const char *format, ...)
{
    s_say (self, NEXT_KEYS);
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (self->why, sizeof self->why, format, arguments);
    va_end (arguments);
}

void
find_not_here (find_t *self, const char *format, ...)
{
    char why [FIND_WHY_SIZE];
    s_say (self, NEXT_PROVIDER);
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (why, sizeof why, format, arguments);
    va_end (arguments);
    trail_add (&self->trail, "skipped", self->provider->name, why);
}

void
find_broken (find_t *self, bool passing, const char *format, ...)
{
    char text [1024];
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (text, sizeof text, format, arguments);
    va_end (arguments);
    assert (self->next != NEXT_END);
    buffer_append_text (&self->sentence, text);
    bool between = self->next == NEXT_PROVIDER;         //  Two providers: it is the profile that is broken
    trail_add (&self->trail, "broken", between ? "AWS profile" : self->provider->name, "");
    self->next = NEXT_END;
    self->status = STATUS_NO_CREDENTIALS;
    self->passing = passing;
}

status_t
find_add_role (find_t *self, const find_role_t *role)
{
    if (self->roles_count == FIND_ROLES_MAX + (role == self->config.role))
        return STATUS_BUSY;
    find_role_t *copy = &self->roles [self->roles_count];
    *copy = (find_role_t) { .duration_s = role->duration_s };
    const slice_t from [] = { role->arn, role->session_name, role->external_id, role->region };
    slice_t *const to [] = { &copy->arn, &copy->session_name, &copy->external_id, &copy->region };
    for (size_t i = 0; i < sizeof from / sizeof from [0]; i++) {
        char *text = from [i].size ? arena_copy (self->arena, from [i]) : NULL;
        if (from [i].size && !text)
            return STATUS_NO_MEMORY;
        *to [i] = slice_of (text);
    }
    self->roles_count++;
    return STATUS_OK;
}

int
find_roles (const find_t *self)
{
    return self->roles_count;
}

const find_role_t *
find_role (const find_t *self)
{
    return &self->roles [self->roles_done];
}

static void
s_trail_followed (find_t *self, const char *what, const char *name)
{
    char why [FIND_WHY_SIZE];
    snprintf (why, sizeof why, "the profile \"%s\" leads to the %s \"%s\"", self->profile, what, name);
    trail_add (&self->trail, "followed", self->provider->name, why);
}

void
find_look_at (find_t *self, slice_t profile)
{
    s_say (self, NEXT_PROVIDER);
    char *copy = arena_copy (self->arena, profile);
    if (!copy) {
        s_no_memory (self);
        return;
    }
    s_trail_followed (self, "profile", copy);
    self->profile = copy;
    self->followed = true;
    self->rest = self->config.providers;
}

void
find_go_on_as (find_t *self, const provider_t *provider)
{
    s_say (self, NEXT_THIS);
    s_trail_followed (self, "source", provider->name);
    self->to = provider;
    self->alone = true;
}
