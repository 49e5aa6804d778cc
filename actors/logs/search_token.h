/*  search_token - how one call of a search leaves word for the next

    A next_token is base64url text over these bytes (numbers: the highest byte first):

        version 1 · parts 1 · seal 8 · start 6 · end 6 · groups 4           the window in ms since 1970; a digest of the groups
        parts & 1:  time 6 · group 1 · id's size 1 · id …                   the place of the last row that was given (search_place.h)
        parts & 2:  page limit 2 · ( group 1 · size 2 · AWS's token … )*    groups to be gone on with where AWS left them

    The first two parts take at most 128 characters. The third is there only when a call could give no row because a group had nothing but empty
    pages: so that the next call does not scan the same again. AWS keeps its tokens for 24 hours.

    A token is checked strictly, for it came from outside. The seal (seal.h) is over the call's arguments and all bytes behind it.

    Thread: any; no state. */

#ifndef SEARCH_TOKEN_H
#define SEARCH_TOKEN_H

#include "buffer.h"
#include "search_place.h"

enum { SEARCH_GROUPS_MAX = 50, SEARCH_PAGE_MIN = 100, SEARCH_PAGE_MAX = 10000, SEARCH_TOKEN_BYTES_MAX = 3000 };

typedef struct {
    int64_t  start_ms, end_ms;          //  Start included, end not
    uint32_t groups;                    //  Digest of which groups are searched, in their order
    bool     has_place;
    search_place_t place;
    int64_t  page_limit;                //  With which AWS was asked for the pages below
    int      carried;
    struct {
        int     group;                  //  Ascending
        slice_t token;                  //  AWS's; borrowed
    } pages [SEARCH_GROUPS_MAX];
} search_token_t;

//  Has a group gone on with from AWS's token. False when the token would become too long, or AWS's is not printable: then it is left out.
bool search_token_carry (search_token_t *self, int group, slice_t token);

//  Appends the text. seal: of the call.
void search_token_write (const search_token_t *self, uint64_t seal, buffer_t *out);

//  False for anything that search_token_write did not make with this seal. AWS's tokens are slices of bytes, which the caller gives back.
bool search_token_read (slice_t text, uint64_t seal, search_token_t *self, buffer_t *bytes);

#endif
