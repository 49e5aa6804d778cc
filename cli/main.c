#include "call_words.h"
#include "cli.h"
#include "nearest.h"
#include "plain.h"
#include "terminal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *name;
    subcommand_fn *run;
    const char *meaning;
    const char *usage;
    const char *more;           //  For its own help
    bool of_tools;              //  Its word names a tool, and its help with that word is the tool's
} subcommand_t;

static const subcommand_t SUBCOMMANDS [] = {
    { "serve", cli_serve, "serve MCP over HTTP (also without a subcommand)", "serve [FLAGS]",
      "Serves MCP until Ctrl-C, or SIGTERM. What can be set, by a flag, else by a variable, else in cloudwatch-mcp.json:\n", false },
    { "demo", cli_demo, "the same, against a simulator: no AWS account is needed", "demo [FLAGS]",
      "Starts a simulator of a small web shop's account, and serves from that. AWS is not asked, whatever the environment says.\n"
      "The flags are those of serve: cloudwatch-mcp serve --help.\n", false },
    { "tools", cli_tools, "list the tools, or show one with its arguments", "tools [NAME] [--json]",
      "Lists the tools; with a NAME, shows what that tool does, its arguments, an example, and the IAM actions it needs.\n"
      "--json gives what a client gets from tools/list. AWS is not asked.\n", true },
    { "call", cli_call, "call a tool here and now, without a server", "call TOOL [KEY=VALUE …] [--json] [FLAGS]",
      "Calls the tool, and shows its answer as a table; --json gives it as clients get it. cloudwatch-mcp call TOOL --help shows the\n"
      "tool's arguments.\n\n"
      "  limit=20                       a number, a text, true or false: as the argument is meant\n"
      "  names=checkout-5xx,orders-age  a list; or as JSON: names='[\"with, comma\"]'\n"
      "  dimensions=ClusterName=shop    an object: Name=value,Name=value; or as JSON; or dimensions.ClusterName=shop\n"
      "  @arguments.json, or -          the arguments as a JSON object in a file, or on standard input\n\n"
      "The flags are those of serve; --region, --profile, --config and --call-deadline are the ones that matter here.\n"
      "Exit code: 0 answered, 1 failed, 2 asked wrongly, 130 Ctrl-C. What went wrong goes to standard error.\n", true },
    { "metrics", cli_metrics, "look up AWS's metrics: what they tell, units, dimensions, alarms", "metrics search QUESTION [--limit NUMBER] [--json]",
      "       cloudwatch-mcp metrics show NAMESPACE [METRIC] [--json]\n"
      "       cloudwatch-mcp metrics namespaces | dump | stats [--json]\n\n"
      "search finds what is meant, best first: \"disk full rds\", \"lambda throttled\". show tells all that is known of a metric, or lists a\n"
      "namespace's; capitals do not count. dump gives every metric. It is a catalogue inside the program: AWS is not asked.\n\n"
      "  --limit NUMBER                 how many search shows (default 10, at most 100)\n\n"
      "Exit code: 0 found, 1 nothing is like that, 2 asked wrongly, or a name that is not there.\n", false },
    { "guide", cli_guide, "show a guide: filter patterns, metric math, queries, times, alarm states", "guide [NAME]",
      "Lists the guides; with a NAME, prints that one, in Markdown: what clients get as the resource cloudwatch-mcp://guide/NAME.\n", false },
    { "doctor", cli_doctor, "say what works and what does not: region, keys, clock, network, permissions", "doctor [--json] [FLAGS]",
      "Says which region and keys the server would use and where they come from, whether AWS is reached and how far apart the clocks are,\n"
      "and whether each IAM action that the tools need is allowed. It is tried by requests for what does not exist, or for one item.\n"
      "What is not fine says what to do about it. --json is for machines. The flags are those of serve.\n"
      "Exit code: 0 everything is fine, 1 something is not, 2 asked wrongly.\n", false },
    { "trace", cli_trace, "where the time of a running server's calls went; --follow: as they end", "trace [ID] [--follow] [FILTERS] [--json]",
      "Lists the last calls of a running server, the newest last, with where the time of each went; with an ID (a call's number, or its trace\n"
      "id), shows that one step by step: queue, waits, each attempt of each AWS request.\n\n"
      "  --follow, -f                   each call as it ends, until Ctrl-C\n"
      "  --tool NAME                    only of this tool\n"
      "  --errors                       only those that failed\n"
      "  --status NAME                  only with this status: OK, THROTTLED, DEADLINE, CANCELLED, …\n"
      "  --slow 500ms                   only those that took at least so long (ms, s, m)\n"
      "  --limit NUMBER                 as many (default 20, at most 2000, which is what a server keeps)\n"
      "  --json                         as the server tells it; with --follow a line a call\n"
      "  --admin URL                    the server's admin port (default http://127.0.0.1:9334; CLOUDWATCH_MCP_ADMIN)\n\n"
      "What calls asked and what they were answered is not kept, and so not shown. A server started with --trace off keeps nothing.\n"
      "Exit code: 0 shown, 1 no such server or call, 2 asked wrongly.\n", false },
    { "top", cli_top, "what a running server is doing now: queues, workers, AWS, the slowest calls", "top [--once] [--admin URL]",
      "Shows a running server's services with what is queued and in flight, the AWS APIs that it asks, its tools and its slowest calls. On a\n"
      "terminal it is drawn anew twice a second; q or Ctrl-C leaves. In a pipe, and with --once, it is shown once.\n\n"
      "  --admin URL                    the server's admin port (default http://127.0.0.1:9334; CLOUDWATCH_MCP_ADMIN)\n", false },
};
enum { SUBCOMMANDS_COUNT = sizeof SUBCOMMANDS / sizeof SUBCOMMANDS [0], HELP_BYTES_MAX = 64 * 1024 };

