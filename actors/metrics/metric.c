#include "metric.h"

#include "body.h"
#include "reader.h"
#include "visible.h"

enum { LABEL_BYTES_MAX = 256, VALUE_BYTES_MAX = 80 };

metric_t
metric_of (slice_t members)
{
    return (metric_t) { argument_text (members, "namespace"), argument_text (members, "metric_name"), argument_value (members, "dimensions") };
}

bool
metric_same (const metric_t *a, const metric_t *b)
{
    return slice_eq (a->namespace, b->namespace) && slice_eq (a->name, b->name) && slice_eq (a->dimensions, b->dimensions);
}

bool
metric_append_wrong (buffer_t *out, const metric_t *self, const char *argument)
{
    reader_t reader;
    reader_init (&reader, self->dimensions);
    size_t pairs = 0;
    slice_t name, value;
    if (reader_map (&reader, &pairs) != STATUS_OK)
        return false;
    for (; pairs > 0 && reader_text (&reader, &name) == STATUS_OK && reader_text (&reader, &value) == STATUS_OK; pairs--) {
        if (value.size)
            continue;
        buffer_printf (out, "%s.", argument);
        visible_append_cut (out, name, VALUE_BYTES_MAX);
        buffer_append_text (out, " is empty, and a metric is named by whole values. list_metrics takes an empty value for any and shows which there "
                            "are; get_metric_data with a SEARCH expression brings all of them.");
        return true;
    }
    return false;
}

void
metric_add (const metric_t *self, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    yyjson_mut_obj_add_strn (doc, input, "Namespace", self->namespace.data, self->namespace.size);
    yyjson_mut_obj_add_strn (doc, input, "MetricName", self->name.data, self->name.size);
    metric_add_dimensions (self->dimensions, doc, input);
}

void
metric_add_dimensions (slice_t given, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    reader_t reader;
    reader_init (&reader, given);
    size_t pairs = 0;
    if (reader_map (&reader, &pairs) != STATUS_OK || pairs == 0)
        return;
    yyjson_mut_val *dimensions = yyjson_mut_obj_add_arr (doc, input, "Dimensions");
    slice_t name, value;
    for (; pairs > 0 && reader_text (&reader, &name) == STATUS_OK && reader_text (&reader, &value) == STATUS_OK; pairs--) {
        yyjson_mut_val *dimension = yyjson_mut_arr_add_obj (doc, dimensions);
        yyjson_mut_obj_add_strn (doc, dimension, "Name", name.data, name.size);
        if (value.size)
            yyjson_mut_obj_add_strn (doc, dimension, "Value", value.data, value.size);
    }
}

void
metric_append_label (buffer_t *out, const metric_t *self, slice_t aws, bool callers)
{
    reader_t reader;
    reader_init (&reader, self->dimensions);
    size_t pairs = 0, begin = out->size;
    if (reader_map (&reader, &pairs) != STATUS_OK)
        pairs = 0;
    bool says_more = aws.size && !slice_eq (aws, self->name);
    if (callers || says_more || pairs == 0) {
        visible_append_cut (out, aws.size ? aws : self->name, LABEL_BYTES_MAX);
        return;
    }
    slice_t name, value;
    for (; pairs > 0 && reader_text (&reader, &name) == STATUS_OK && reader_text (&reader, &value) == STATUS_OK; pairs--) {
        if (out->size - begin > LABEL_BYTES_MAX - VALUE_BYTES_MAX)
            continue;
        visible_append_cut (out, value, VALUE_BYTES_MAX);
        buffer_append_char (out, ' ');
    }
    visible_append_cut (out, self->name, LABEL_BYTES_MAX);
}

void
metric_append_unit (buffer_t *head, slice_t unit)
{
    if (unit.size == 0)
        return;
    buffer_t text;
    buffer_init (&text, LABEL_BYTES_MAX * 2);
    visible_append_cut (&text, unit, VALUE_BYTES_MAX);
    buffer_append_text (head, "\"unit\":");
    json_append_string (head, buffer_slice (&text));
    buffer_append_char (head, ',');
    buffer_deinit (&text);
}

enum { HOUR_S = 60 * 60, DAY_S = 24 * HOUR_S };

//  Metrics that a look at the last hours finds nothing of.
static const struct {
    const char *namespace, *name;       //  name NULL: all of it
    int64_t     every_s;                //  0: as others
    const char *dimensions;
    const char *region;                 //  Published there only; NULL: in its own
} RARE [] = {
    { "AWS/S3", "BucketSizeBytes", DAY_S, "BucketName and StorageType", NULL },
    { "AWS/S3", "NumberOfObjects", DAY_S, "BucketName and StorageType (AllStorageTypes)", NULL },
    { "AWS/CertificateManager", "DaysToExpiry", DAY_S, "CertificateArn", NULL },
    { "AWS/Billing", "EstimatedCharges", 6 * HOUR_S, "Currency (USD), and ServiceName or LinkedAccount", "us-east-1" },
    { "AWS/CloudFront", NULL, 0, "DistributionId and Region (Global)", "us-east-1" },
    { "AWS/Route53", NULL, 0, "HealthCheckId, or HostedZoneId", "us-east-1" },
    { "AWS/TrustedAdvisor", NULL, 0, "CheckName", "us-east-1" },
};

void
metric_append_absence (buffer_t *note, const metric_t *self, slice_t unit, const timegrid_t *grid, int64_t period_s, const char *region)
{
    if (unit.size)
        buffer_printf (note, "Only datapoints in %.*s were asked for: leave unit out to have all. ", (int) unit.size, unit.data);
    for (size_t i = 0; i < sizeof RARE / sizeof RARE [0]; i++) {
        if (!slice_is (self->namespace, RARE [i].namespace) || (RARE [i].name && !slice_is (self->name, RARE [i].name)))
            continue;
        const char *name = RARE [i].name ? RARE [i].name : "";
        if (RARE [i].region && strcmp (RARE [i].region, region) != 0)
            buffer_printf (note, "%s is published in %s only: ask with that region. ", RARE [i].namespace, RARE [i].region);
        int64_t every_s = RARE [i].every_s, window_s = (grid->end_ms - grid->start_ms) / 1000;
        if (every_s && (window_s < 2 * DAY_S || period_s < every_s))
            buffer_printf (note, "%s %s is published %s: ask for -2d with period %lld, with dimensions %s.", RARE [i].namespace, name,
                           every_s == DAY_S ? "once a day" : "a few times a day", (long long) every_s, RARE [i].dimensions);
        else
            buffer_printf (note, "%s%s%s has the dimensions %s.", RARE [i].namespace, *name ? " " : "", name, RARE [i].dimensions);
        return;
    }
    buffer_append_text (note, "A metric is named by exactly the dimensions that it is published with, and names and values are case-sensitive: "
                        "list_metrics shows them. Is it the right region, and was anything published at that time?");
}
