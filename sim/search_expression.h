/*  search_expression - the first argument of SEARCH

    Grammar, as the user guide has it ("CloudWatch search expression syntax"):

        search   = [schema [","]] [any]
        schema   = "{" name *("," name) "}"             a namespace, then dimension names
        any      = all *("OR" all)
        all      = not *(["AND"] not)
        not      = ["NOT"] (term | "(" any ")")
        term     = [property "="] (bare | quoted | "(" any ")")
        property = "Namespace" | "MetricName" | ":aws.AccountId" | the name of a dimension

    A schema with dimensions is met by metrics that have exactly these; with a namespace alone, by all of the namespace.

    A quoted term is met by a namespace, a metric name, the name or the value of a dimension that is just that text. A bare one is met by a part
    of such a text. Both are cut into tokens: at everything that is no letter and no digit, where small letters are followed by capitals, and
    between letters and digits ("Project2-trial333" is Project 2 trial 333). The term's tokens must follow each other in the text. Case counts
    where the term has several tokens with nothing between them: "count" and "COUNT" find CustomCount1, "CustomCount" does, "customcount" and
    "couNT" do not, "custom-count" does. All of a name in one word, in any case, is found too.

    Owner:   the arena. Thread: any; no state. */

#ifndef SIM_SEARCH_EXPRESSION_H
#define SIM_SEARCH_EXPRESSION_H

#include "shop.h"

//  Characters of a search (user guide), and how deep its brackets may be nested (our own limit).
enum { SEARCH_CHARACTERS_MAX = 1024, SEARCH_DEPTH_MAX = 32 };

typedef struct search_expression search_expression_t;

//  NULL with a sentence in *fault, which lives in the arena or for ever. The text must live as long as the search.
const search_expression_t *search_expression_new (arena_t *arena, slice_t text, const char **fault);

bool search_expression_matches (const search_expression_t *self, const shop_metric_t *metric, const char *region);

#endif
