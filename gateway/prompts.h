/*  prompts - texts that start real work, for people to choose and models to follow

    One JSON file per prompt (gateway/prompts/NAME.json), embedded by the build, parsed and checked once at start:

        {"name": "triage_alarm", "title": …, "description": …,
         "arguments": [{"name": "alarm_name", "description": …, "required": true, "completes": "alarm_name"},
                       {"name": "start_time", "description": …, "default": "-3h"}, {"name": "region", "description": …}],
         "guides": ["filter-patterns"],
         "text": ["a line that names {alarm_name}", {"with": "region", "text": "only when it was given: {region}"}, {"without": "region", "text": …}]}

    {name} of an argument becomes its value as a JSON string, with its quotes: a value may hold what it likes, it stays one quoted word on its line,
    and cannot begin a line or an instruction of its own. Other braces are text. Guides follow the text as embedded resources.

    Owner:   mcp. Thread: the gateway's. */

#ifndef PROMPTS_H
#define PROMPTS_H

#include "completes.h"
#include "guides.h"
#include "reply.h"

typedef struct prompts prompts_t;

//  The build makes the table prompt_files, ended by a NULL name, in the order of the names.
typedef struct {
    const char *name;
    const char *text;
    size_t      size;
} prompt_file_t;

extern const prompt_file_t prompt_files [];

enum {
    PROMPTS_MAX = 32, PROMPT_ARGUMENTS_MAX = 12, PROMPT_GUIDES_MAX = 3,
    PROMPT_VALUE_CHARACTERS_MAX = 1024,         //  Of one argument: the longest name in CloudWatch, a dimension's value, has as many
    PROMPTS_REASON_SIZE = 256,
};

//  accounts: several are configured; without them no prompt has the argument account. INVALID_ARGUMENT for a prompt that is wrong, with a sentence
//  in *reason that names it; NO_MEMORY. Files and guides are borrowed.
MUST_CHECK status_t prompts_new (const prompt_file_t *files, const guide_file_t *guides, bool accounts, prompts_t **self_p, char *reason);
void prompts_destroy (prompts_t **self_p);

//  prompts/list and prompts/get.
void prompts_list (const prompts_t *self, const request_t *request, reply_t *reply);
void prompts_get (const prompts_t *self, const request_t *request, reply_t *reply);

//  What completes this argument; COMPLETES for a prompt or an argument that is none, with an error in reply.
completes_t prompts_completes (const prompts_t *self, slice_t prompt, slice_t argument, reply_t *reply);

#endif
