/*  schema - the part of JSON Schema that contracts use

    A schema is read once, into a tree that the check of arguments walks. Reading is strict: a keyword that we do not know, or that says
    nothing about the type it stands at, is refused, because a rule that is written and not applied is worse than none. Some things that
    JSON Schema leaves free are demanded here:

    - an object either names its properties (and allows no others) or is a map, whose values have a schema and whose size has a limit;
    - a list says what its items are and how many there may be; an integer has a minimum and a maximum;
    - a pattern has no backslash, so that it means the same to POSIX, which checks here, and to JavaScript, which checks at many clients;
    - x-mcp-header, which is MCP's own word, stands at texts, integers and booleans, and is only read here (gateway/param_headers.h);
    - a property is named in snake_case; it is required or has a default, not both.

    Owner:   whoever read it; it borrows from the JSON document. Read-only afterwards: any thread. */

#ifndef SCHEMA_H
#define SCHEMA_H

#include "slice.h"
#include "status.h"

#include <regex.h>
#include <yyjson.h>

enum { SCHEMA_PROPERTIES_MAX = 32, SCHEMA_CHOICES_MAX = 64, SCHEMA_MAP_MAX = 100, SCHEMA_DEPTH_MAX = 6, SCHEMA_REASON_SIZE = 384 };

//  What a value may be; a schema may allow several.
enum {
    SCHEMA_OBJECT = 1, SCHEMA_TEXT = 2, SCHEMA_INTEGER = 4, SCHEMA_NUMBER = 8, SCHEMA_BOOLEAN = 16, SCHEMA_LIST = 32,
    SCHEMA_ANY = 63
};

typedef struct schema schema_t;

struct schema {
    slice_t     name;           //  Of a property; absent for the root, for items and for values of a map
    unsigned    types;          //  SCHEMA_TEXT | …
    slice_t     description;    //  May be absent
    bool        required;
    bool        apart;          //  Checked, but not part of the body: the contract marks account and region
    yyjson_val *or_else;        //  The default, or NULL
    yyjson_val *choices;        //  enum, a list of texts, or NULL
    double      minimum;        //  -INFINITY and INFINITY when not said
    double      maximum;
    size_t      length_min;     //  Of a text, in characters; 0 and SIZE_MAX when not said
    size_t      length_max;
    slice_t     pattern;        //  May be absent
    regex_t     regex;          //  The pattern, compiled; valid when there is one
    size_t      count_min;      //  Of a list's items or a map's members
    size_t      count_max;
    schema_t   *items;          //  A list's
    schema_t   *values;         //  A map's
    schema_t   *properties;     //  An object's; an array
    size_t      property_count;
};

//  INVALID_ARGUMENT with a few words in reason (SCHEMA_REASON_SIZE bytes), or NO_MEMORY.
MUST_CHECK status_t schema_new (yyjson_val *json, schema_t **self_p, char *reason);
void schema_destroy (schema_t **self_p);

//  NULL: the object has no such property.
schema_t *schema_property (const schema_t *self, slice_t name);

#endif
