#include "doctor_report.h"

#include "clock.h"
#include "plain.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

//  From here on the clock is told of: AWS refuses signatures at five minutes, and "-3h" is meant by our clock.
enum { SKEW_S_MAX = 60, DAY_S = 24 * 3600, TEXT_BYTES_MAX = 8192 };

typedef enum { LINE_CHECK, LINE_SOURCE, LINE_ACTION } line_kind_t;

//  One line of the report. Both texts may be empty.
typedef struct {
    line_kind_t kind;
    const char *name;
    const char *verdict;        //  "ok", "NO"; of a source: "skipped", …; of an action: "allowed", …
    bool        fine;
    bool        told;           //  Its cause is told by another line, and counts there
    const char *tools;          //  Of an action; NULL else
    buffer_t    text;
    buffer_t    advice;
} line_t;

typedef void (line_fn) (void *arg, const line_t *line);

void
doctor_report_init (doctor_report_t *self)
{
    *self = (doctor_report_t) { .region = NULL };
}

void
doctor_report_deinit (doctor_report_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        doctor_probe_deinit (&self->probes [i]);
    for (size_t i = 0; i < self->accounts_count; i++)
        doctor_probe_deinit (&self->accounts [i]);
    self->count = self->accounts_count = 0;
}

doctor_probe_t *
doctor_report_add_account (doctor_report_t *self, const char *name)
{
    assert (self->accounts_count < ACCOUNTS_MAX);
    doctor_probe_t *probe = &self->accounts [self->accounts_count++];
    doctor_probe_init (probe, name);
    return probe;
}

doctor_probe_t *
doctor_report_add (doctor_report_t *self, const char *action, const char *tool)
{
    size_t at = 0;
    while (at < self->count && strcmp (self->probes [at].action, action) != 0)
        at++;
    if (at == DOCTOR_PROBES_MAX)
        return NULL;
    doctor_probe_t *probe = &self->probes [at];
    if (at == self->count) {
        doctor_probe_init (probe, action);
        self->count++;
    }
    doctor_probe_add_tool (probe, tool);
    return probe;
}

//  The first probe with this verdict; of actions that begin so, where prefix says.
static const doctor_probe_t *
s_first (const doctor_report_t *self, const char *verdict, const char *prefix)
{
    for (size_t i = 0; i < self->count; i++)
        if (doctor_probe_is (&self->probes [i], verdict) && (!prefix || slice_starts (slice_of (self->probes [i].action), prefix)))
            return &self->probes [i];
    return NULL;
}

//  The first probe that knows this member.
static yyjson_val *
s_known (const doctor_report_t *self, const char *member, const char *prefix)
{
    for (size_t i = 0; i < self->count; i++) {
        yyjson_val *value = doctor_probe_member (&self->probes [i], member);
        if (value && (!prefix || slice_starts (slice_of (self->probes [i].action), prefix)))
            return value;
    }
    return NULL;
}

static void
s_begin (line_t *line, const char *name)
{
    *line = (line_t) { .name = name, .fine = true, .verdict = "ok" };
    buffer_init (&line->text, TEXT_BYTES_MAX);
    buffer_init (&line->advice, TEXT_BYTES_MAX);
}

static void
s_end (doctor_report_t *self, line_t *line, line_fn *give, void *arg)
{
    if (!line->fine && line->kind == LINE_CHECK)
        line->verdict = "NO";
    self->wrong += !line->fine && !line->told;
    give (arg, line);
    buffer_deinit (&line->text);
    buffer_deinit (&line->advice);
}

static void
s_region (doctor_report_t *self, line_fn *give, void *arg)
{
    line_t line;
    s_begin (&line, "region");
    line.fine = self->region != NULL;
    if (line.fine) {
        buffer_printf (&line.text, "%s, from %s", self->region, self->region_source);
        if (self->account)
            buffer_printf (&line.text, "; the account \"%s\" is asked", self->account);
    } else {
        buffer_append_text (&line.text, "none is set");
        buffer_append_text (&line.advice, "Set AWS_REGION, or pass --region, or put region into the AWS profile. Nothing else was tried.");
    }
    s_end (self, &line, give, arg);
}

