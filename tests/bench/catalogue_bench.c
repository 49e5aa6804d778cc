/*  catalogue_bench - what a lookup in the catalogue costs, and a search

        catalogue_bench QUESTIONS.tsv      questions, a tab, and what they mean; prints one line */

#include "catalogue.h"
#include "metric_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 20, HITS_MAX = 10, QUESTIONS_MAX = 1000, LINE_BYTES_MAX = 512 };

static metric_search_t s_scratch;

static double
s_now_us (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

static int
s_compare (const void *a, const void *b)
{
    double one = *(const double *) a, other = *(const double *) b;
    return one < other ? -1 : one > other;
}

static double
s_lookup_us (void)
{
    int wrong = 0, count = catalogue_count ();
    double started = s_now_us ();
    for (int round = 0; round < ROUNDS; round++)
        for (int id = 0; id < count; id++) {
            catalogue_metric_t metric = catalogue_metric (id);
            wrong += catalogue_find (slice_of (metric.namespace), slice_of (metric.name)) != id;
        }
    return wrong ? -1 : (s_now_us () - started) / ROUNDS / count;
}

int
main (int argc, char **argv)
{
    static double took [QUESTIONS_MAX * ROUNDS];
    FILE *file = argc == 2 ? fopen (argv [1], "r") : NULL;
    if (!file) {
        fprintf (stderr, "catalogue_bench: name a file of questions.\n");
        return 2;
    }
    char line [LINE_BYTES_MAX];
    size_t count = 0;
    for (size_t questions = 0; questions < QUESTIONS_MAX && fgets (line, sizeof line, file); questions++) {
        slice_t question = { line, strcspn (line, "\t\n") };
        metric_hit_t hits [HITS_MAX];
        for (int round = 0; round < ROUNDS; round++) {
            double started = s_now_us ();
            metric_search (&s_scratch, question, hits, HITS_MAX);
            took [count++] = s_now_us () - started;
        }
    }
    fclose (file);
    if (count == 0)
        return 1;
    qsort (took, count, sizeof *took, s_compare);
    printf ("catalogue: %d metrics in %zu bytes; exact lookup %.3f µs; search p50 %.1f µs, p99 %.1f µs\n", catalogue_count (), catalogue_bytes (),
            s_lookup_us (), took [count / 2], took [count * 99 / 100]);
    return 0;
}
