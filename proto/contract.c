#include "contract_parts.h"

#include "json.h"
#include "meant.h"

#include <stdio.h>
#include <stdlib.h>

const char *const CONTRACT_SHOWN [CONTRACT_MEMBERS_SHOWN] = { "inputSchema", "outputSchema", "annotations", "example" };

struct contracts {
    contract_t list [CONTRACTS_MAX];
    size_t     count;
};

status_t
contracts_new (const contract_file_t *files, contracts_t **self_p, char *reason)
{
    reason [0] = 0;
    contracts_t *self = *self_p = calloc (1, sizeof *self);
    if (!self)
        return STATUS_NO_MEMORY;

    status_t status = STATUS_OK;
    for (; files->name; files++) {
        if (self->count == CONTRACTS_MAX || contracts_find (self, slice_of (files->name))) {
            snprintf (reason, CONTRACT_REASON_SIZE, "%s.json: is there twice, or there are more than %d contracts.", files->name, CONTRACTS_MAX);
            status = STATUS_INVALID_ARGUMENT;
            break;
        }
        contract_t *contract = &self->list [self->count];
        contract->index = self->count++;
        status = contract_load (contract, files, reason);
        if (status != STATUS_OK)
            break;
    }
    if (status != STATUS_OK)
        contracts_destroy (self_p);
    return status;
}

void
contracts_destroy (contracts_t **self_p)
{
    contracts_t *self = *self_p;
    for (size_t i = 0; self && i < self->count; i++)
        contract_unload (&self->list [i]);
    free (self);
    *self_p = NULL;
}

size_t
contracts_count (const contracts_t *self)
{
    return self->count;
}

const contract_t *
contracts_at (const contracts_t *self, size_t index)
{
    return &self->list [index];
}

const contract_t *
contracts_find (const contracts_t *self, slice_t name)
{
    for (size_t i = 0; i < self->count; i++)
        if (slice_is (name, self->list [i].name))
            return &self->list [i];
    return NULL;
}

const char *
contracts_suggest (const contracts_t *self, slice_t name)
{
    const char *names [CONTRACTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++)
        if (!self->list [i].internal)
            names [count++] = self->list [i].name;
    return meant_name (name, names, count);
}

const char *
contract_name (const contract_t *self)
{
    return self->name;
}

const char *
contract_title (const contract_t *self)
{
    return self->title;
}

slice_t
contract_description (const contract_t *self)
{
    return self->description;
}

service_t
contract_service (const contract_t *self)
{
    return self->service;
}

int64_t
contract_version (const contract_t *self)
{
    return self->version;
}

size_t
contract_index (const contract_t *self)
{
    return self->index;
}

bool
contract_slow (const contract_t *self)
{
    return self->slow;
}

bool
contract_idempotent (const contract_t *self)
{
    return self->idempotent;
}

bool
contract_internal (const contract_t *self)
{
    return self->internal;
}

bool
contract_asks (const contract_t *self)
{
    return self->asks;
}

const char *
contract_action (const contract_t *self, size_t index)
{
    return yyjson_get_str (yyjson_arr_get (yyjson_obj_get (self->root, "actions"), index));
}

const char *
contract_capability (const contract_t *self, size_t index)
{
    return yyjson_get_str (yyjson_arr_get (yyjson_obj_get (self->root, "capabilities"), index));
}

slice_t
contract_json (const contract_t *self, const char *member)
{
    for (size_t i = 0; i < CONTRACT_MEMBERS_SHOWN; i++)
        if (strcmp (CONTRACT_SHOWN [i], member) == 0)
            return (slice_t) { self->shown [i], self->shown_size [i] };
    return SLICE_ABSENT;
}

const yyjson_val *
contract_input_schema (const contract_t *self)
{
    return yyjson_obj_get (self->root, "inputSchema");
}
