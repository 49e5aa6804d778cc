/*  prompts_internal - prompts.c and prompts_load.c share this, and nobody else */

#ifndef PROMPTS_INTERNAL_H
#define PROMPTS_INTERNAL_H

#include "prompts.h"

typedef struct {
    const char *name;
    const char *description;
    const char *or_else;                //  What stands for it when it is not given; NULL: nothing
    bool        required;
    completes_t completes;
} prompt_argument_t;

typedef struct {
    yyjson_doc *doc;                    //  Owns all texts
    const char *name, *title, *description;
    prompt_argument_t arguments [PROMPT_ARGUMENTS_MAX];
    size_t      argument_count;
    const guide_file_t *guides [PROMPT_GUIDES_MAX];
    size_t      guide_count;
    yyjson_val *text;                   //  Lines
} prompt_t;

struct prompts {
    prompt_t list [PROMPTS_MAX];
    size_t   count;
};

//  One line of a text, and on which argument it depends.
typedef struct {
    slice_t text;
    slice_t with, without;              //  An argument's name, or absent
} prompt_line_t;

prompt_line_t prompt_line (yyjson_val *line);

//  The argument whose placeholder the text begins with, and how long that is; NULL when it begins with none.
const prompt_argument_t *prompt_placeholder (const prompt_t *self, slice_t text, size_t *size);
const prompt_argument_t *prompt_argument (const prompt_t *self, slice_t name);

//  Fills an empty prompt; what prompts_new says of status and reason holds.
MUST_CHECK status_t prompt_load (prompt_t *self, const prompt_file_t *file, const guide_file_t *guides, char *reason);

#endif
