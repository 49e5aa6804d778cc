#include "find_parts.h"
#include "retry.h"

void
find_read_place (find_t *self)
{
    self->profile = self->config.context.profile ? self->config.context.profile : "default";
    profile_files_deinit (&self->files);
    self->files_status = profile_files_load (&self->files, &self->config.context, &self->files_sentence);
    self->region = self->config.region;
    slice_t region = profile_files_value (&self->files, self->profile, "region");
    if (!self->region && region.size)
        self->region = arena_copy (self->arena, region);
}

const provider_context_t *
find_context (const find_t *self)
{
    return &self->config.context;
}

const char *
find_variable (const find_t *self, const char *name)
{
    return provider_lookup (&self->config.context, name);
}

const profile_files_t *
find_files (const find_t *self)
{
    return &self->files;
}

const char *
find_profile (const find_t *self)
{
    return self->profile;
}

bool
find_profile_asked (const find_t *self)
{
    return self->followed || self->config.context.profile;
}

//  Not so for the environment when a profile's credential_source names it. An account's profile counts as one that a flag named. Of the server's own
//  the context does not say where the name came from, so the variable is compared.
bool
find_profile_by_flag (const find_t *self)
{
    if (self->config.context.of_account)
        return !self->alone;
    const char *profile = self->config.context.profile, *variable = find_variable (self, "AWS_PROFILE");
    if (!variable)
        variable = find_variable (self, "AWS_DEFAULT_PROFILE");
    return profile && !self->alone && !(variable && strcmp (variable, profile) == 0);
}

bool
find_followed (const find_t *self)
{
    return self->followed;
}

const char *
find_region (const find_t *self)
{
    return self->region;
}

const endpoint_config_t *
find_endpoints (const find_t *self)
{
    return &self->config.endpoints;
}

slice_t
find_trail (const find_t *self)
{
    return buffer_status (&self->trail) == STATUS_OK ? buffer_slice (&self->trail) : SLICE_ABSENT;
}

void
find_not_in_profile (find_t *self, const char *what)
{
    if (profile_files_has (find_files (self), self->profile))
        find_not_here (self, "the profile \"%s\" has no %s", self->profile, what);
    else
        find_not_here (self, "there is no profile \"%s\"", self->profile);
}

const random_source_t *
find_random (const find_t *self)
{
    return self->config.random;
}

int
find_attempts_max (const find_t *self)
{
    return self->config.attempts_max ? self->config.attempts_max : RETRY_ATTEMPTS_MAX;
}

int64_t
find_wall_ms (const find_t *self)
{
    return clock_wall_ms (reactor_clock (self->config.reactor));
}

arena_t *
find_arena (find_t *self)
{
    return self->arena;
}

found_keys_t *
find_keys (find_t *self)
{
    return &self->keys;
}

void
find_set_state (find_t *self, void *state)
{
    self->state = state;
}

void *
find_state (const find_t *self)
{
    return self->state;
}