static void
s_append_span (buffer_t *out, int64_t seconds)
{
    if (seconds < 120)
        buffer_printf (out, "%lld s", (long long) seconds);
    else if (seconds < 7200)
        buffer_printf (out, "%lld min", (long long) (seconds + 30) / 60);
    else
        buffer_printf (out, "%lld h", (long long) (seconds + 1800) / 3600);
}

//  Until when the keys are good, and when others are looked for.
static void
s_append_end (const doctor_report_t *self, buffer_t *out)
{
    yyjson_val *expires = s_known (self, "expires_s", NULL), *newer = s_known (self, "newer_s", NULL);
    int64_t newer_s = yyjson_get_sint (newer);
    if (!expires) {
        buffer_append_text (out, "no end known");
        return;
    }
    buffer_append_text (out, "ends in ");
    s_append_span (out, yyjson_get_sint (expires));
    if (!newer)
        return;
    char text [CLOCK_TEXT_SIZE];
    clock_text_minute (self->now_ms + newer_s * 1000, text);
    buffer_append_text (out, ", a newer set is looked for from ");
    if (newer_s >= DAY_S)
        buffer_printf (out, "%.10s ", text);
    buffer_printf (out, "%.5s UTC on", text + strlen ("2026-11-22T"));
}

static void
s_credentials (doctor_report_t *self, line_fn *give, void *arg)
{
    const doctor_probe_t *keyless = s_first (self, "keyless", NULL), *refused = s_first (self, "refused", NULL);
    const char *source = yyjson_get_str (s_known (self, "source", NULL)), *key_id = yyjson_get_str (s_known (self, "key_id", NULL));
    line_t line;
    s_begin (&line, "credentials");
    line.fine = source && !keyless && !refused;
    if (source)
        buffer_printf (&line.text, "%s, key %s, ", source, key_id ? key_id : "…");
    if (source)
        s_append_end (self, &line.text);
    else
        buffer_append_text (&line.text, keyless ? "none" : "not known");
    if (refused)
        buffer_append_text (&line.text, ", refused by AWS");
    const doctor_probe_t *telling = keyless ? keyless : refused;
    if (telling)
        buffer_append_slice (&line.advice, doctor_probe_why (telling));
    s_end (self, &line, give, arg);
}

static bool
s_is_identity (const doctor_probe_t *probe)
{
    return strcmp (probe->action, DOCTOR_IDENTITY) == 0;
}

//  Who asks. No tool needs STS, and where it is not reached or not allowed nothing is wrong.
static void
s_identity (doctor_report_t *self, line_fn *give, void *arg)
{
    const doctor_probe_t *probe = NULL;
    for (size_t i = 0; i < self->count && !probe; i++)
        probe = s_is_identity (&self->probes [i]) ? &self->probes [i] : NULL;
    if (!probe)
        return;
    const char *arn = doctor_probe_text (probe, "arn");
    bool told = doctor_probe_is (probe, "keyless") || doctor_probe_is (probe, "refused");
    line_t line;
    s_begin (&line, "identity");
    line.verdict = arn ? "ok" : "--";
    buffer_append_text (&line.text, arn ? arn : told ? "not asked" : "not known; no tool needs it");
    if (!arn && !told)
        buffer_append_slice (&line.advice, doctor_probe_why (probe));
    s_end (self, &line, give, arg);
}