//  "--port NUMBER" and what it means, for each flag there is.
static void
s_append_flags (buffer_t *out)
{
    enum { COLUMN = 28 };
    size_t width = terminal_of (stdout).width;
    buffer_t meaning;
    buffer_init (&meaning, 4096);
    for (const config_setting_t *setting = config_settings; setting < config_settings + CONFIG_SETTINGS; setting++) {
        if (!setting->flag)
            continue;
        char flag [64];
        const char *value = setting->kind == CONFIG_SWITCH ? "" : setting->kind == CONFIG_NUMBER ? " NUMBER" : " TEXT";
        snprintf (flag, sizeof flag, "%s%s", setting->flag, value);
        buffer_clear (&meaning);
        buffer_append_text (&meaning, setting->meaning);
        if (setting->kind == CONFIG_NUMBER)
            buffer_printf (&meaning, " (default %lld)", (long long) setting->number);
        else if (setting->kind == CONFIG_TEXT && setting->text)
            buffer_printf (&meaning, " (default %s)", setting->text);
        buffer_printf (out, "  %-24s  ", flag);
        plain_wrap (out, buffer_slice (&meaning), COLUMN, COLUMN, width);
        buffer_append_char (out, '\n');
    }
    buffer_deinit (&meaning);
}

static void
s_append_help (buffer_t *out)
{
    buffer_printf (out, "cloudwatch-mcp %s: Amazon CloudWatch for AI assistants, over the Model Context Protocol\n\n"
                   "Usage: cloudwatch-mcp [SUBCOMMAND] [FLAGS]\n\n", CLOUDWATCH_MCP_VERSION);
    for (int i = 0; i < SUBCOMMANDS_COUNT; i++)
        buffer_printf (out, "  %-8s  %s\n", SUBCOMMANDS [i].name, SUBCOMMANDS [i].meaning);
    buffer_append_text (out, "\nExamples:\n"
                        "  cloudwatch-mcp demo\n"
                        "  cloudwatch-mcp serve --port 8080 --region eu-west-1\n"
                        "  cloudwatch-mcp call describe_alarms state=ALARM\n"
                        "  cloudwatch-mcp call describe_log_groups prefix=/aws/lambda/ --json\n"
                        "  cloudwatch-mcp doctor --profile production\n\nFlags:\n");
    s_append_flags (out);
    buffer_printf (out, "  %-24s  %s\n  %-24s  %s\n", "--help", "this; behind a subcommand or a tool, more about that", "--version", "the version");
    buffer_append_text (out, "\nAll of these, and more, can be set by variables and in a file too: cloudwatch-mcp serve --help.\n");
}

static int
s_print_help (const subcommand_t *subcommand)
{
    buffer_t out;
    buffer_init (&out, HELP_BYTES_MAX);
    if (subcommand) {
        buffer_printf (&out, "Usage: cloudwatch-mcp %s\n\n%s", subcommand->usage, subcommand->more);
        if (subcommand->run == cli_serve) {
            buffer_append_char (&out, '\n');
            config_print_flags (&out);
        }
    } else {
        s_append_help (&out);
    }
    int code = terminal_print (&out);
    buffer_deinit (&out);
    return code;
}

//  Help about a tool is what `tools NAME` shows; about the subcommand when no tool is named.
static int
s_help (const subcommand_t *subcommand, int argc, char *const *argv)
{
    int at = call_words_first (argc, argv);
    if (subcommand && subcommand->of_tools && at < argc)
        return cli_tools (1, argv + at);
    return s_print_help (subcommand);
}

static const subcommand_t *
s_find (const char *name)
{
    const char *names [SUBCOMMANDS_COUNT];
    for (int i = 0; i < SUBCOMMANDS_COUNT; i++) {
        names [i] = SUBCOMMANDS [i].name;
        if (strcmp (name, names [i]) == 0)
            return &SUBCOMMANDS [i];
    }
    const char *near = nearest_name (slice_of (name), names, SUBCOMMANDS_COUNT);
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    buffer_printf (&sentence, "There is no subcommand \"%.200s\"", name);
    if (near)
        buffer_printf (&sentence, "; did you mean %s? ", near);
    else
        buffer_append_text (&sentence, ". ");
    buffer_append_text (&sentence, "cloudwatch-mcp --help lists them.");
    terminal_complain (buffer_slice (&sentence));
    buffer_deinit (&sentence);
    return NULL;
}

//  A program that is started without standard files would get their numbers for its sockets, and then write its messages into those. Read-only: what
//  cannot be written is told to who asked.
static void
s_hold_standard_files (void)
{
    int fd;
    do
        fd = open ("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close (fd);
}

int
main (int argc, char **argv)
{
    s_hold_standard_files ();
    argc--, argv++;
    bool help = argc > 0 && strcmp (argv [0], "help") == 0;
    if (help)
        argc--, argv++;
    bool named = argc > 0 && argv [0][0] != '-';
    const subcommand_t *subcommand = named ? s_find (argv [0]) : NULL;
    if (named && !subcommand)
        return EXIT_USAGE;
    if (named)
        argc--, argv++;
    if (help || call_words_has_flag (argc, argv, "--help") || call_words_has_flag (argc, argv, "-h"))
        return s_help (subcommand, argc, argv);
    if (call_words_has_flag (argc, argv, "--version")) {
        printf ("cloudwatch-mcp %s\n", CLOUDWATCH_MCP_VERSION);
        return EXIT_DONE;
    }
    return (subcommand ? subcommand->run : cli_serve) (argc, argv);
}
