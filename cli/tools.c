#include "call_words.h"
#include "cli.h"
#include "plain.h"
#include "terminal.h"
#include "tool_page.h"
#include "tools.h"

#include <stdio.h>
#include <stdlib.h>

//  `cloudwatch-mcp tools`: what the tools are, from their contracts. AWS is not asked, and no settings are read.

enum { TEXT_BYTES_MAX = 1024 * 1024, GAP = 2, DESCRIPTION_WIDTH_MIN = 40 };

//  Up to the first full stop that ends a sentence.
static slice_t
s_first_sentence (slice_t text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data [i] == '.' && (i + 1 == text.size || text.data [i + 1] == ' '))
            return (slice_t) { text.data, i + 1 };
    return text;
}

//  The text, and blanks up to where the next column begins.
static void
s_append_column (buffer_t *out, const char *text, size_t width)
{
    size_t size = strlen (text);
    buffer_append_text (out, text);
    plain_pad (out, width + GAP - size);
}

static size_t
s_wider (size_t width, const char *text)
{
    return strlen (text) > width ? strlen (text) : width;
}

static void
s_write_list (buffer_t *out, const contracts_t *contracts, const terminal_t *terminal)
{
    size_t name = 0, service = 0, title = 0;
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        name = s_wider (name, contract_name (contract));
        service = s_wider (service, service_name (contract_service (contract)));
        title = s_wider (title, contract_title (contract));
    }
    size_t column = name + title + service + 3 * GAP;
    bool below = terminal->width && terminal->width < column + DESCRIPTION_WIDTH_MIN;
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        if (contract_internal (contract))
            continue;
        s_append_column (out, contract_name (contract), name);
        s_append_column (out, contract_title (contract), title);
        if (below) {
            buffer_printf (out, "%s\n", service_name (contract_service (contract)));
            plain_pad (out, 2 * GAP);
        } else {
            s_append_column (out, service_name (contract_service (contract)), service);
        }
        plain_wrap (out, s_first_sentence (contract_description (contract)), below ? 2 * GAP : column, below ? 2 * GAP : column, terminal->width);
        buffer_append_char (out, '\n');
    }
    buffer_append_text (out, "\ncloudwatch-mcp tools NAME shows one with its arguments; cloudwatch-mcp call NAME calls it.\n");
}

//  As clients get it from tools/list: all of it, or one tool's part.
static status_t
s_write_json (buffer_t *out, const contracts_t *contracts, const char *name)
{
    tools_t *tools = tools_new (contracts, &(config_t) { .accounts = NULL });
    if (!tools)
        return STATUS_NO_MEMORY;
    yyjson_doc *doc = NULL;
    status_t status = json_read (tools_list (tools, REVISION_2025_11_25), JSON_DEPTH_MAX, &doc, NULL);
    yyjson_val *shown = yyjson_doc_get_root (doc), *tool;
    size_t at, count, size = 0;
    yyjson_arr_foreach (yyjson_obj_get (shown, "tools"), at, count, tool)
        if (name && slice_is (json_text (tool, "name"), name))
            shown = tool;
    char *json = yyjson_val_write (shown, YYJSON_WRITE_PRETTY_TWO_SPACES, &size);
    buffer_append (out, json, json ? size : 0);
    buffer_append_char (out, '\n');
    free (json);
    yyjson_doc_free (doc);
    tools_destroy (&tools);
    return status == STATUS_OK && !json ? STATUS_NO_MEMORY : status;
}

static int
s_show (const contracts_t *contracts, const char *name, bool json)
{
    const contract_t *contract = name ? tool_page_find (contracts, name) : NULL;
    if (name && !contract)
        return EXIT_USAGE;
    terminal_t terminal = terminal_of (stdout);
    buffer_t text;
    buffer_init (&text, TEXT_BYTES_MAX);
    int code = EXIT_DONE;
    if (json && s_write_json (&text, contracts, name) != STATUS_OK) {
        fprintf (stderr, "cloudwatch-mcp: There is not enough memory.\n");
        code = EXIT_FAILED;
    } else if (!json && contract) {
        tool_page_write (&text, contract, &terminal);
    } else if (!json) {
        s_write_list (&text, contracts, &terminal);
    }
    if (code == EXIT_DONE)
        code = terminal_print (&text);
    buffer_deinit (&text);
    return code;
}

int
cli_tools (int argc, char *const *argv)
{
    const char *name = NULL;
    bool json = false;
    for (int i = 0; i < argc; i++)
        if (strcmp (argv [i], "--json") == 0) {
            json = true;
        } else if (argv [i][0] == '-' || name) {
            terminal_complain (SLICE ("tools takes one NAME, and --json, and no more. cloudwatch-mcp tools --help says what they do."));
            return EXIT_USAGE;
        } else {
            name = argv [i];
        }
    contracts_t *contracts = cli_contracts ();
    int code = contracts ? s_show (contracts, name, json) : EXIT_FAILED;
    contracts_destroy (&contracts);
    return code;
}