//  Another account. Where STS is not reached, nobody says whose its keys are; they may be good all the same.
static void
s_account (doctor_report_t *self, const doctor_probe_t *probe, line_fn *give, void *arg)
{
    const char *arn = doctor_probe_text (probe, "arn");
    const char *source = doctor_probe_text (probe, "source");
    line_t line;
    s_begin (&line, "account");
    line.fine = arn || doctor_probe_is (probe, "unreached");
    line.verdict = arn ? "ok" : "--";
    buffer_printf (&line.text, "%s: %s", probe->action, arn ? arn : source ? source : "no keys");
    if (!arn)
        buffer_append_slice (&line.advice, doctor_probe_why (probe));
    s_end (self, &line, give, arg);
}

static void
s_clock (doctor_report_t *self, line_fn *give, void *arg)
{
    yyjson_val *known = s_known (self, "skew_s", NULL);
    int64_t skew_s = yyjson_get_sint (known), size_s = llabs (skew_s);
    line_t line;
    s_begin (&line, "clock");
    if (!known) {
        line.verdict = "--";
        buffer_append_text (&line.text, "not compared: AWS did not answer");
    } else if (size_s < SKEW_S_MAX) {
        buffer_append_text (&line.text, "agrees with AWS's");
    } else {
        line.fine = false;
        s_append_span (&line.text, size_s);
        buffer_printf (&line.text, " %s AWS's", skew_s > 0 ? "behind" : "ahead of");
        buffer_append_text (&line.advice, "Set this machine's clock (NTP). Requests are signed with AWS's time and work, but times like -3h are "
                            "counted from this clock.");
    }
    s_end (self, &line, give, arg);
}

static void
s_endpoint (doctor_report_t *self, const char *name, const char *prefix, line_fn *give, void *arg)
{
    const char *endpoint = yyjson_get_str (s_known (self, "endpoint", prefix));
    yyjson_val *first_byte = s_known (self, "first_byte_ms", prefix);
    const doctor_probe_t *unreached = s_first (self, "unreached", prefix);
    line_t line;
    s_begin (&line, name);
    line.fine = !unreached;
    buffer_append_text (&line.text, endpoint ? endpoint : "not known");
    if (first_byte) {
        buffer_printf (&line.text, ", first byte after %lld ms", (long long) yyjson_get_sint (first_byte));
    } else if (!unreached) {
        line.verdict = "--";
        buffer_append_text (&line.text, ", not asked");
    } else {
        buffer_append_text (&line.text, ", not reached");
    }
    if (unreached)
        buffer_append_slice (&line.advice, doctor_probe_why (unreached));
    s_end (self, &line, give, arg);
}

//  Is what went wrong told elsewhere in the report already?
static bool
s_is_told (const doctor_probe_t *probe)
{
    return doctor_probe_is (probe, "keyless") || doctor_probe_is (probe, "refused") || doctor_probe_is (probe, "unreached");
}

static void
s_action (doctor_report_t *self, const doctor_probe_t *probe, line_fn *give, void *arg)
{
    line_t line;
    s_begin (&line, probe->action);
    line.kind = LINE_ACTION;
    line.tools = probe->tools;
    line.fine = doctor_probe_is (probe, "allowed");
    line.told = s_is_told (probe);
    line.verdict = line.told ? "unknown" : doctor_probe_verdict (probe);
    if (!line.fine && !line.told)
        buffer_append_slice (&line.advice, doctor_probe_why (probe));
    if (doctor_probe_is (probe, "denied") && slice_starts (slice_of (probe->action), "logs:"))
        buffer_append_text (&line.advice, " It was tried with a log group that does not exist: a policy that names certain log groups says no to "
                            "that too, and may be right.");
    s_end (self, &line, give, arg);
}

static void
s_walk_checks (doctor_report_t *self, line_fn *give, void *arg)
{
    s_region (self, give, arg);
    if (!self->region)
        return;
    s_credentials (self, give, arg);
    s_identity (self, give, arg);
    s_clock (self, give, arg);
    s_endpoint (self, "cloudwatch", "cloudwatch:", give, arg);
    s_endpoint (self, "logs", "logs:", give, arg);
    for (size_t i = 0; i < self->accounts_count; i++)
        s_account (self, &self->accounts [i], give, arg);
}

