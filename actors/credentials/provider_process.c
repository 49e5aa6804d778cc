#include "find.h"

#include "keys_json.h"
#include "visible.h"
#include "words.h"

//  A profile's credential_process: a program of the user's that prints keys as JSON. Its arguments and its output may be secret, so that a sentence
//  names the profile and the program only.

enum { NAME_BYTES_MAX = 200, WHY_BYTES_MAX = 512 };

//  The command line as the SDKs read it, in words.
static status_t
s_split (slice_t value, words_t *words, const char **why)
{
    buffer_t line;
    buffer_init_secret (&line, PROFILE_FILE_BYTES_MAX);
    profile_value_append (&line, value);
    status_t status = buffer_status (&line);
    if (status == STATUS_OK)
        status = words_split (words, buffer_slice (&line), why);
    buffer_deinit (&line);
    return status;
}

//  The program as it was written, in visible characters; NULL without memory.
static char *
s_name (find_t *find, const char *program)
{
    buffer_t name;
    buffer_init (&name, 8 * NAME_BYTES_MAX);
    visible_append_cut (&name, slice_of (program), NAME_BYTES_MAX);
    char *copy = buffer_status (&name) == STATUS_OK ? arena_copy (find_arena (find), buffer_slice (&name)) : NULL;
    buffer_deinit (&name);
    return copy;
}

static void
s_no_memory (find_t *find)
{
    find_broken (find, true, "There is not enough memory for the credential_process of the AWS profile \"%s\".", find_profile (find));
}

static void
s_run (find_t *find, const words_t *words)
{
    //  What stands before a "=" may be a variable with a password behind it
    if (strchr (words->argv [0], '=')) {
        find_broken (find, false, "The credential_process of the AWS profile \"%s\" begins with NAME=VALUE, which only a shell understands. "
                     "Begin it with a program; env NAME=VALUE PROGRAM does the same.", find_profile (find));
        return;
    }
    find_set_state (find, s_name (find, words->argv [0]));
    if (find_state (find))
        find_run (find, words->argv);
    else
        s_no_memory (find);
}

static void
s_begin (find_t *find)
{
    slice_t value = profile_files_value (find_files (find), find_profile (find), "credential_process");
    if (!value.size) {
        find_not_in_profile (find, "credential_process");
        return;
    }
    words_t words = { .count = 0 };
    const char *why = NULL;
    status_t status = s_split (value, &words, &why);
    if (status == STATUS_OK)
        s_run (find, &words);
    else if (why)
        find_broken (find, false, "The credential_process of the AWS profile \"%s\" is no command line: it %s.", find_profile (find), why);
    else
        s_no_memory (find);
    words_deinit (&words);
}

//  It did not end as a program ends that has keys. false: it did.
static bool
s_failed (find_t *find, const find_answer_t *answer)
{
    const char *name = find_state (find), *profile = find_profile (find);
    if (answer->status == STATUS_DEADLINE)
        find_broken (find, true, "%s, the credential_process of the AWS profile \"%s\", did not end within %d s and was stopped.", name, profile,
                     FIND_PROCESS_MS / 1000);
    else if (answer->status == STATUS_TOO_LARGE)
        find_broken (find, false, "%s, the credential_process of the AWS profile \"%s\", printed more than %d bytes, which are no credentials.", name,
                     profile, FIND_PROCESS_BYTES_MAX);
    else if (answer->status != STATUS_OK)
        find_broken (find, false, "%s, the credential_process of the AWS profile \"%s\", could not be started. Look whether it is there and may be "
                     "run; no shell runs it, so that ~ and variables in its name stand for themselves.", name, profile);
    else if (answer->exit_code > 128)
        find_broken (find, true, "%s, the credential_process of the AWS profile \"%s\", was ended by signal %d. Run it by hand to see why.", name,
                     profile, answer->exit_code - 128);
    else if (answer->exit_code)
        find_broken (find, true, "%s, the credential_process of the AWS profile \"%s\", failed with exit code %d. Run it by hand to see why.", name,
                     profile, answer->exit_code);
    else
        return false;
    return true;
}

static void
s_went_on (find_t *find, const find_answer_t *answer)
{
    if (s_failed (find, answer))
        return;
    buffer_t why;
    buffer_init (&why, WHY_BYTES_MAX);
    status_t status = keys_json_read (answer->output, KEYS_JSON_PROCESS, find_keys (find), &why);
    if (status == STATUS_OK)
        find_has (find, "the profile \"%s\" runs %s", find_profile (find), (const char *) find_state (find));
    else if (status == STATUS_NO_MEMORY)
        s_no_memory (find);
    else
        find_broken (find, false, "What %s, the credential_process of the AWS profile \"%s\", printed %.*s.", (const char *) find_state (find),
                     find_profile (find), (int) why.size, why.data ? why.data : "");
    buffer_deinit (&why);
}

//  It looks at a profile, which others say already.
const provider_t PROVIDER_PROCESS = {
    .name = "credential_process", .looked_at = "the profile's credential_process", .begin = s_begin, .went_on = s_went_on, .of_profile = true,
};
