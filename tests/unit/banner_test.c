#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "banner.h"
#include "json.h"

static banner_t
a_banner (void)
{
    return (banner_t) { .authority = "127.0.0.1:3334", .how = "AWS, region eu-west-1", .program = "/opt/cloudwatch-mcp", .exports = "More.",
                        .admin_host = "127.0.0.1", .admin_port = 9334 };
}

//  Writes it; the text is the test's until the next one.
static const char *
text_of (const banner_t *banner)
{
    static char text [8192];
    buffer_t out;
    buffer_init (&out, sizeof text - 1);
    banner_write (banner, &out);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    memcpy (text, out.data, out.size);
    text [out.size] = '\0';
    buffer_deinit (&out);
    return text;
}

static void
each_client_is_told_its_own_way (void **state)
{
    (void) state;
    banner_t banner = a_banner ();
    const char *text = text_of (&banner);
    static const char *const LINES [] = {
        " serves MCP at http://127.0.0.1:3334/mcp\n", "\nAnswers come from AWS, region eu-west-1.\n",
        " claude mcp add --transport http cloudwatch http://127.0.0.1:3334/mcp\n",
        " {\"mcpServers\": {\"cloudwatch\": {\"url\": \"http://127.0.0.1:3334/mcp\"}}}\n",
        " {\"servers\": {\"cloudwatch\": {\"type\": \"http\", \"url\": \"http://127.0.0.1:3334/mcp\"}}}\n",
        " mcpServers: {cloudwatch: {type: streamable-http, url: \"http://127.0.0.1:3334/mcp\"}}\n",
        " mcpSettings: {allowedAddresses: [\"127.0.0.1:3334\"]}\n",
        " {\"mcpServers\": {\"cloudwatch\": {\"command\": \"/opt/cloudwatch-mcp\", \"args\": [\"--stdio\"]}}}\n",
        "\nMore.\nWatch calls: http://127.0.0.1:9334/flow   Health: /readyz there   Stop: Ctrl-C\n",
    };
    for (size_t i = 0; i < sizeof LINES / sizeof LINES [0]; i++)
        if (!strstr (text, LINES [i]))
            fail_msg ("not there: %s", LINES [i]);
}

static void
a_demo_starts_demos (void **state)
{
    (void) state;
    banner_t banner = a_banner ();
    banner.demo = true;
    assert_non_null (strstr (text_of (&banner), "\"args\": [\"demo\", \"--stdio\"]"));
}

static void
the_exports_say_where_the_admin_port_is_when_it_is_not_where_it_is_looked_for (void **state)
{
    (void) state;
    static const struct { const char *host; int port; const char *line; } CASES [] = {
        { "127.0.0.1", 9334, "\nMore.\n" },
        { "127.0.0.1", 9400, "\nMore. CLOUDWATCH_MCP_ADMIN=http://127.0.0.1:9400\n" },
        { "0.0.0.0", 9334, "\nMore. CLOUDWATCH_MCP_ADMIN=http://127.0.0.1:9334\n" },
        { "::1", 9334, "\nMore. CLOUDWATCH_MCP_ADMIN=http://[::1]:9334\n" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        banner_t banner = a_banner ();
        banner.admin_host = CASES [i].host;
        banner.admin_port = CASES [i].port;
        if (!strstr (text_of (&banner), CASES [i].line))
            fail_msg ("not there: %s", CASES [i].line);
        banner.exports = "";
        assert_null (strstr (text_of (&banner), "CLOUDWATCH_MCP_ADMIN"));
    }
}

static void
every_object_in_it_is_json_whatever_the_program_is_called (void **state)
{
    (void) state;
    banner_t banner = a_banner ();
    banner.program = "/opt/a \"b\"\\c/cloudwatch-mcp";
    char *line = strdup (text_of (&banner)), *rest = line;
    int objects = 0;
    for (char *at; (at = strsep (&rest, "\n"));) {
        const char *json = strstr (at, " {\"");
        if (!json)
            continue;
        yyjson_doc *doc = NULL;
        assert_int_equal (json_read (slice_of (json + 1), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
        yyjson_val *server = yyjson_obj_get (yyjson_obj_get (yyjson_doc_get_root (doc), "mcpServers"), "cloudwatch");
        if (yyjson_obj_get (server, "command"))
            assert_string_equal (json_text (server, "command").data, banner.program);
        yyjson_doc_free (doc);
        objects++;
    }
    assert_int_equal (objects, 3);
    free (line);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_client_is_told_its_own_way),
        cmocka_unit_test (a_demo_starts_demos),
        cmocka_unit_test (the_exports_say_where_the_admin_port_is_when_it_is_not_where_it_is_looked_for),
        cmocka_unit_test (every_object_in_it_is_json_whatever_the_program_is_called),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