//  Where keys were looked for. What is broken is told by the credentials.
static void
s_source (doctor_report_t *self, const char *verdict, const char *source, slice_t text, line_fn *give, void *arg)
{
    line_t line;
    s_begin (&line, source);
    line.kind = LINE_SOURCE;
    line.verdict = verdict;
    line.told = true;
    line.fine = strcmp (verdict, "broken") != 0;
    buffer_append_slice (&line.text, line.fine ? text : SLICE ("see credentials"));
    s_end (self, &line, give, arg);
}

//  joined: those that were not asked stand in one line.
static void
s_walk_sources (doctor_report_t *self, bool joined, line_fn *give, void *arg)
{
    buffer_t unasked;
    buffer_init (&unasked, TEXT_BYTES_MAX);
    yyjson_val *step;
    size_t index, count;
    yyjson_arr_foreach (s_known (self, "sources", NULL), index, count, step) {
        const char *verdict = yyjson_get_str (yyjson_obj_get (step, "verdict")), *source = yyjson_get_str (yyjson_obj_get (step, "source"));
        if (!verdict || !source)
            continue;
        if (joined && strcmp (verdict, "unasked") == 0)
            buffer_printf (&unasked, "%s%s", unasked.size ? ", " : "", source);
        else
            s_source (self, verdict, source, json_text (step, "why"), give, arg);
    }
    if (unasked.size)
        s_source (self, "unasked", "", buffer_slice (&unasked), give, arg);
    buffer_deinit (&unasked);
}

static void
s_walk_actions (doctor_report_t *self, line_fn *give, void *arg)
{
    for (size_t i = 0; self->region && i < self->count; i++)
        if (!s_is_identity (&self->probes [i]))
            s_action (self, &self->probes [i], give, arg);
}

//  --- For a person

typedef struct {
    buffer_t *out;
    const terminal_t *terminal;
    size_t verdict_width, name_width;
} page_t;

static terminal_style_t
s_style (const line_t *line)
{
    if (!line->fine)
        return TERMINAL_RED;
    if (line->kind == LINE_SOURCE && strcmp (line->verdict, "used") != 0)
        return TERMINAL_PLAIN;
    return strcmp (line->verdict, "--") == 0 ? TERMINAL_YELLOW : TERMINAL_GREEN;
}

static void
s_write_line (void *arg, const line_t *line)
{
    enum { GAP = 2 };
    page_t *page = arg;
    buffer_t *out = page->out;
    bool unnamed = line->name [0] == 0;
    size_t indent = page->verdict_width + GAP + (unnamed ? 0 : page->name_width + GAP);
    buffer_append_text (out, terminal_style (page->terminal, s_style (line)));
    buffer_append_text (out, line->verdict);
    buffer_append_text (out, terminal_style (page->terminal, TERMINAL_PLAIN));
    plain_pad (out, page->verdict_width - strlen (line->verdict) + GAP);
    if (!unnamed) {
        buffer_append_text (out, line->name);
        if (line->tools || line->text.size)
            plain_pad (out, page->name_width > strlen (line->name) ? page->name_width - strlen (line->name) + GAP : GAP);
    }
    plain_wrap (out, line->tools ? slice_of (line->tools) : buffer_slice (&line->text), indent, indent, page->terminal->width);
    buffer_append_char (out, '\n');
    if (line->advice.size) {
        indent = line->kind == LINE_ACTION ? page->verdict_width + GAP : indent;
        plain_pad (out, indent);
        plain_wrap (out, buffer_slice (&line->advice), indent, indent, page->terminal->width);
        buffer_append_char (out, '\n');
    }
}

