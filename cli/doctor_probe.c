#include "doctor_probe.h"

#include <string.h>

enum { TROUBLE_BYTES_MAX = 8192 };

void
doctor_probe_init (doctor_probe_t *self, const char *action)
{
    *self = (doctor_probe_t) { .action = action };
    buffer_init (&self->trouble, TROUBLE_BYTES_MAX);
}

void
doctor_probe_deinit (doctor_probe_t *self)
{
    yyjson_doc_free (self->answer);
    self->answer = NULL;
    buffer_deinit (&self->trouble);
}

void
doctor_probe_add_tool (doctor_probe_t *self, const char *tool)
{
    size_t used = strlen (self->tools), size = strlen (tool), comma = used ? 2 : 0;
    if (used + comma + size >= sizeof self->tools)
        return;
    memcpy (self->tools + used, ", ", comma);
    memcpy (self->tools + used + comma, tool, size + 1);
}

yyjson_val *
doctor_probe_member (const doctor_probe_t *self, const char *name)
{
    yyjson_val *value = self->answer ? yyjson_obj_get (yyjson_doc_get_root (self->answer), name) : NULL;
    return yyjson_is_null (value) ? NULL : value;
}

const char *
doctor_probe_text (const doctor_probe_t *self, const char *name)
{
    return yyjson_get_str (doctor_probe_member (self, name));
}

const char *
doctor_probe_verdict (const doctor_probe_t *self)
{
    const char *verdict = doctor_probe_text (self, "verdict");
    return verdict ? verdict : "unknown";
}

bool
doctor_probe_is (const doctor_probe_t *self, const char *verdict)
{
    return strcmp (doctor_probe_verdict (self), verdict) == 0;
}

slice_t
doctor_probe_why (const doctor_probe_t *self)
{
    return self->answer ? slice_of (doctor_probe_text (self, "text")) : buffer_slice (&self->trouble);
}
