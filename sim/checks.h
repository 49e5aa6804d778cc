/*  checks - an operation's input, held against its model

    AWS checks every input against the service's model before the operation sees it, and words what it finds always the same way. An
    operation describes its members in a table; this file compares, collects and words. Two kinds of complaint exist: a value of the wrong
    JSON type cannot even be read (SerializationException), and values that can be read but break a constraint, which are all listed in one
    sentence ("2 validation errors detected: …; …").

    Members that the table does not know are ignored and an explicit null is an absent member, as AWS has it.

    Thread: any; no state. */

#ifndef SIM_CHECKS_H
#define SIM_CHECKS_H

#include "json.h"

//  A time is a number of seconds since 1970, with or without a fraction.
typedef enum { CHECK_TEXT, CHECK_INTEGER, CHECK_BOOLEAN, CHECK_TIME, CHECK_TEXTS, CHECK_STRUCTURE, CHECK_STRUCTURES } check_kind_t;

//  A pattern of the model: its text is shown, its function decides.
typedef struct {
    const char *text;
    bool (*matches) (slice_t value);
} check_pattern_t;

enum { CHECK_NO_LIMIT = -1 };

//  An input may be wrong in more ways than fit into one answer: reading ends with so many complaints.
enum { CHECK_COMPLAINTS_MAX = 40 };

//  One member of an input. Limits are of the value (integers), of the length in characters (texts), or of the number of elements (lists).
typedef struct check {
    const char *name;                   //  NULL ends a table
    check_kind_t kind;
    bool required;
    int64_t min, max;                   //  CHECK_NO_LIMIT where the model has none
    int64_t element_min, element_max;   //  Of a list's texts
    const check_pattern_t *pattern;     //  Of a text, or of a list's texts; may be NULL
    const char *const *values;          //  The enum's, ended by NULL; may be NULL
    const struct check *members;        //  Of a structure, or of a list's structures
} check_t;

typedef enum { CHECK_FINE, CHECK_UNREADABLE, CHECK_VIOLATED } check_result_t;

//  For patterns: is it all ASCII letters, digits, and these?
bool checks_all_of (slice_t text, const char *punctuation);

//  The input is a JSON object. The sentence is appended to message unless all is fine.
check_result_t checks_run (const check_t *table, const yyjson_val *input, buffer_t *message);

#endif
