#include "catalogue.h"
#include "metric_search.h"

#include <assert.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: what a client asks the catalogue. Every hit is a metric, and no better than the one before it.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static metric_search_t scratch;
    enum { HITS_MAX = 10 };
    metric_hit_t hits [HITS_MAX];
    slice_t question = { (const char *) data, size };
    int count = metric_search (&scratch, question, hits, HITS_MAX);
    assert (count >= 0 && count <= HITS_MAX);
    for (int i = 0; i < count; i++) {
        assert (hits [i].id >= 0 && hits [i].id < catalogue_count ());
        assert (i == 0 || hits [i].score <= hits [i - 1].score);
    }
    return 0;
}
