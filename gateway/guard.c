#include "guard.h"

#include "authority.h"
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  Of what was sent, in a sentence.
static const size_t SAID_CHARACTERS_MAX = 80;

typedef struct {
    authority_t authority;
    bool below;                 //  The entry stands for the names below it, not for itself
} host_entry_t;

struct guard {
    char *texts [2];            //  What the entries' slices point into: hosts, origins
    host_entry_t *hosts;
    size_t host_count;
    origin_t *origins;
    size_t origin_count;
};

//  NULL, or what is wrong with an entry of the list of hosts.
static const char *
s_read_host_entry (slice_t text, host_entry_t *entry)
{
    if (slice_is (text, "*"))
        return "would let every web page on the internet use this server; list the names, or *.example.com for all below one";
    if (memmem (text.data, text.size, "://", 3))
        return "is an address of the web; a host is listed without scheme and path";
    entry->below = slice_starts (text, "*.") || slice_starts (text, ".");
    if (entry->below) {
        size_t mark = text.data [0] == '*' ? 2 : 1;
        text = (slice_t) { text.data + mark, text.size - mark };
    }
    if (!authority_parse (text, &entry->authority) || (entry->below && entry->authority.kind != AUTHORITY_NAME))
        return "is no host: a name, *.name, or an IP address, with or without :port";
    return NULL;
}

//  NULL, or what is wrong with an entry of the list of origins.
static const char *
s_read_origin_entry (slice_t text, origin_t *entry)
{
    if (slice_is (text, "*"))
        return "would let every web page on the internet use this server; list the origins";
    if (text.data [text.size - 1] == '/')
        text.size--;            //  As it stands in a browser's address line
    if (!origin_parse (text, entry))
        return "is no origin: scheme://host or scheme://host:port, such as https://chat.example.com";
    return NULL;
}

//  Takes the next entry that is not blank off the list; absent when there is none.
static slice_t
s_take_entry (slice_t *list)
{
    while (list->size) {
        slice_t entry = slice_trim (slice_cut (list, ','));
        if (entry.size)
            return entry;
    }
    return SLICE_ABSENT;
}

//  For sentences: the first so many characters (not bytes), as JSON.
static void
s_quote (buffer_t *sentence, slice_t text)
{
    slice_t said = slice_first (text, SAID_CHARACTERS_MAX);
    json_append_string (sentence, said);
    if (said.size < text.size)
        buffer_append_text (sentence, "…");
}

static void
s_say_entry (const char *variable, slice_t entry, const char *wrong, char *reason)
{
    buffer_t sentence;
    buffer_init (&sentence, GUARD_REASON_SIZE - 1);
    buffer_printf (&sentence, "%s: ", variable);
    s_quote (&sentence, entry);
    buffer_printf (&sentence, " %s.", wrong);
    slice_t said = buffer_slice (&sentence);
    memcpy (reason, said.data, said.size);
    reason [said.size] = '\0';
    buffer_deinit (&sentence);
}

//  A copy of the list, and room for as many entries as it can have.
static bool
s_copy_list (const char *list, char **text, void **entries, size_t entry_size)
{
    size_t count = 1;
    for (const char *at = list; *at; at++)
        count += *at == ',';
    *text = strdup (list);
    *entries = calloc (count, entry_size);
    return *text && *entries;
}

static bool
s_read_hosts (guard_t *self, const char *list, char *reason)
{
    void *entries;
    bool copied = s_copy_list (list, &self->texts [0], &entries, sizeof *self->hosts);
    self->hosts = entries;
    if (!copied)
        return false;
    slice_t rest = slice_of (self->texts [0]);
    for (slice_t text = s_take_entry (&rest); text.data; text = s_take_entry (&rest)) {
        const char *wrong = s_read_host_entry (text, &self->hosts [self->host_count++]);
        if (wrong) {
            s_say_entry ("CLOUDWATCH_MCP_ALLOWED_HOSTS", text, wrong, reason);
            return false;
        }
    }
    return true;
}

