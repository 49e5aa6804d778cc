#include "cli.h"
#include "json.h"
#include "metric_search.h"
#include "metrics_page.h"
#include "nearest.h"
#include "terminal.h"

//  `cloudwatch-mcp metrics`: the catalogue. AWS is not asked, and no settings are read.

enum { TEXT_BYTES_MAX = 16 * 1024 * 1024, HITS_MAX = 10, QUESTION_BYTES_MAX = 512, SAME_NAMES_MAX = 64 };

static const char *const WORDS [] = { "search", "show", "namespaces", "dump", "stats" };
enum { WORDS_COUNT = sizeof WORDS / sizeof WORDS [0] };

static int
s_complain (const char *what, const char *name, const char *near, const char *then)
{
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    buffer_printf (&sentence, "There is no %s \"%.200s\"", what, name);
    buffer_printf (&sentence, near ? "; did you mean %s? " : "%s. ", near ? near : "");
    buffer_append_text (&sentence, then);
    terminal_complain (buffer_slice (&sentence));
    buffer_deinit (&sentence);
    return EXIT_USAGE;
}

static void
s_write_all (buffer_t *out, const int *ids, int count, bool json, const terminal_t *terminal)
{
    buffer_append_text (out, json ? "[" : "");
    for (int i = 0; i < count; i++) {
        buffer_append_text (out, json && i ? ",\n" : "");
        if (json)
            metrics_page_json (out, ids ? ids [i] : i);
        else
            metrics_page_row (out, ids ? ids [i] : i, terminal);
    }
    buffer_append_text (out, json ? "]\n" : "");
}

static int
s_search (buffer_t *out, int argc, char *const *argv, bool json, const terminal_t *terminal)
{
    static metric_search_t scratch;
    metric_hit_t hits [HITS_MAX];
    int ids [HITS_MAX] = { 0 };
    buffer_t question;
    buffer_init (&question, QUESTION_BYTES_MAX);
    for (int i = 0; i < argc; i++) {
        buffer_append_text (&question, i ? " " : "");
        buffer_append_text (&question, argv [i]);
    }
    int count = metric_search (&scratch, buffer_slice (&question), hits, HITS_MAX);
    buffer_deinit (&question);
    if (argc == 0) {
        terminal_complain (SLICE ("search wants a question: cloudwatch-mcp metrics search \"latency of load balancer\"."));
        return EXIT_USAGE;
    }
    for (int i = 0; i < count; i++)
        ids [i] = hits [i].id;
    s_write_all (out, ids, count, json, terminal);
    if (count == 0 && !json)
        terminal_complain (SLICE ("Nothing in the catalogue is like that. Name the service, and what is wrong with it."));
    return count || json ? EXIT_DONE : EXIT_FAILED;
}

//  A word that is no namespace may be a metric's name, in one or several of them.
static int
s_show_name (buffer_t *out, const char *name, bool json, const terminal_t *terminal)
{
    int ids [SAME_NAMES_MAX], count = catalogue_find_name (slice_of (name), ids, SAME_NAMES_MAX);
    if (count == 0) {
        int near = catalogue_near_namespace (slice_of (name));
        return s_complain ("namespace or metric", name, near == CATALOGUE_NONE ? NULL : catalogue_namespace (near).name,
                           "cloudwatch-mcp metrics namespaces lists them.");
    }
    if (count == 1 && !json)
        metrics_page_metric (out, ids [0], terminal);
    else
        s_write_all (out, ids, count < SAME_NAMES_MAX ? count : SAME_NAMES_MAX, json, terminal);
    return EXIT_DONE;
}

