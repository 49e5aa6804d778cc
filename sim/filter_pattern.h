/*  filter_pattern - which log events a filter pattern wants

    The grammar of CloudWatch Logs, as its user guide has it ("Filter pattern syntax"):

        pattern  = "" | terms | regex | json | fields
        terms    = { [ "-" | "?" ] ( word | '"' phrase '"' ) }        all must occur, anywhere and case-sensitive; none behind a "-"; of those
                                                                      behind a "?" one, but only where all have it: else they are ignored
        regex    = "%" expression "%"                                 filter_regex.h
        json     = "{" condition "}"                                  on $.a.b[0], $['a-b'], $.list[*].id
        fields   = "[" field { "," field } "]"                        field by field of a line with blanks between; "..." stands for any number
        field    = [ name ] | condition on its name | "..."
        condition = subject relation value | subject IS (NULL | TRUE | FALSE) | subject NOT EXISTS | condition (&& | "||") condition | (…)
        relation = "=" | "!=" | "<" | "<=" | ">" | ">="               with a number behind it for all but the first two
        value    = number | text | '"' text '"' | regex               * at a text's begin and end stands for anything

    A pattern is parsed once and then held against many messages.

    Owner:   whoever called filter_pattern_new. Thread: one at a time, for it has scratch memory. */

#ifndef SIM_FILTER_PATTERN_H
#define SIM_FILTER_PATTERN_H

#include "buffer.h"

enum { FILTER_PATTERN_CHARACTERS_MAX = 1024, FILTER_PATTERN_REGEXES_MAX = 2, FILTER_PATTERN_DEPTH_MAX = 32 };

typedef struct filter_pattern filter_pattern_t;

//  NULL, with the sentence that AWS would answer (and none when memory ran out). The text is copied.
filter_pattern_t *filter_pattern_new (slice_t text, buffer_t *sentence);
void    filter_pattern_destroy (filter_pattern_t **self_p);

bool    filter_pattern_matches (filter_pattern_t *self, slice_t message);

#endif
