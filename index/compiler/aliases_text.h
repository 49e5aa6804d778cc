/*  aliases_text - what people say for what metrics are called (aliases.txt)

        same      latency: response time, duration, slow            one meaning: who says one finds all
        service   AWS/RDS: postgres, aurora                         who says this means metrics of that namespace
        hint      AWS/SQS: queue                                    perhaps
        popular   1.2: AWS/EC2, AWS/Lambda                          meant so much rather than others, where nothing else decides
        stop      the, of, and                                      says nothing

    Lines of a kind may come again. What begins with # is a comment.

    Thread: any; no state but the draft's. */

#ifndef ALIASES_TEXT_H
#define ALIASES_TEXT_H

#include "draft.h"

//  The longest phrase, and the longest name before a colon.
enum { ALIAS_BYTES_MAX = 100 };

typedef enum { ALIAS_SAME, ALIAS_SERVICE, ALIAS_HINT, ALIAS_POPULAR, ALIAS_STOP } alias_kind_t;

//  One for each item of a line.
typedef struct alias {
    struct alias *next;
    alias_kind_t  kind;
    slice_t       head, item;           //  Before the colon; between commas
    draft_space_t *space;               //  SERVICE, HINT, POPULAR: which namespace
    unsigned      prior;                //  POPULAR: in thousandths
} alias_t;

//  After draft_sort. In the order of the file; NULL when there is none.
alias_t *aliases_text_read (draft_t *draft, const char *path, slice_t text);

#endif
