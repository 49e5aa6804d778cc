#include "metrics_text.h"

#include "field_values.h"
#include "nearest.h"
#include "utf8.h"

#define TEXT(slice) (int) (slice).size, (slice).data

//  A file while it is read.
typedef struct {
    draft_t *draft;
    const char *path;
    int line;
    draft_space_t *space;
    draft_metric_t *metric;             //  NULL before the first
} metrics_text_t;

enum { SPACE_FIELDS = 4, METRIC_FIELDS = 9 };
static const char *const SPACE_NAMES [] = { "namespace", "title", "about", "keywords", "metric" };
static const char *const METRIC_NAMES [] = { "unit", "statistic", "dimensions", "every", "tells", "keywords", "beside", "alarm", "note", "metric" };

static field_place_t
s_place (const metrics_text_t *self)
{
    return (field_place_t) { self->draft, self->path, self->line };
}

static draft_field_t *
s_space_field (draft_space_t *space, int field)
{
    return (draft_field_t *[SPACE_FIELDS]) { &space->name, &space->title, &space->about, &space->keywords } [field];
}

//  NULL for those that may come several times.
static draft_field_t *
s_metric_field (draft_metric_t *metric, int field)
{
    return (draft_field_t *[METRIC_FIELDS]) { &metric->unit, &metric->statistic, &metric->dimensions, &metric->every, &metric->tells,
                                              &metric->keywords, &metric->beside, NULL, NULL } [field];
}

//  Letters, digits and . - _ / # : and blanks, as CloudWatch takes them; of metrics % ( ) too.
static void
s_check_name (const metrics_text_t *self, const char *what, slice_t name)
{
    bool right = name.size > 0 && name.size <= METRICS_NAME_BYTES_MAX;
    for (size_t i = 0; right && i < name.size; i++)
        right = name.data [i] >= ' ' && name.data [i] <= '~' && !strchr (",|\"\\", name.data [i]);
    if (!right)
        complain (self->draft->complaints, self->path, self->line, "\"%.*s\" is no name of a %s: 1 to %d characters of ASCII, without , | \" and \\.",
                  TEXT (slice_first (name, METRICS_NAME_BYTES_MAX)), what, METRICS_NAME_BYTES_MAX);
}

//  A metric is complete when the next begins, or the file ends.
static void
s_end_metric (const metrics_text_t *self)
{
    draft_metric_t *metric = self->metric;
    if (!metric)
        return;
    static const struct { int field; const char *what; } NEEDED [] = {
        { 0, "unit" }, { 1, "statistic" }, { 2, "dimensions (? when they are unknown)" }, { 4, "tells" },
    };
    for (size_t i = 0; i < sizeof NEEDED / sizeof NEEDED [0]; i++)
        if (!s_metric_field (metric, NEEDED [i].field)->line)
            complain (self->draft->complaints, self->path, metric->line, "%.*s has no %s.", TEXT (metric->name), NEEDED [i].what);
}

static void
s_begin_metric (metrics_text_t *self, slice_t name)
{
    s_end_metric (self);
    s_check_name (self, "metric", name);
    draft_metric_t *metric = draft_alloc (self->draft, sizeof *metric);
    metric->space = self->space;
    metric->name = name;
    metric->line = self->line;
    metric->every_s = 60;
    metric->alarms_end = &metric->alarms;
    metric->notes_end = &metric->notes;
    *self->space->metrics_end = metric;
    self->space->metrics_end = &metric->next;
    self->space->count++;
    self->draft->metrics_count++;
    self->metric = metric;
}

static void
s_check_space_field (const metrics_text_t *self, int field, slice_t value)
{
    switch (field) {
        case 0: s_check_name (self, "namespace", value); break;
        case 1: field_check_length (s_place (self), "title", value, 2, METRICS_TITLE_MAX); break;
        case 2: field_check_length (s_place (self), "about", value, METRICS_ABOUT_MIN, METRICS_ABOUT_MAX); break;
        default:
            field_check_list (s_place (self), "keywords", value);
            field_check_length (s_place (self), "keywords", value, 2, METRICS_KEYWORDS_MAX);
    }
}

static void
s_add_alarm (const metrics_text_t *self, slice_t value)
{
    draft_alarm_t *alarm = draft_alloc (self->draft, sizeof *alarm);
    if (!field_read_alarm (s_place (self), value, alarm))
        return;
    *self->metric->alarms_end = alarm;
    self->metric->alarms_end = &alarm->next;
}

static void
s_add_note (const metrics_text_t *self, slice_t value)
{
    draft_note_t *note = draft_alloc (self->draft, sizeof *note);
    note->text = value;
    field_check_length (s_place (self), "note", value, 10, METRICS_NOTE_MAX);
    *self->metric->notes_end = note;
    self->metric->notes_end = &note->next;
}

static void
s_check_metric_field (const metrics_text_t *self, int field, const draft_field_t *value)
{
    field_place_t place = s_place (self);
    switch (field) {
        case 0: field_check_unit (place, value->text); break;
        case 1: field_check_statistics (place, value->text); break;
        case 2: field_check_dimensions (place, value->text, value->inferred); break;
        case 3: self->metric->every_s = field_read_period (place, value->text); break;
        case 4: field_check_length (place, "tells", value->text, METRICS_TELLS_MIN, METRICS_TELLS_MAX); break;
        case 5: field_check_list (place, "keywords", value->text);
                field_check_length (place, "keywords", value->text, 2, METRICS_KEYWORDS_MAX); break;
        default: field_check_list (place, "beside", value->text);
    }
}

