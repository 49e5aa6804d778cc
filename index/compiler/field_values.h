/*  field_values - what may stand in a field of metrics_text

    Each complains with the allowed values about what is not.

    Thread: any; no state but the draft's. */

#ifndef FIELD_VALUES_H
#define FIELD_VALUES_H

#include "draft.h"

//  Where a value stands, for complaints.
typedef struct {
    draft_t    *draft;
    const char *path;
    int         line;
} field_place_t;

//  StandardUnit of CloudWatch's API, ended by NULL.
extern const char *const field_units [];

void field_check_unit (field_place_t place, slice_t text);
void field_check_statistics (field_place_t place, slice_t text);

//  Sets of names, "?" or "-".
void field_check_dimensions (field_place_t place, slice_t text, bool inferred);

//  A list with commas, none of it empty or twice.
void field_check_list (field_place_t place, const char *what, slice_t text);

//  In characters.
void field_check_length (field_place_t place, const char *what, slice_t text, size_t least, size_t most);

//  Whole seconds.
unsigned field_read_period (field_place_t place, slice_t text);

//  False after a complaint.
bool field_read_alarm (field_place_t place, slice_t text, draft_alarm_t *alarm);

#endif
