#include "progress.h"

#include "jsonrpc.h"

void
progress_init (progress_t *self, yyjson_val *meta)
{
    *self = (progress_t) { 0 };
    buffer_init (&self->token, PROGRESS_TOKEN_BYTES_MAX);
    if (!jsonrpc_append_id (&self->token, yyjson_obj_get (meta, "progressToken")))      //  Tokens are what ids are
        buffer_clear (&self->token);
}

void
progress_deinit (progress_t *self)
{
    buffer_deinit (&self->token);
}

bool
progress_wanted (const progress_t *self)
{
    return self->token.size > 0;
}

//  Counts, in the main, which need no fraction and no exponent; JSON has no other numbers than finite ones, and body.h lets no other in.
static void
s_append_number (buffer_t *out, const char *name, double number)
{
    buffer_printf (out, ",\"%s\":%.15g", name, number);
}

bool
progress_write (progress_t *self, const body_progress_t *progress, buffer_t *out)
{
    if (!progress_wanted (self) || (self->told && progress->done <= self->done))
        return false;
    buffer_append_text (out, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":");
    buffer_append_slice (out, buffer_slice (&self->token));
    s_append_number (out, "progress", progress->done);
    if (progress->total >= progress->done && progress->total > 0)       //  One that was overtaken was a guess
        s_append_number (out, "total", progress->total);
    if (progress->text.size) {
        buffer_append_text (out, ",\"message\":");
        json_append_string (out, progress->text);
    }
    buffer_append_text (out, "}}");
    if (buffer_status (out) != STATUS_OK)
        return false;
    self->told = true;
    self->done = progress->done;
    return true;
}
