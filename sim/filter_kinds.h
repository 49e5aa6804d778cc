/*  filter_kinds - the kinds of filter patterns that have conditions

    Each reads the whole pattern, brackets included, and judges a message. NULL after filter_fail, or without memory.

    Owner:   the arena of the pattern. Thread: one. */

#ifndef SIM_FILTER_KINDS_H
#define SIM_FILTER_KINDS_H

#include "filter_condition.h"

typedef struct filter_fields filter_fields_t;

filter_condition_t *filter_json_read (filter_reader_t *reader);
bool    filter_json_matches (const filter_condition_t *self, slice_t message);

filter_fields_t *filter_fields_read (filter_reader_t *reader);
bool    filter_fields_match (const filter_fields_t *self, slice_t message);

#endif
