#include "call_run.h"
#include "call_words.h"
#include "cli.h"
#include "log.h"
#include "terminal.h"
#include "tool_page.h"

#include <stdio.h>
#include <stdlib.h>

//  The arguments of a call are wrong: how, and where to see what is right.
static int
s_refuse (const contract_t *contract, const buffer_t *sentence)
{
    terminal_complain (sentence->size ? buffer_slice (sentence) : SLICE ("There is not enough memory."));
    fprintf (stderr, "cloudwatch-mcp call %s --help shows the arguments.\n", contract_name (contract));
    return EXIT_USAGE;
}

//  Words into checked arguments, and then the call.
static int
s_check_and_run (const config_t *config, const contracts_t *contracts, const contract_t *contract, int argc, char *const *argv, bool json)
{
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    yyjson_mut_val *object = yyjson_mut_obj (doc);
    yyjson_mut_doc_set_root (doc, object);
    contract_arguments_t arguments = { 0 };
    buffer_t sentence;
    buffer_init (&sentence, CONTRACT_SENTENCE_SIZE);

    bool read = call_words_read (contract, argc, argv, doc, object, &sentence);
    yyjson_doc *given = read ? yyjson_mut_doc_imut_copy (doc, NULL) : NULL;
    int code;
    if (given && contract_check (contract, yyjson_doc_get_root (given), &arguments, &sentence) == STATUS_OK)
        code = call_run (config, contracts, contract, &arguments, json);
    else
        code = s_refuse (contract, &sentence);

    contract_arguments_deinit (&arguments);
    yyjson_doc_free (given);
    buffer_deinit (&sentence);
    yyjson_mut_doc_free (doc);
    return code;
}

static int
s_call (const config_t *config, char *const *words, bool json)
{
    contracts_t *contracts = cli_contracts ();
    if (!contracts)
        return EXIT_FAILED;
    const contract_t *contract = tool_page_find (contracts, words [0]);
    int code = EXIT_USAGE, count = 0;
    while (words [1 + count])
        count++;
    if (contract) {
        cli_start ();
        code = s_check_and_run (config, contracts, contract, count, words + 1, json);
    }
    contracts_destroy (&contracts);
    return code;
}

//  An argument that was written as a flag has ended the command with a sentence. A tool that does not exist is another matter, and said later.
static bool
s_refuse_flag (const char *tool, int argc, char *const *argv)
{
    contracts_t *contracts = cli_contracts ();
    const contract_t *contract = contracts ? contracts_find (contracts, slice_of (tool)) : NULL;
    buffer_t sentence;
    buffer_init (&sentence, CONTRACT_SENTENCE_SIZE);
    bool refused = contract && call_words_refuse_flag (contract, argc, argv, &sentence);
    if (refused)
        s_refuse (contract, &sentence);
    buffer_deinit (&sentence);
    contracts_destroy (&contracts);
    return refused;
}

//  argv is ours to change; flags and words have room for all of it.
static int
s_configure_and_call (int argc, char **argv, char **flags, char **words)
{
    bool json = call_words_take_flag (&argc, argv, "--json");
    int flag_count = call_words_split (argc, argv, flags, words);
    if (!words [0]) {
        fprintf (stderr, "cloudwatch-mcp: Call which tool? cloudwatch-mcp call TOOL [KEY=VALUE …]; cloudwatch-mcp tools lists the tools.\n");
        return EXIT_USAGE;
    }
    if (flag_count && s_refuse_flag (words [0], argc, argv))
        return EXIT_USAGE;
    config_t config;
    int rest;
    int code = cli_configure (&config, flag_count, flags, &rest);
    if (code != EXIT_DONE)
        return code;
    if (!config.log_level && !config.fastmcp_log_level)
        log_set_level (LOG_LEVEL_ERROR);        //  A person wants the answer
    code = s_call (&config, words, json);
    config_deinit (&config);
    return code;
}

int
cli_call (int argc, char *const *argv)
{
    char **copy = calloc (3 * ((size_t) argc + 1), sizeof (char *));
    if (!copy) {
        fprintf (stderr, "cloudwatch-mcp: There is not enough memory.\n");
        return EXIT_FAILED;
    }
    for (int i = 0; i < argc; i++)
        copy [i] = argv [i];
    int code = s_configure_and_call (argc, copy, copy + argc + 1, copy + 2 * (argc + 1));
    free (copy);
    return code;
}