static int
s_show (buffer_t *out, int argc, char *const *argv, bool json, const terminal_t *terminal)
{
    if (argc < 1 || argc > 2) {
        terminal_complain (SLICE ("show wants a NAMESPACE, and perhaps a METRIC: cloudwatch-mcp metrics show AWS/Lambda Errors."));
        return EXIT_USAGE;
    }
    int space = catalogue_find_namespace (slice_of (argv [0]));
    if (space == CATALOGUE_NONE && argc == 1)
        return s_show_name (out, argv [0], json, terminal);
    if (space == CATALOGUE_NONE) {
        int near = catalogue_near_namespace (slice_of (argv [0]));
        return s_complain ("namespace", argv [0], near == CATALOGUE_NONE ? NULL : catalogue_namespace (near).name,
                           "cloudwatch-mcp metrics namespaces lists them.");
    }
    catalogue_namespace_t found = catalogue_namespace (space);
    if (argc == 1 && json) {
        buffer_append_char (out, '[');
        for (int i = 0; i < found.count; i++) {
            buffer_append_text (out, i ? ",\n" : "");
            metrics_page_json (out, found.first + i);
        }
        buffer_append_text (out, "]\n");
        return EXIT_DONE;
    }
    if (argc == 1) {
        metrics_page_namespace (out, space, terminal);
        return EXIT_DONE;
    }
    int id = catalogue_find (slice_of (argv [0]), slice_of (argv [1]));
    if (id == CATALOGUE_NONE) {
        int near = catalogue_near (space, slice_of (argv [1]));
        buffer_t what;
        buffer_init (&what, 1024);
        buffer_printf (&what, "metric of %s", found.name);
        buffer_append_char (&what, '\0');
        int code = s_complain (what.data, argv [1], near == CATALOGUE_NONE ? NULL : catalogue_metric (near).name,
                               "cloudwatch-mcp metrics show NAMESPACE lists them.");
        buffer_deinit (&what);
        return code;
    }
    if (json) {
        metrics_page_json (out, id);
        buffer_append_char (out, '\n');
    } else {
        metrics_page_metric (out, id, terminal);
    }
    return EXIT_DONE;
}

static void
s_write_namespaces (buffer_t *out, bool json)
{
    buffer_append_text (out, json ? "[" : "");
    for (int i = 0; i < catalogue_namespaces_count (); i++) {
        catalogue_namespace_t space = catalogue_namespace (i);
        if (json) {
            buffer_printf (out, "%s{\"namespace\":", i ? ",\n" : "");
            json_append_string (out, slice_of (space.name));
            buffer_append_text (out, ",\"title\":");
            json_append_string (out, slice_of (space.title));
            buffer_printf (out, ",\"metrics\":%d}", space.count);
        } else
            buffer_printf (out, "%-42s  %4d  %s\n", space.name, space.count, space.title);
    }
    buffer_append_text (out, json ? "]\n" : "");
}

static int
s_run (buffer_t *out, const char *word, int argc, char *const *argv, bool json)
{
    terminal_t terminal = terminal_of (stdout);
    if (strcmp (word, "search") == 0)
        return s_search (out, argc, argv, json, &terminal);
    if (strcmp (word, "show") == 0)
        return s_show (out, argc, argv, json, &terminal);
    if (strcmp (word, "namespaces") == 0)
        s_write_namespaces (out, json);
    else if (strcmp (word, "dump") == 0)
        s_write_all (out, NULL, catalogue_count (), json, &terminal);
    else if (strcmp (word, "stats") == 0)
        metrics_page_stats (out);
    else
        return s_complain ("word for metrics", word, nearest_name (slice_of (word), WORDS, WORDS_COUNT), "cloudwatch-mcp metrics --help lists them.");
    return EXIT_DONE;
}

int
cli_metrics (int argc, char *const *argv)
{
    char *words [16];
    bool json = false;
    int count = 0;
    for (int i = 0; i < argc; i++)
        if (strcmp (argv [i], "--json") == 0)
            json = true;
        else if (count < (int) (sizeof words / sizeof words [0]))
            words [count++] = argv [i];
    if (count == 0) {
        terminal_complain (SLICE ("metrics wants search, show, namespaces, dump or stats. cloudwatch-mcp metrics --help says what they do."));
        return EXIT_USAGE;
    }
    buffer_t out;
    buffer_init (&out, TEXT_BYTES_MAX);
    int code = s_run (&out, words [0], count - 1, words + 1, json);
    if (code == EXIT_DONE)
        code = terminal_print (&out);
    buffer_deinit (&out);
    return code;
}
