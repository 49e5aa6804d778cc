#include "watch_options.h"

#include "nearest.h"
#include "terminal.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SENTENCE_BYTES_MAX = 8192 };

static const char *const ADMIN_VARIABLE = "CLOUDWATCH_MCP_ADMIN";

typedef struct {
    watch_options_t *options;
    const char *admin;                  //  As it was given; NULL: not
    bool        errors;
    char      **flags;                  //  Those of the settings, for config_read; room for all of argv
    int         flags_count;
    buffer_t   *sentence;
} reading_t;

static status_t
s_refuse (reading_t *self, const char *what, const char *words, const char *why)
{
    buffer_printf (self->sentence, "%s \"%.100s\" %s", what, words, why);
    return STATUS_INVALID_ARGUMENT;
}

//  "500ms", "1.5s", "2m"; a bare number is milliseconds.
static status_t
s_read_slow (reading_t *self, const char *words)
{
    static const struct {
        const char *unit;
        double ms;
    } UNITS [] = { { "", 1 }, { "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 } };
    enum { SLOW_MS_MAX = 24 * 3600 * 1000 };
    char *end;
    double value = isdigit ((unsigned char) words [0]) ? strtod (words, &end) : -1;
    for (size_t i = 0; value >= 0 && i < sizeof UNITS / sizeof *UNITS; i++)
        if (strcmp (end, UNITS [i].unit) == 0 && value * UNITS [i].ms <= SLOW_MS_MAX) {
            self->options->slow_ms = (int64_t) ceil (value * UNITS [i].ms);
            return STATUS_OK;
        }
    return s_refuse (self, "--slow", words, "is no time: 500ms, 1.5s and 2m are, up to a day.");
}

//  Names of the table in small letters too.
static status_t
s_read_status (reading_t *self, const char *words)
{
    static const char *const NAMES [] = {
#define X(code, name, retryable, sentence) #name,
        STATUS_TABLE (X)
#undef X
    };
    enum { NAMES_COUNT = sizeof NAMES / sizeof *NAMES };
    for (size_t i = 0; i < NAMES_COUNT; i++)
        if (strcasecmp (words, NAMES [i]) == 0) {
            snprintf (self->options->status, WATCH_NAME_SIZE, "%s", NAMES [i]);
            return STATUS_OK;
        }
    char capitals [WATCH_NAME_SIZE] = "";
    for (size_t i = 0; words [i] && i + 1 < sizeof capitals; i++)
        capitals [i] = (char) toupper ((unsigned char) words [i]);
    const char *near = nearest_name (slice_of (capitals), NAMES, NAMES_COUNT);
    status_t status = s_refuse (self, "--status", words, "is none: OK, THROTTLED, DEADLINE, CANCELLED, UNREACHABLE, REFUSED and others are.");
    if (near)
        buffer_printf (self->sentence, " Did you mean %s?", near);
    return status;
}

static status_t
s_read_limit (reading_t *self, const char *words)
{
    char *end;
    long long limit = isdigit ((unsigned char) words [0]) ? strtoll (words, &end, 10) : 0;
    if (limit < 1 || limit > WATCH_LIMIT_MAX || *end)
        return s_refuse (self, "--limit", words, "is not a number of calls: 1 to 2000 are.");
    self->options->limit = limit;
    return STATUS_OK;
}

//  A number, perhaps as the lists show it ("#17"), or a trace id, in small letters.
static status_t
s_read_id (reading_t *self, const char *words)
{
    enum { TRACE_DIGITS = 32, NUMBER_DIGITS_MAX = 19 };
    char *id = self->options->id;
    const char *digits = words [0] == '#' ? words + 1 : words;
    size_t size = strlen (digits);
    if (id [0])
        return s_refuse (self, "The word", words, "is one too many: trace shows one call.");
    bool number = size && size <= NUMBER_DIGITS_MAX && strspn (digits, "0123456789") == size;
    bool trace = size == TRACE_DIGITS && strspn (digits, "0123456789abcdefABCDEF") == size;
    if (self->options->top || (!number && !trace))
        return s_refuse (self, "The word", words, self->options->top ? "has no meaning to top." :
                         "is neither a call's number nor a trace id (32 hex digits). cloudwatch-mcp trace lists the last calls.");
    for (size_t i = 0; i < size; i++)
        id [i] = (char) tolower ((unsigned char) digits [i]);
    return STATUS_OK;
}

static status_t
s_read_tool (reading_t *self, const char *words)
{
    if (strlen (words) >= WATCH_NAME_SIZE)
        return s_refuse (self, "--tool", words, "is too long for a tool's name.");
    snprintf (self->options->tool, WATCH_NAME_SIZE, "%s", words);
    return STATUS_OK;
}

static status_t
s_read_admin (reading_t *self, const char *words)
{
    self->admin = words;
    return STATUS_OK;
}

typedef status_t (value_read_t) (reading_t *self, const char *words);

//  A flag of ours. value NULL: a switch, at that place of the options.
typedef struct {
    const char *name;
    bool of_trace, of_top;
    value_read_t *value;
    size_t offset;
} own_flag_t;

static const own_flag_t OWN [] = {
    { "--admin",  true,  true,  s_read_admin,  0 },
    { "--tool",   true,  false, s_read_tool,   0 },
    { "--status", true,  false, s_read_status, 0 },
    { "--slow",   true,  false, s_read_slow,   0 },
    { "--limit",  true,  false, s_read_limit,  0 },
    { "--follow", true,  false, NULL, offsetof (watch_options_t, follow) },
    { "--json",   true,  false, NULL, offsetof (watch_options_t, json) },
    { "--once",   false, true,  NULL, offsetof (watch_options_t, once) },
};
enum { OWN_COUNT = sizeof OWN / sizeof *OWN };

//  A flag that is not ours may be one of the server's settings, which say where it is; its value follows it. Anything else gets its sentence from
//  config_read, if it has no better one here.
static status_t
s_read_foreign (reading_t *self, slice_t flag, int argc, char *const *argv, int *at)
{
    const char *names [OWN_COUNT];
    for (size_t i = 0; i < OWN_COUNT; i++)
        names [i] = (self->options->top ? OWN [i].of_top : OWN [i].of_trace) ? OWN [i].name + 2 : NULL;
    const config_setting_t *setting = config_settings;
    while (setting < config_settings + CONFIG_SETTINGS && !(setting->flag && slice_is (flag, setting->flag)))
        setting++;
    if (setting == config_settings + CONFIG_SETTINGS) {
        const char *near = flag.size > 2 ? nearest_name ((slice_t) { flag.data + 2, flag.size - 2 }, names, OWN_COUNT) : NULL;
        buffer_printf (self->sentence, "%.*s is not a flag of %s", (int) (flag.size < 100 ? flag.size : 100), flag.data,
                       self->options->top ? "top" : "trace");
        buffer_printf (self->sentence, near ? "; did you mean --%s?" : "%s. cloudwatch-mcp help trace and help top list them.", near ? near : "");
        return STATUS_INVALID_ARGUMENT;
    }
    self->flags [self->flags_count++] = argv [*at];
    if (setting->kind != CONFIG_SWITCH && !strchr (argv [*at], '=') && *at + 1 < argc)
        self->flags [self->flags_count++] = argv [++*at];
    return STATUS_OK;
}

static status_t
s_read_flag (reading_t *self, int argc, char *const *argv, int *at)
{
    slice_t rest = slice_of (argv [*at]), flag = slice_cut (&rest, '=');
    if (slice_is (flag, "-f"))
        flag = SLICE ("--follow");
    if (slice_is (flag, "--errors") && !self->options->top && !rest.data) {
        self->errors = true;
        return STATUS_OK;
    }
    for (const own_flag_t *own = OWN; own < OWN + OWN_COUNT; own++) {
        if (!slice_is (flag, own->name) || !(self->options->top ? own->of_top : own->of_trace))
            continue;
        if (!own->value && rest.data)
            return s_refuse (self, "The switch", argv [*at], "takes no value.");
        if (!own->value) {
            *(bool *) (void *) ((char *) self->options + own->offset) = true;
            return STATUS_OK;
        }
        const char *value = rest.data ? rest.data : *at + 1 < argc ? argv [++*at] : "";
        if (*value)
            return own->value (self, value);
        buffer_printf (self->sentence, "%s needs a value, as in %s=VALUE.", own->name, own->name);
        return STATUS_INVALID_ARGUMENT;
    }
    return s_read_foreign (self, flag, argc, argv, at);
}

//  Where the server's own settings say that it is. One that listens everywhere is here too.
static status_t
s_admin_of_settings (reading_t *self, config_lookup_fn *lookup, void *arg)
{
    config_t config;
    int rest;
    status_t status = config_read (&config, self->flags_count, self->flags, lookup, arg, &rest, self->sentence);
    if (status != STATUS_OK)
        return status;
    const char *host = config.admin_host;
    if (strcmp (host, "0.0.0.0") == 0 || strcmp (host, "::") == 0)
        host = "127.0.0.1";
    long long port = config.admin_port;
    if (port == 0) {
        buffer_append_text (self->sentence, "The admin port is set to 0, which is any free one. The server says at its start which it took: "
                            "--admin http://127.0.0.1:PORT.");
        status = STATUS_INVALID_ARGUMENT;
    } else {
        snprintf (self->options->admin, WATCH_URL_SIZE, strchr (host, ':') ? "http://[%s]:%lld" : "http://%s:%lld", host, port);
    }
    config_deinit (&config);
    return status;
}

//  As it was given: "http://HOST:PORT", or "HOST:PORT".
static status_t
s_admin_given (reading_t *self, const char *words)
{
    const char *scheme = strstr (words, "://") ? "" : "http://";
    size_t size = strlen (words);
    while (size && words [size - 1] == '/')
        size--;
    for (size_t i = 0; i < size; i++)
        if (words [i] <= ' ' || words [i] > '~' || words [i] == '?' || words [i] == '#')
            size = 0;
    if (!size || size + strlen (scheme) >= WATCH_URL_SIZE)
        return s_refuse (self, "--admin", words, "is no address of an admin port: http://127.0.0.1:9334 is.");
    snprintf (self->options->admin, WATCH_URL_SIZE, "%s%.*s", scheme, (int) size, words);
    return STATUS_OK;
}

static status_t
s_find_admin (reading_t *self, config_lookup_fn *lookup, void *arg)
{
    const char *words = self->admin;
    if (!words)
        words = lookup ? lookup (arg, ADMIN_VARIABLE) : getenv (ADMIN_VARIABLE);
    return words && *words ? s_admin_given (self, words) : s_admin_of_settings (self, lookup, arg);
}

//  What cannot be asked for together.
static status_t
s_check (reading_t *self)
{
    watch_options_t *options = self->options;
    bool filters = options->tool [0] || options->status [0] || self->errors || options->slow_ms;
    const char *wrong = NULL;
    if (self->errors && options->status [0])
        wrong = "--errors shows whatever failed, and --status one way to fail: one of the two, please.";
    else if (options->id [0] && (filters || options->follow || options->limit))
        wrong = "trace ID shows that call: --follow, --limit and the filters are for lists.";
    else if (options->follow && options->limit)
        wrong = "--follow shows calls as they end, from now on: --limit is for the list of those that have ended.";
    if (wrong) {
        buffer_append_text (self->sentence, wrong);
        return STATUS_INVALID_ARGUMENT;
    }
    if (self->errors)
        snprintf (options->status, WATCH_NAME_SIZE, "error");
    if (!options->limit)
        options->limit = WATCH_LIMIT;
    return STATUS_OK;
}

status_t
watch_options_read (watch_options_t *self, bool top, int argc, char *const *argv, config_lookup_fn *lookup, void *arg, buffer_t *sentence)
{
    *self = (watch_options_t) { .top = top };
    reading_t reading = { .options = self, .sentence = sentence, .flags = calloc ((size_t) argc + 1, sizeof (char *)) };
    status_t status = reading.flags ? STATUS_OK : STATUS_NO_MEMORY;
    for (int i = 0; i < argc && status == STATUS_OK; i++)
        status = argv [i][0] == '-' ? s_read_flag (&reading, argc, argv, &i) : s_read_id (&reading, argv [i]);
    if (status == STATUS_OK)
        status = s_check (&reading);
    if (status == STATUS_OK)
        status = s_find_admin (&reading, lookup, arg);
    free (reading.flags);
    return status;
}

bool
watch_options_take (watch_options_t *self, bool top, int argc, char *const *argv)
{
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    status_t status = watch_options_read (self, top, argc, argv, NULL, NULL, &sentence);
    if (status != STATUS_OK)
        terminal_complain (sentence.size ? buffer_slice (&sentence) : SLICE ("There is not enough memory."));
    buffer_deinit (&sentence);
    return status == STATUS_OK;
}

static void
s_append_escaped (buffer_t *out, const char *text)
{
    for (; *text; text++)
        if (isalnum ((unsigned char) *text) || strchr ("-._~", *text))
            buffer_append_char (out, *text);
        else
            buffer_printf (out, "%%%02X", (unsigned) (unsigned char) *text);
}

void
watch_options_append_query (buffer_t *out, const watch_options_t *self, bool with_limit)
{
    const char *mark = "?";
    const struct {
        const char *name, *value;
    } texts [] = { { "tool", self->tool }, { "status", self->status } };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts [i].value [0]) {
            buffer_printf (out, "%s%s=", mark, texts [i].name);
            s_append_escaped (out, texts [i].value);
            mark = "&";
        }
    if (self->slow_ms) {
        buffer_printf (out, "%sslow_ms=%lld", mark, (long long) self->slow_ms);
        mark = "&";
    }
    if (with_limit)
        buffer_printf (out, "%slimit=%lld", mark, (long long) self->limit);
}
