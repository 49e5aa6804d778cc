#include "cli.h"
#include "json.h"
#include "metric_search.h"
#include "metrics_page.h"
#include "nearest.h"
#include "terminal.h"

#include <ctype.h>
#include <stdlib.h>

//  `cloudwatch-mcp metrics`: the catalogue. AWS is not asked, and no settings are read.

enum { TEXT_BYTES_MAX = 16 * 1024 * 1024, HITS_MAX = 10, LIMIT_MAX = 100, QUESTION_BYTES_MAX = 512, SAME_NAMES_MAX = 64, WORDS_MAX = 64 };

//  What was typed behind "metrics", taken apart.
typedef struct {
    char *words [WORDS_MAX];
    int   count;
    int   limit;                //  Of a search
    bool  json;
} typed_t;

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

//  A sentence, with the words that it is about in quotes.
static int
s_refuse (const char *before, const char *words, const char *behind)
{
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    buffer_printf (&sentence, "%s\"%.100s\" %s", before, words, behind);
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
s_search (buffer_t *out, int argc, char *const *argv, const typed_t *typed, const terminal_t *terminal)
{
    static metric_search_t scratch;
    metric_hit_t hits [LIMIT_MAX];
    int ids [LIMIT_MAX] = { 0 };
    if (argc == 0) {
        terminal_complain (SLICE ("search wants a question: cloudwatch-mcp metrics search \"latency of load balancer\"."));
        return EXIT_USAGE;
    }
    buffer_t question;
    buffer_init (&question, QUESTION_BYTES_MAX);
    for (int i = 0; i < argc; i++) {
        buffer_append_text (&question, i ? " " : "");
        buffer_append_text (&question, argv [i]);
    }
    if (buffer_status (&question) != STATUS_OK) {
        buffer_deinit (&question);
        terminal_complain (SLICE ("The question is longer than 512 bytes: a few words are enough."));
        return EXIT_USAGE;
    }
    int count = metric_search (&scratch, buffer_slice (&question), hits, typed->limit);
    buffer_deinit (&question);
    for (int i = 0; i < count; i++)
        ids [i] = hits [i].id;
    s_write_all (out, ids, count, typed->json, terminal);
    if (count == 0 && !typed->json)
        terminal_complain (SLICE ("Nothing in the catalogue is like that. Name the service, and what is wrong with it."));
    return count || typed->json ? EXIT_DONE : EXIT_FAILED;
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
s_run (buffer_t *out, const typed_t *typed)
{
    terminal_t terminal = terminal_of (stdout);
    const char *word = typed->words [0];
    int argc = typed->count - 1;
    char *const *argv = typed->words + 1;
    if (strcmp (word, "search") == 0)
        return s_search (out, argc, argv, typed, &terminal);
    if (strcmp (word, "show") == 0)
        return s_show (out, argc, argv, typed->json, &terminal);
    bool namespaces = strcmp (word, "namespaces") == 0, dump = strcmp (word, "dump") == 0;
    if (!namespaces && !dump && strcmp (word, "stats") != 0)
        return s_complain ("word for metrics", word, nearest_name (slice_of (word), WORDS, WORDS_COUNT), "cloudwatch-mcp metrics --help lists them.");
    if (argc > 0)
        return s_refuse ("Nothing stands behind namespaces, dump and stats: ", argv [0], "does.");
    if (namespaces)
        s_write_namespaces (out, typed->json);
    else if (dump)
        s_write_all (out, NULL, catalogue_count (), typed->json, &terminal);
    else
        metrics_page_stats (out);
    return EXIT_DONE;
}

//  Where the flag's value is: behind "=", or the next word. NULL: it is another flag.
static const char *
s_value (const char *flag, int argc, char *const *argv, int *at)
{
    size_t size = strlen (flag);
    if (strncmp (argv [*at], flag, size) != 0 || (argv [*at] [size] != '\0' && argv [*at] [size] != '='))
        return NULL;
    if (argv [*at] [size] == '=')
        return argv [*at] + size + 1;
    return *at + 1 < argc ? argv [++*at] : "";
}

//  Takes apart what was typed, or says what is wrong with it.
static int
s_read (typed_t *typed, int argc, char *const *argv)
{
    *typed = (typed_t) { .limit = HITS_MAX };
    bool limited = false;
    for (int i = 0; i < argc; i++) {
        const char *limit = s_value ("--limit", argc, argv, &i);
        if (limit) {
            char *end;
            long number = isdigit ((unsigned char) *limit) ? strtol (limit, &end, 10) : 0;
            if (number < 1 || number > LIMIT_MAX || *end)
                return s_refuse ("--limit ", limit, "is not a number of metrics: 1 to 100 are.");
            typed->limit = (int) number;
            limited = true;
        } else if (strcmp (argv [i], "--json") == 0) {
            typed->json = true;
        } else if (argv [i] [0] == '-' && argv [i] [1] == '-') {
            return s_refuse ("", argv [i], "is no flag of metrics: --json is, and --limit NUMBER of search.");
        } else if (typed->count == WORDS_MAX) {
            return s_refuse ("These are more than 64 words, from ", argv [i], "on: a few are enough.");
        } else {
            typed->words [typed->count++] = argv [i];
        }
    }
    if (typed->count == 0) {
        terminal_complain (SLICE ("metrics wants search, show, namespaces, dump or stats. cloudwatch-mcp metrics --help says what they do."));
        return EXIT_USAGE;
    }
    if (limited && strcmp (typed->words [0], "search") != 0)
        return s_refuse ("--limit is for search: ", typed->words [0], "gives all there is.");
    return EXIT_DONE;
}

int
cli_metrics (int argc, char *const *argv)
{
    typed_t typed;
    int code = s_read (&typed, argc, argv);
    if (code != EXIT_DONE)
        return code;
    buffer_t out;
    buffer_init (&out, TEXT_BYTES_MAX);
    code = s_run (&out, &typed);
    if (code == EXIT_DONE)
        code = terminal_print (&out);
    buffer_deinit (&out);
    return code;
}
