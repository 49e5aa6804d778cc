#include "banner.h"

#include "json.h"

#include <stdio.h>

//  As runtime/config.h has them.
static const char ADMIN_HOST [] = "127.0.0.1";
enum { ADMIN_PORT = 9334 };

//  The variable by which trace and top find a server whose admin port is not where they look by themselves.
static void
s_write_admin (const banner_t *self, buffer_t *out)
{
    if (self->admin_port == ADMIN_PORT && strcmp (self->admin_host, ADMIN_HOST) == 0)
        return;
    const char *host = self->admin_host;
    if (strcmp (host, "0.0.0.0") == 0 || strcmp (host, "::") == 0)
        host = ADMIN_HOST;
    buffer_printf (out, strchr (host, ':') ? " CLOUDWATCH_MCP_ADMIN=http://[%s]:%d" : " CLOUDWATCH_MCP_ADMIN=http://%s:%d", host, self->admin_port);
}

void
banner_write (const banner_t *self, buffer_t *out)
{
    char url [256];
    snprintf (url, sizeof url, "http://%s/mcp", self->authority);
    buffer_printf (out, "\ncloudwatch-mcp %s serves MCP at %s\nAnswers come from %s.\nConnect a client:\n", CLOUDWATCH_MCP_VERSION, url, self->how);
    buffer_printf (out, "  Claude Code   claude mcp add --transport http cloudwatch %s\n", url);
    buffer_printf (out, "  Cursor        {\"mcpServers\": {\"cloudwatch\": {\"url\": \"%s\"}}}\n", url);
    buffer_printf (out, "  VS Code       {\"servers\": {\"cloudwatch\": {\"type\": \"http\", \"url\": \"%s\"}}}\n", url);
    buffer_printf (out, "  LibreChat     mcpServers: {cloudwatch: {type: streamable-http, url: \"%s\"}}\n", url);
    buffer_printf (out, "                mcpSettings: {allowedAddresses: [\"%s\"]}\n", self->authority);
    buffer_append_text (out, "Or let it start a server of its own, on standard input and output (Claude Desktop and most others):\n"
                             "                {\"mcpServers\": {\"cloudwatch\": {\"command\": ");
    json_append_string (out, slice_of (self->program));
    buffer_printf (out, ", \"args\": [%s\"--stdio\"]}}}\n", self->demo ? "\"demo\", " : "");
    buffer_append_text (out, self->exports);
    if (*self->exports) {
        s_write_admin (self, out);
        buffer_append_char (out, '\n');
    }
    buffer_printf (out, "Watch calls: http://%s:%d/flow   Health: /readyz there   Stop: Ctrl-C\n\n", self->admin_host, self->admin_port);
}
