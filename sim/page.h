/*  page - the tokens by which a long list is fetched piece by piece

    A token says where the next page begins and for which question. It looks like nothing to its reader, survives a restart of the
    simulator, and is refused when it was changed or when it comes back with another question: AWS refuses those too.

    Thread: any; no state. */

#ifndef SIM_PAGE_H
#define SIM_PAGE_H

#include "json.h"

//  Enough for a token and its final zero.
enum { PAGE_TOKEN_SIZE = 48 };

//  What a question is: operation, region, and all members of the input but the token and the page's size (either may be NULL).
uint64_t page_question (const char *operation, slice_t region, const yyjson_val *input, const char *token_member, const char *size_member);

void     page_write (uint64_t question, uint64_t offset, char *token);

//  False for anything that page_write did not make for this question.
bool     page_read (slice_t token, uint64_t question, uint64_t *offset);

#endif