static bool
s_read_origins (guard_t *self, const char *list, char *reason)
{
    void *entries;
    bool copied = s_copy_list (list, &self->texts [1], &entries, sizeof *self->origins);
    self->origins = entries;
    if (!copied)
        return false;
    slice_t rest = slice_of (self->texts [1]);
    for (slice_t text = s_take_entry (&rest); text.data; text = s_take_entry (&rest)) {
        const char *wrong = s_read_origin_entry (text, &self->origins [self->origin_count++]);
        if (wrong) {
            s_say_entry ("CLOUDWATCH_MCP_ALLOWED_ORIGINS", text, wrong, reason);
            return false;
        }
    }
    return true;
}

guard_t *
guard_new (const char *allowed_hosts, const char *allowed_origins, char *reason)
{
    snprintf (reason, GUARD_REASON_SIZE, "%s", "There is not enough memory.");
    guard_t *self = calloc (1, sizeof *self);
    if (self && s_read_hosts (self, allowed_hosts ? allowed_hosts : "", reason) &&
        s_read_origins (self, allowed_origins ? allowed_origins : "", reason))
        *reason = '\0';
    else
        guard_destroy (&self);
    return self;
}

void
guard_destroy (guard_t **self_p)
{
    guard_t *self = *self_p;
    if (!self)
        return;
    free (self->hosts);
    free (self->origins);
    free (self->texts [0]);
    free (self->texts [1]);
    free (self);
    *self_p = NULL;
}

//  The service's names inside a cluster: see the head of guard.h.
static bool
s_is_service (slice_t name)
{
    if (!slice_is_nocase (slice_cut (&name, '.'), "cloudwatch-mcp"))
        return false;
    slice_cut (&name, '.');             //  The namespace, if any
    slice_t svc = slice_cut (&name, '.');
    if (!svc.data)
        return true;
    if (!slice_is_nocase (svc, "svc"))
        return false;
    return !name.data || authority_is_below (name, SLICE ("local")) || authority_is_below (name, SLICE ("internal"));
}

bool
guard_host (const guard_t *self, slice_t host)
{
    authority_t authority;
    if (!authority_parse (host, &authority))
        return false;
    if (authority.kind != AUTHORITY_NAME)
        return true;
    if (slice_is_nocase (authority.name, "localhost") || authority_is_below (authority.name, SLICE ("localhost")) || s_is_service (authority.name))
        return true;
    for (size_t i = 0; i < self->host_count; i++) {
        const host_entry_t *entry = &self->hosts [i];
        if (entry->authority.port != AUTHORITY_NO_PORT && entry->authority.port != authority.port)
            continue;
        if (entry->below ? authority_is_below (authority.name, entry->authority.name) : authority_same_host (&entry->authority, &authority))
            return true;
    }
    return false;
}

bool
guard_origin (const guard_t *self, slice_t text)
{
    if (!text.data)
        return true;
    origin_t origin;
    if (!origin_parse (text, &origin))
        return false;
    bool web = slice_is_nocase (origin.scheme, "http") || slice_is_nocase (origin.scheme, "https");
    if (web && authority_is_loopback (&origin.authority))
        return true;
    for (size_t i = 0; i < self->origin_count; i++)
        if (origin_same (&self->origins [i], &origin))
            return true;
    return false;
}

void
guard_explain_host (slice_t host, buffer_t *sentence)
{
    authority_t authority;
    if (!host.size) {
        buffer_append_text (sentence, "The request has no Host, and this server answers only to names that it knows.");
        return;
    }
    buffer_append_text (sentence, "The Host ");
    s_quote (sentence, host);
    if (authority_parse (host, &authority))
        buffer_append_text (sentence, " is not a name that this server answers to. If it should be, add it to CLOUDWATCH_MCP_ALLOWED_HOSTS "
                                      "(--allowed-hosts) and start the server again.");
    else
        buffer_append_text (sentence, " is neither a name nor an address, with or without a port. Names beyond this machine and its cluster "
                                      "are listed in CLOUDWATCH_MCP_ALLOWED_HOSTS (--allowed-hosts).");
}

void
guard_explain_origin (slice_t origin, buffer_t *sentence)
{
    buffer_append_text (sentence, "The Origin ");
    s_quote (sentence, origin);
    buffer_append_text (sentence, " is not one whose pages may call this server. If it should be, add it to CLOUDWATCH_MCP_ALLOWED_ORIGINS "
                                  "(--allowed-origins) and start the server again.");
}
