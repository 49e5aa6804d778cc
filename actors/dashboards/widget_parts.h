/*  widget_parts - a widget's row while it is written: what the files that know one type of widget share

    Owner: widget_row, by value. */

#ifndef WIDGET_PARTS_H
#define WIDGET_PARTS_H

#include "widget.h"

//  Regions of one widget; each is a call of its own.
enum { WIDGET_REGIONS_MAX = 8, WIDGET_NOTE_BYTES_MAX = 4096 };

typedef struct {
    yyjson_mut_doc *doc;
    yyjson_mut_val *row;
    yyjson_mut_val *run;                //  NULL: no call yet
    slice_t         account;            //  The dashboard's; empty when it is not known
    size_t          room;               //  Bytes of the widget's texts that may still be taken
    buffer_t        note;
} widget_t;

//  Adds a text to an object or an array, unless it is empty. False, and nothing is added, when there is no room for it.
bool widget_add_text (widget_t *self, yyjson_mut_val *object, const char *member, slice_t text);
bool widget_add_element (widget_t *self, yyjson_mut_val *array, slice_t text);

//  Adds a text of which the beginning will do.
void widget_add_beginning (widget_t *self, yyjson_mut_val *object, const char *member, slice_t text, size_t bytes_max);

//  A call more; gives the object of its arguments, with the region in it unless that is empty.
yyjson_mut_val *widget_add_call (widget_t *self, const char *tool, slice_t region);

//  Takes the last call back, because nothing found room in it.
void widget_drop_call (widget_t *self);

//  A sentence more in the note.
void widget_say (widget_t *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

//  Regions in the order in which they come, each once.
typedef struct {
    slice_t all [WIDGET_REGIONS_MAX];
    size_t  count;
    bool    more;
} widget_regions_t;

void widget_regions_add (widget_regions_t *self, slice_t region);

//  The types, each in its file.
void widget_write_metrics (widget_t *self, yyjson_val *properties);
void widget_write_log (widget_t *self, yyjson_val *properties);
void widget_write_alarms (widget_t *self, yyjson_val *properties);

//  Calls of describe_alarms for a list of alarms' ARNs; state: absent, or only those in it.
void widget_add_alarms (widget_t *self, yyjson_val *arns, slice_t state);

#endif
