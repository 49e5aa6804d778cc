/*  sentence - what a model and a person are told, above all an AWS failure in words that somebody can act upon

    One place turns what went wrong with a request into the text that a model and a person read: what was asked, where, what AWS said, how often
    it was tried, and what to do next. AWS's own words are quoted visible (visible.h) and bounded; no log text ever gets in here.

    Thread: any; no state. */

#ifndef SENTENCE_H
#define SENTENCE_H

#include "operation.h"

//  Sentences, never none, that end with a full stop.
void sentence_of_outcome (buffer_t *out, const outcome_t *outcome, const char *region);

//  Begins a further sentence of a note: a blank, where it has one already.
void sentence_begin (buffer_t *note);

//  A sentence more on how old an answer is, when it was kept for so long that somebody could miss what he has just made; else nothing.
void sentence_of_age (buffer_t *note, int64_t age_ms);

#endif
