/*  catalogue_layout - how the compiled catalogue lies in memory

    One block of bytes, made by index/compiler on the machine that builds (so the order of bytes and the alignment are right), read by catalogue.c and
    metric_search.c and by nobody else. It begins with the header; each part is an array, at an offset that its elements' alignment allows.

        names       texts with a zero byte behind each: names, titles, statistics, dimension sets; the same text once. Offset 0 is "".
        pieces      what packed texts are made of (packed.h): offsets, and bytes
        packed      packed texts; offset 0 is ""
        namespaces  sorted by name without regard to case
        metrics     sorted by namespace, then by name without regard to case (then with); a metric's id is its place here
        by_name     ids of metrics, sorted by name without regard to case, then by id
        lists       of "beside": how many, then ids
        alarms, notes   sorted by metric
        dimensions  sorted by name without regard to case; spaces has their namespaces
        words       stemmed terms (terms.h) and concepts ("=latency"), sorted by bytes
        postings    of each word which metrics have it and where, see below
        services    of each word which namespaces are called so, see below
        phrases     what the aliases say (aliases.txt), sorted by their words

    Postings of a word: for each metric, in the order of ids, one number: (id - the id before) << 3 | where; the id before the first is -1. A number
    is written in groups of seven bits, the low ones first, all but the last with the eighth bit set. A 0 ends them. */

#ifndef CATALOGUE_LAYOUT_H
#define CATALOGUE_LAYOUT_H

#include <stdint.h>

enum {
    LAYOUT_MAGIC = 0x43574d31,          //  "CWM1"
    LAYOUT_METRICS_MAX = 8192,
    LAYOUT_NAMESPACES_MAX = 512,
    LAYOUT_NAMESPACE_METRICS_MAX = 512,
    LAYOUT_TEXT_BYTES_MAX = 1024,       //  The longest packed text, unpacked
};

//  Where a word stands in a metric; with none of them it is the name of one of its dimensions.
enum { LAYOUT_IN_NAME = 1, LAYOUT_IN_KEYWORDS = 2, LAYOUT_IN_TELLS = 4, LAYOUT_WHERE_BITS = 3 };

//  What makes one metric rather meant than another of its namespace; above the three origins.
enum { LAYOUT_NAMED_OFTEN = 1, LAYOUT_ALARMED = 2, LAYOUT_IMPORTANCE_SHIFT = 6 };

typedef enum { LAYOUT_SOURCED, LAYOUT_INFERRED, LAYOUT_UNKNOWN } layout_origin_t;

typedef struct {
    uint32_t at;                        //  Bytes from the beginning of the block
    uint32_t count;                     //  Elements
} layout_part_t;

typedef struct {
    uint32_t name, title, about, keywords;      //  In names, names, packed, packed
    uint32_t first, count;                      //  Its metrics
    uint32_t prior;                             //  How much rather than others it is meant, in thousandths
} layout_namespace_t;

typedef struct {
    uint32_t name, unit, statistics, dimensions;        //  In names
    uint32_t tells, keywords;                           //  In packed
    uint32_t beside;                                    //  In lists; 0: nothing
    uint32_t every_s;
    uint16_t space;
    uint8_t  terms;                                     //  How many words its name has
    uint8_t  origins;                                   //  Of unit, statistics and dimensions: two bits each (layout_origin_t); above them
                                                        //  LAYOUT_NAMED_OFTEN and LAYOUT_ALARMED
} layout_metric_t;

typedef struct {
    double   threshold;
    uint32_t statistic, operation, missing, by, number;         //  In names
    uint32_t rule, why;                                         //  In packed; rule 0: there is a number
    uint32_t period_s;
    uint16_t metric, datapoints, periods, reserved;
} layout_alarm_t;

typedef struct { uint32_t metric, text; } layout_note_t;                        //  In packed
typedef struct { uint32_t name, spaces, spaces_count; } layout_dimension_t;     //  In names, in spaces
typedef struct {
    uint32_t text, letters;             //  In names; a set of its letters (layout_letters)
    uint32_t postings, metrics;         //  Offset; how many
    uint32_t services, services_count;
} layout_word_t;
typedef struct { uint16_t space, strength; } layout_service_t;                  //  strength: in percent
typedef struct { uint32_t words, concept; } layout_phrase_t;                    //  In names, stems with a blank between; in words

typedef struct {
    uint32_t magic, bytes;
    layout_part_t names, pieces, piece_bytes, packed, namespaces, metrics, by_name, lists, alarms, notes, dimensions, spaces, words, postings,
                  services, phrases;
} layout_header_t;

extern const unsigned char catalogue_block [];

//  Each letter of the text as a bit, digits and others shared out over the rest: two texts that differ in n of them are n changes apart or more.
static inline uint32_t
layout_letters (const char *text)
{
    uint32_t letters = 0;
    for (; *text; text++)
        letters |= 1u << (*text >= 'a' && *text <= 'z' ? *text - 'a' : 26 + *text % 6);
    return letters;
}

#endif