void
doctor_report_write (doctor_report_t *self, buffer_t *out, const terminal_t *terminal)
{
    page_t page = { .out = out, .terminal = terminal, .verdict_width = strlen ("ok"), .name_width = strlen ("credentials") };
    self->wrong = 0;
    buffer_append_text (out, "cloudwatch-mcp " CLOUDWATCH_MCP_VERSION "\n\n");
    s_walk_checks (self, s_write_line, &page);
    if (self->region) {
        page.verdict_width = strlen ("followed");       //  The longest
        page.name_width = strlen ("IAM Identity Center");
        buffer_append_text (out, s_known (self, "sources", NULL) ? "\n" : "");
        s_walk_sources (self, true, s_write_line, &page);
        buffer_append_char (out, '\n');
    }
    page.verdict_width = strlen ("allowed");            //  The longest
    for (size_t i = 0; i < self->count; i++)
        page.name_width = strlen (self->probes [i].action) > page.name_width ? strlen (self->probes [i].action) : page.name_width;
    s_walk_actions (self, s_write_line, &page);
    if (self->wrong == 0)
        buffer_append_text (out, "\nEverything is fine.\n");
    else
        buffer_printf (out, "\n%zu %s not fine.\n", self->wrong, self->wrong == 1 ? "thing is" : "things are");
}

//  --- For machines

typedef struct {
    buffer_t *out;
    bool comma;
} list_json_t;

static void
s_append_member (buffer_t *out, const char *name, slice_t text)
{
    buffer_printf (out, "%s\"%s\":", out->data [out->size - 1] == '{' ? "" : ",", name);
    json_append_string (out, text);
}

static void
s_write_json_line (void *arg, const line_t *line)
{
    list_json_t *list = arg;
    buffer_t *out = list->out;
    buffer_append_text (out, list->comma ? "," : "");
    list->comma = true;
    static const char *const NAMES [] = { [LINE_CHECK] = "check", [LINE_SOURCE] = "source", [LINE_ACTION] = "action" };
    static const char *const TEXTS [] = { [LINE_CHECK] = "text", [LINE_SOURCE] = "why", [LINE_ACTION] = "tools" };
    buffer_append_char (out, '{');
    s_append_member (out, NAMES [line->kind], slice_of (line->name));
    if (line->kind == LINE_CHECK)
        buffer_printf (out, ",\"fine\":%s", line->fine ? "true" : "false");
    else
        s_append_member (out, "verdict", slice_of (line->verdict));
    s_append_member (out, TEXTS [line->kind], line->tools ? slice_of (line->tools) : buffer_slice (&line->text));
    if (line->advice.size)
        s_append_member (out, "advice", buffer_slice (&line->advice));
    buffer_append_char (out, '}');
}

void
doctor_report_write_json (doctor_report_t *self, buffer_t *out)
{
    buffer_t lists, safe;
    buffer_init (&lists, out->limit);
    buffer_init (&safe, out->limit);
    self->wrong = 0;
    buffer_append_text (&lists, "\"checks\":[");
    s_walk_checks (self, s_write_json_line, &(list_json_t) { .out = &lists });
    buffer_append_text (&lists, "],\"sources\":[");
    s_walk_sources (self, false, s_write_json_line, &(list_json_t) { .out = &lists });
    buffer_append_text (&lists, "],\"actions\":[");
    s_walk_actions (self, s_write_json_line, &(list_json_t) { .out = &lists });
    buffer_printf (&safe, "{\"version\":\"%s\",\"fine\":%s,", CLOUDWATCH_MCP_VERSION, self->wrong ? "false" : "true");
    buffer_append_slice (&safe, buffer_slice (&lists));
    buffer_append_text (&safe, "]}\n");
    plain_append_json (out, buffer_slice (&safe));
    if (buffer_status (&lists) != STATUS_OK || buffer_status (&safe) != STATUS_OK)
        out->status = STATUS_TOO_LARGE;
    buffer_deinit (&lists);
    buffer_deinit (&safe);
}
