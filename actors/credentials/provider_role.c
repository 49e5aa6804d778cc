/*  A profile with role_arn holds no keys: it names a role, and where the keys come from that may assume it: another profile (source_profile), which
    may be such a profile too, or this machine (credential_source). The whole way is walked here, before anything is asked:

        [profile a] role_arn = A, source_profile = b ──▶ [profile b] role_arn = B, source_profile = c ──▶ [profile c] keys

    The keys of c are found, B is assumed with them, and A with those of B. A profile that has static keys ends the way, also when it has role_arn;
    that is how a profile may name itself. */

#include "find.h"
#include "static_keys.h"

#include <stdlib.h>

enum { DURATION_S_MIN = 900, DURATION_S_MAX = 43200 };

//  What credential_source may name.
static const struct {
    const char *name;
    const provider_t *provider;
} SOURCES [] = {
    { "Environment", &PROVIDER_ENVIRONMENT },
    { "Ec2InstanceMetadata", &PROVIDER_IMDS },
    { "EcsContainer", &PROVIDER_CONTAINER },
};

typedef struct {
    find_t     *find;
    const profile_files_t *files;
    const char *profiles [FIND_ROLES_MAX];      //  Those with a role, the one that was asked for first
    find_role_t roles [FIND_ROLES_MAX];
    int         count;
} way_t;

static slice_t
s_value (const way_t *self, const char *profile, const char *key)
{
    return profile_files_value (self->files, profile, key);
}

//  Does this profile say that it is a role's, and not that of a token (provider_web_identity.c)?
static bool
s_has_role (const way_t *self, const char *profile)
{
    return s_value (self, profile, "role_arn").size && !s_value (self, profile, "web_identity_token_file").size;
}

static bool
s_has_keys (const way_t *self, const char *profile)
{
    return static_keys_here (&self->files->credentials, profile) || static_keys_here (&self->files->config, profile);
}

//  The role's duration; false: the look has ended. What is no number does not count (as in the SDKs).
static bool
s_read_duration (way_t *self, const char *profile, int *duration_s)
{
    char text [16] = "", *end;
    slice_t value = s_value (self, profile, "duration_seconds");
    *duration_s = 0;
    if (!value.size || value.size >= sizeof text)
        return true;
    memcpy (text, value.data, value.size);
    long number = strtol (text, &end, 10);
    if (*end)
        return true;
    if (number < DURATION_S_MIN || number > DURATION_S_MAX) {
        find_broken (self->find, false, "The AWS profile \"%s\" has duration_seconds = %ld; a role's keys last %d to %d s.", profile, number,
                     DURATION_S_MIN, DURATION_S_MAX);
        return false;
    }
    *duration_s = (int) number;
    return true;
}

//  Takes the profile's role into the way; false: the look has ended.
static bool
s_take (way_t *self, const char *profile)
{
    if (self->count == FIND_ROLES_MAX) {
        find_broken (self->find, false, "The AWS profile \"%s\" leads through more than %d roles.", self->profiles [0], FIND_ROLES_MAX);
        return false;
    }
    if (s_value (self, profile, "mfa_serial").size) {
        find_broken (self->find, false, "The AWS profile \"%s\" has mfa_serial: its role needs a code that somebody types, and a server has nobody "
                     "to ask. Use a role without it, or credential_process.", profile);
        return false;
    }
    bool from_profile = s_value (self, profile, "source_profile").size > 0;
    bool from_machine = s_value (self, profile, "credential_source").size > 0;
    if (from_profile == from_machine) {
        find_broken (self->find, false, "The AWS profile \"%s\" has role_arn and %s source_profile %s credential_source; it needs one of them.",
                     profile, from_profile ? "both" : "neither", from_profile ? "and" : "nor");
        return false;
    }
    find_role_t *role = &self->roles [self->count];
    *role = (find_role_t) {
        .arn = s_value (self, profile, "role_arn"), .session_name = s_value (self, profile, "role_session_name"),
        .external_id = s_value (self, profile, "external_id"),
    };
    if (!s_read_duration (self, profile, &role->duration_s))
        return false;
    self->profiles [self->count++] = profile;
    return true;
}

//  Hands the roles to the look, the last of the way first; false: the look has ended.
static bool
s_add (way_t *self)
{
    for (int i = self->count; i-- > 0;)
        if (find_add_role (self->find, &self->roles [i]) != STATUS_OK) {
            find_broken (self->find, true, "There is not enough memory for the roles of the AWS profile \"%s\".", self->profiles [0]);
            return false;
        }
    return true;
}

static void
s_end_at_machine (way_t *self, const char *profile)
{
    slice_t source = s_value (self, profile, "credential_source");
    for (size_t i = 0; i < sizeof SOURCES / sizeof SOURCES [0]; i++)
        if (slice_is (source, SOURCES [i].name)) {
            if (s_add (self))
                find_go_on_as (self->find, SOURCES [i].provider);
            return;
        }
    find_broken (self->find, false, "The AWS profile \"%s\" has credential_source = %.*s; it may be Environment, Ec2InstanceMetadata or "
                 "EcsContainer.", profile, (int) (source.size < 64 ? source.size : 64), source.data);
}

//  Was this profile taken already?
static bool
s_taken (const way_t *self, const char *profile)
{
    for (int i = 0; i < self->count; i++)
        if (strcmp (self->profiles [i], profile) == 0)
            return true;
    return false;
}

static void
s_walk (way_t *self, const char *profile)
{
    for (;;) {
        if (!s_take (self, profile))
            return;
        slice_t source = s_value (self, profile, "source_profile");
        if (!source.size) {
            s_end_at_machine (self, profile);
            return;
        }
        const char *next = arena_copy (find_arena (self->find), source);
        if (!next) {
            find_broken (self->find, true, "There is not enough memory for the roles of the AWS profile \"%s\".", self->profiles [0]);
            return;
        }
        if (s_has_keys (self, next) || !s_has_role (self, next)) {
            if (s_add (self))
                find_look_at (self->find, source);
            return;
        }
        if (s_taken (self, next)) {
            find_broken (self->find, false, "The AWS profile \"%s\" leads in a circle: source_profile of \"%s\" is \"%s\", which has no keys of its "
                         "own.", self->profiles [0], profile, next);
            return;
        }
        profile = next;
    }
}

static void
s_not_here (find_t *find)
{
    if (profile_files_value (find_files (find), find_profile (find), "role_arn").size)
        find_not_here (find, "the role_arn of the profile \"%s\" goes with its web_identity_token_file", find_profile (find));
    else
        find_not_in_profile (find, "role_arn");
}

static void
s_begin (find_t *find)
{
    way_t way = { .find = find, .files = find_files (find) };
    if (find_roles (find) > 0)
        find_not_here (find, "the way through roles ends at the profile \"%s\"", find_profile (find));
    else if (!s_has_role (&way, find_profile (find)))
        s_not_here (find);
    else
        s_walk (&way, find_profile (find));
}

const provider_t PROVIDER_ROLE = {
    .name = "role of a profile", .looked_at = "the profile's role_arn", .begin = s_begin, .of_profile = true,
};
