/*  draft - the catalogue while it is compiled

    What the files say, as it stands there: every text is a slice of a file, which stays in memory until the table is written. Namespaces, metrics,
    alarms and notes are lists in the order of the files, until draft_sort.

    Owner:   the compiler, in one arena. Thread: one. */

#ifndef DRAFT_H
#define DRAFT_H

#include "arena.h"
#include "catalogue_layout.h"
#include "complaints.h"

typedef struct draft_space draft_space_t;
typedef struct draft_metric draft_metric_t;

//  A field's value. line 0: the field is not there.
typedef struct {
    slice_t text;
    int     line;
    bool    inferred;                   //  "~" stood before it
} draft_field_t;

typedef struct draft_alarm {
    struct draft_alarm *next;
    slice_t  statistic, operation, number, rule, missing, by, why;      //  number or rule is absent
    double   threshold;
    unsigned datapoints, periods, period_s;
    int      line;
} draft_alarm_t;

typedef struct draft_note {
    struct draft_note *next;
    slice_t text;
} draft_note_t;

enum { DRAFT_BESIDE_MAX = 8 };

struct draft_metric {
    draft_metric_t *next;
    draft_space_t  *space;
    slice_t name;
    int line, id;
    draft_field_t unit, statistic, dimensions, every, tells, keywords, beside;
    unsigned every_s;
    draft_alarm_t *alarms, **alarms_end;
    draft_note_t  *notes, **notes_end;
    draft_metric_t *beside_list [DRAFT_BESIDE_MAX];     //  Found by draft_check
    int beside_count, named_count;      //  named: by how many others
};

struct draft_space {
    draft_space_t *next;
    const char *path;                   //  As it was given, for complaints
    draft_field_t name, title, about, keywords;
    draft_metric_t *metrics, **metrics_end;
    int count, id;
};

typedef struct {
    arena_t *arena;
    complaints_t *complaints;
    draft_space_t *spaces, **spaces_end;
    int spaces_count, metrics_count;

    //  By draft_sort: both in the order of the table
    draft_space_t **space_at;
    draft_metric_t **metric_at;
} draft_t;

void draft_init (draft_t *self, arena_t *arena, complaints_t *complaints);

//  Into the order of the table, with ids.
void draft_sort (draft_t *self);

//  After draft_sort: the one that is spelled so, or NULL.
draft_space_t  *draft_space_named (const draft_t *self, slice_t name);
draft_metric_t *draft_metric_named (const draft_space_t *space, const draft_t *self, slice_t name);

//  Memory that must be there; without it the compiler ends.
void *draft_alloc (draft_t *self, size_t size);

//  By letters without regard to case, then with.
int  draft_compare (slice_t a, slice_t b);

//  What must hold between namespaces and metrics: after draft_sort. Complains, and finds what stands beside what.
void draft_check (draft_t *self);

#endif