static void
s_complain_of_field (const metrics_text_t *self, slice_t name)
{
    bool of_metric = self->metric;
    size_t count = of_metric ? sizeof METRIC_NAMES / sizeof METRIC_NAMES [0] : sizeof SPACE_NAMES / sizeof SPACE_NAMES [0];
    const char *allowed [METRIC_FIELDS + 2];
    for (size_t i = 0; i < count; i++)
        allowed [i] = (of_metric ? METRIC_NAMES : SPACE_NAMES) [i];
    allowed [count] = NULL;
    complain_of_choice (self->draft->complaints, self->path, self->line, of_metric ? "the field of a metric" : "the field of a namespace", name,
                        allowed);
}

static void
s_read_metric_field (const metrics_text_t *self, int field, draft_field_t value)
{
    draft_field_t *kept = s_metric_field (self->metric, field);
    if (field == METRIC_FIELDS - 2) {
        s_add_alarm (self, value.text);
    } else if (field == METRIC_FIELDS - 1) {
        s_add_note (self, value.text);
    } else if (kept->line) {
        complain (self->draft->complaints, self->path, self->line, "%.*s has %s twice: in lines %d and %d.", TEXT (self->metric->name),
                  METRIC_NAMES [field], kept->line, self->line);
    } else {
        if (field <= 2 && value.text.data [0] == '~') {
            value.inferred = true;
            value.text = slice_trim ((slice_t) { value.text.data + 1, value.text.size - 1 });
        }
        *kept = value;
        s_check_metric_field (self, field, &value);
    }
}

static void
s_read_field (metrics_text_t *self, slice_t name, draft_field_t value)
{
    if (slice_is (name, "metric")) {
        s_begin_metric (self, value.text);
        return;
    }
    int fields = self->metric ? METRIC_FIELDS : SPACE_FIELDS, field = 0;
    while (field < fields && !slice_is (name, (self->metric ? METRIC_NAMES : SPACE_NAMES) [field]))
        field++;
    if (field == fields) {
        s_complain_of_field (self, name);
    } else if (self->metric) {
        s_read_metric_field (self, field, value);
    } else if (s_space_field (self->space, field)->line) {
        complain (self->draft->complaints, self->path, self->line, "the namespace has %s twice.", SPACE_NAMES [field]);
    } else {
        *s_space_field (self->space, field) = value;
        s_check_space_field (self, field, value.text);
    }
}

//  Texts are shown on terminals and in JSON: UTF-8, without control characters.
static bool
s_is_plain (slice_t line)
{
    while (line.size) {
        uint32_t character;
        size_t size = utf8_read (line, &character);
        if (character == UTF8_NONE || utf8_hidden (character))
            return false;
        line = (slice_t) { line.data + size, line.size - size };
    }
    return true;
}

static void
s_read_line (metrics_text_t *self, slice_t line)
{
    slice_t trimmed = slice_trim (line);
    if (trimmed.size == 0 || line.data [0] == '#')
        return;
    slice_t rest = line, name = slice_cut (&rest, ' ');
    slice_t value = slice_trim (rest);
    if (!s_is_plain (line))
        complain (self->draft->complaints, self->path, self->line, "tabs, control characters and what is no UTF-8 are not allowed.");
    else if (name.size == 0 || value.size == 0)
        complain (self->draft->complaints, self->path, self->line, "a line is a field's name in the first column, blanks, and its value.");
    else
        s_read_field (self, name, (draft_field_t) { .text = value, .line = self->line });
}

//  Is the file called as the namespace is?
static void
s_check_path (const metrics_text_t *self)
{
    const char *base = strrchr (self->path, '/');
    char wanted [METRICS_NAME_BYTES_MAX + sizeof ".metrics"] = "";
    slice_t name = slice_first (self->space->name.text, METRICS_NAME_BYTES_MAX);
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data [i];
        wanted [i] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ? c : '_';
    }
    memcpy (wanted + name.size, ".metrics", sizeof ".metrics");
    if (strcmp (base ? base + 1 : self->path, wanted) != 0)
        complain (self->draft->complaints, self->path, self->space->name.line, "the file of the namespace %.*s must be called %s.",
                  TEXT (name), wanted);
}

void
metrics_text_read (draft_t *draft, const char *path, slice_t text)
{
    metrics_text_t self = { .draft = draft, .path = path };
    self.space = draft_alloc (draft, sizeof *self.space);
    self.space->path = path;
    self.space->metrics_end = &self.space->metrics;
    while (text.size) {
        self.line++;
        s_read_line (&self, slice_cut (&text, '\n'));
    }
    s_end_metric (&self);
    for (int field = 0; field < SPACE_FIELDS - 1; field++)
        if (!s_space_field (self.space, field)->line)
            complain (draft->complaints, path, 1, "there is no %s.", SPACE_NAMES [field]);
    if (self.space->name.line)
        s_check_path (&self);
    if (self.space->count == 0)
        complain (draft->complaints, path, self.line ? self.line : 1, "there is no metric.");
    *draft->spaces_end = self.space;
    draft->spaces_end = &self.space->next;
    draft->spaces_count++;
}
