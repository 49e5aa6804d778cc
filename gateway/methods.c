#include "methods.h"

#include "completion.h"
#include "log.h"
#include "resources.h"

#include <stdlib.h>

struct methods {
    prompts_t      *prompts;
    const config_t *config;
    errand_config_t errands;
};

methods_t *
methods_new (const methods_config_t *config)
{
    methods_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = config->config;
    self->errands = (errand_config_t) {
        .contracts = config->contracts, .dispatch = config->dispatch, .random = config->random, .budget_ms = config->budget_ms };
    char reason [PROMPTS_REASON_SIZE];
    if (prompts_new (prompt_files, guide_files, config->config && config->config->accounts_count > 0, &self->prompts, reason) != STATUS_OK) {
        log_error ("prompts refused", log_text ("reason", reason));
        methods_destroy (&self);
    }
    return self;
}

void
methods_destroy (methods_t **self_p)
{
    methods_t *self = *self_p;
    if (!self)
        return;
    prompts_destroy (&self->prompts);
    free (self);
    *self_p = NULL;
}

bool
methods_take (methods_t *self, slice_t method, const request_t *request, reply_t *reply, errand_t **errand_p)
{
    errand_config_t config = self->errands;
    config.traceparent = json_text (yyjson_obj_get (request->params, "_meta"), "traceparent");
    *errand_p = NULL;
    if (slice_is (method, "prompts/list"))
        prompts_list (self->prompts, request, reply);
    else if (slice_is (method, "prompts/get"))
        prompts_get (self->prompts, request, reply);
    else if (slice_is (method, "resources/list"))
        resources_list (guide_files, request, reply);
    else if (slice_is (method, "resources/templates/list"))
        resources_list_templates (request, reply);
    else if (slice_is (method, "resources/read"))
        *errand_p = resources_read (guide_files, &config, request, reply);
    else if (slice_is (method, "completion/complete"))
        *errand_p = completion_complete (self->prompts, self->config, &config, request, reply);
    else
        return false;
    return true;
}
