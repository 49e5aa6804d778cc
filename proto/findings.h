/*  findings - what is wrong with the arguments, in sentences

    The check of arguments reports here. Each finding becomes a sentence that can be acted upon: which argument, what is allowed, what was
    given. The first four are told, the others counted. At the end come the names of all arguments, if a wrong one was used, and an example.

    What the caller gave is quoted at most FINDINGS_QUOTE_MAX characters long, with unprintable characters shown as '?'.

    Thread: one at a time; by value. Everything is borrowed. */

#ifndef FINDINGS_H
#define FINDINGS_H

#include "buffer.h"
#include "schema.h"

enum { FINDINGS_TOLD_MAX = 4, FINDINGS_QUOTE_MAX = 60 };

//  Where a value stands: a chain, from the value up to the arguments (NULL).
typedef struct findings_place {
    const struct findings_place *parent;
    slice_t name;               //  Of a member; absent for an item of a list
    size_t  index;              //  Of an item
} findings_place_t;

typedef struct {
    buffer_t *out;
    size_t    count;            //  All, told or not
    bool      names;            //  A name that is no argument was used
} findings_t;

void findings_init (findings_t *self, buffer_t *out);

//  A value of a wrong type, or a number out of range.
void findings_type (findings_t *self, const findings_place_t *place, const schema_t *schema, yyjson_val *value);

//  A text that is none of the choices, that has characters too many or too few, or does not match the pattern.
void findings_choice (findings_t *self, const findings_place_t *place, const schema_t *schema, slice_t text);
void findings_length (findings_t *self, const findings_place_t *place, const schema_t *schema, size_t characters);
void findings_pattern (findings_t *self, const findings_place_t *place, const schema_t *schema, slice_t text);

//  A list or a map of a wrong size.
void findings_size (findings_t *self, const findings_place_t *place, const schema_t *schema, size_t got);

//  Members of an object: required and not there; not among its properties (owner: the tool's name, if the object is the arguments themselves).
void findings_missing (findings_t *self, const findings_place_t *place, const schema_t *property);
void findings_unknown (findings_t *self, const findings_place_t *parent, const schema_t *object, slice_t name, const char *owner);

//  Two arguments that exclude each other.
void findings_exclusive (findings_t *self, const char *one, const char *other);

//  Anything else: "PLACE WORDS."
void findings_other (findings_t *self, const findings_place_t *place, const char *words);

//  Adds what helps with any of them. arguments: the schema of the arguments; example: JSON, compact.
void findings_close (findings_t *self, const schema_t *arguments, slice_t example);

#endif
