/*  lines_write - the minute that is being written, for the kinds of lines

    Thread: one. */

#ifndef SIM_LINES_WRITE_H
#define SIM_LINES_WRITE_H

#include "chance.h"
#include "lines.h"
#include "lines_kinds.h"
#include "series.h"
#include "story.h"

typedef struct {
    int64_t time_ms;
    int64_t ingestion_ms;
    size_t  offset, size;       //  In the text
    uint32_t number;            //  In the order of writing
    int     slot;
} lines_draft_t;

struct lines {
    const shop_t *shop;
    const shop_log_group_t *group;
    const char *region;
    const lines_kind_t *kind;
    const char *name;           //  Of the function or the service: what stands behind the last '/'
    uint64_t digest;            //  Of account, group and region
    const shop_metric_t *invocations, *errors, *duration;       //  Of a function; NULL where it has none
    int     slots;

    int64_t minute_ms;
    chance_t chance;            //  Of this group and minute
    buffer_t text;              //  All messages, one behind the other
    lines_draft_t *drafts;
    size_t  count, capacity;
    char    request [CHANCE_UUID_SIZE];     //  Of the line that is written
    char    streams [STREAMS_SLOTS_MAX][STREAMS_NAME_SIZE];
};

//  How busy the shop is: 1 on average, more in the evening and at weekends.
double  lines_tempo (int64_t time_ms);

//  So many, in whole lines: the fraction by chance.
int     lines_rounded (chance_t *chance, double expected);

int     lines_between (chance_t *chance, int from, int to);

//  A line: opened, appended to (self->text), closed. Lines may come in any order.
void    lines_open (lines_t *self, int64_t time_ms, int slot);
void    lines_close (lines_t *self);

//  The same in one, from a text with marks.
void    lines_add (lines_t *self, int64_t time_ms, int slot, const char *text);

//  Appends the text, with its marks replaced:
//      ~T time  ~S for PostgreSQL  ~N for nginx  ~E seconds  ~r request id  ~x 32 hexadecimal digits  ~h eight  ~i a customer's address
//      ~p a private one  ~P port  ~o order  ~c customer's mail address  ~k card number  ~s article  ~b user  ~v the name of the service
//      ~d a score for fraud and the decision  ~w one of its words  ~g region  ~a account  ~A browser  ~L 20,000 characters  ~[3-80] a number between
void    lines_fill (lines_t *self, const char *text);

//  The kinds; each writes the minute's lines.
void    lines_write_texts (lines_t *self);
void    lines_write_lambda (lines_t *self);
void    lines_write_deploys (lines_t *self);
void    lines_write_bulk (lines_t *self);

//  What the story adds to any group.
void    lines_write_story (lines_t *self);

//  For a function: the story's message for its errors of this minute, or NULL; its version.
const char *lines_story_error (const lines_t *self);
const char *lines_story_version (const lines_t *self);

#endif
