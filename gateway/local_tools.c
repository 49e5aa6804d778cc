#include "local_tools.h"

#include "metric_tools.h"

enum { ANSWER_BYTES_MAX = 1024 * 1024, SENTENCE_BYTES_MAX = 4096 };

static const struct {
    const char *tool;
    status_t  (*answer) (slice_t arguments, buffer_t *json, buffer_t *sentence);
} TOOLS [] = {
    { "get_metric_metadata", get_metric_metadata },
    { "get_recommended_metric_alarms", get_recommended_metric_alarms },
    { "search_metric_metadata", search_metric_metadata },
};

enum { TOOLS_COUNT = sizeof TOOLS / sizeof TOOLS [0] };

bool
local_tools_serve (const contract_t *contract, slice_t arguments, const clock_source_t *clock,
                   void (*done) (void *arg, const dispatch_outcome_t *outcome), void *arg)
{
    size_t i = 0;
    while (i < TOOLS_COUNT && strcmp (TOOLS [i].tool, contract_name (contract)) != 0)
        i++;
    if (contract_service (contract) != SERVICE_LOCAL || i == TOOLS_COUNT)
        return false;
    buffer_t json, sentence;
    buffer_init (&json, ANSWER_BYTES_MAX);
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    int64_t begun_us = clock_mono_us (clock);
    status_t status = TOOLS [i].answer (arguments, &json, &sentence);
    if (status == STATUS_OK)
        status = buffer_status (&json);
    done (arg, &(dispatch_outcome_t) {
        .status = status, .json = buffer_slice (&json), .text = sentence.size ? buffer_slice (&sentence) : SLICE_ABSENT, .retry_ms = -1,
        .total_us = clock_mono_us (clock) - begun_us,
    });
    buffer_deinit (&json);
    buffer_deinit (&sentence);
    return true;
}
