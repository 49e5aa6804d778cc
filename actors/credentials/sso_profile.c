#include "sso_profile.h"

#include "visible.h"

enum { NAME_BYTES_MAX = 80, LOGIN_BYTES_MAX = 512 };

//  What the profile says, and what its session says.
typedef struct {
    slice_t session, account, role, start_url, region;
} settings_t;

static bool
s_no_memory (find_t *find)
{
    find_broken (find, true, "There is not enough memory to sign in with the AWS profile \"%s\".", find_profile (find));
    return false;
}

//  A setting of the session, which the profile may repeat but not contradict.
static bool
s_from_session (find_t *find, slice_t session, const char *key, slice_t *value)
{
    slice_t repeated = *value;
    *value = profile_files_sso_session_value (find_files (find), session, key);
    if (!repeated.size || !value->size || slice_eq (repeated, *value)) {
        *value = value->size ? *value : repeated;
        return true;
    }
    find_broken (find, false, "The AWS profile \"%s\" and its sso-session \"%.*s\" have different values for %s. Take it out of the profile.",
                 find_profile (find), (int) session.size, session.data, key);
    return false;
}

static bool
s_follow_session (find_t *find, settings_t *settings)
{
    if (!settings->session.size)
        return true;
    if (!profile_files_has_sso_session (find_files (find), settings->session)) {
        const char *config = find_files (find)->config.path;
        find_broken (find, false, "The AWS profile \"%s\" names the sso_session \"%.*s\", which is not in %s. Run: aws configure sso-session",
                     find_profile (find), (int) settings->session.size, settings->session.data, config ? config : "~/.aws/config");
        return false;
    }
    return s_from_session (find, settings->session, "sso_start_url", &settings->start_url)
        && s_from_session (find, settings->session, "sso_region", &settings->region);
}

static bool
s_complete (find_t *find, const settings_t *settings)
{
    const struct {
        const char *key;
        slice_t value;
    } needed [] = {
        { "sso_account_id", settings->account }, { "sso_role_name", settings->role },
        { "sso_start_url", settings->start_url }, { "sso_region", settings->region },
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!needed [i].value.size) {
            find_broken (find, false, "The AWS profile \"%s\" signs in through IAM Identity Center, but has no %s. Run: aws configure sso",
                         find_profile (find), needed [i].key);
            return false;
        }
    if (endpoint_region_valid (settings->region))
        return true;
    find_broken (find, false, "The sso_region of the AWS profile \"%s\" is no region: regions are written like eu-central-1.", find_profile (find));
    return false;
}

//  --- What is made of it

static void
s_append_encoded (buffer_t *out, slice_t text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data [i];
        bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
            buffer_append_char (out, c);
        else
            buffer_printf (out, "%%%02X", (unsigned char) c);
    }
}

static char *
s_copy_visible (find_t *find, slice_t text)
{
    buffer_t out;
    buffer_init (&out, 16 * NAME_BYTES_MAX);
    visible_append_cut (&out, text, NAME_BYTES_MAX);
    char *copy = buffer_status (&out) == STATUS_OK ? arena_copy (find_arena (find), buffer_slice (&out)) : NULL;
    buffer_deinit (&out);
    return copy;
}

//  A profile's name with blanks or quotes in it stands in quotes.
static char *
s_login (find_t *find)
{
    const char *profile = find_profile (find);
    bool plain = profile [strcspn (profile, " \t\"'\\$`&;|<>()*?!#~")] == 0;
    return arena_printf (find_arena (find), "aws sso login --profile %s%s%s", plain ? "" : "\"", profile, plain ? "" : "\"");
}

static bool
s_query (find_t *find, const settings_t *settings, sso_profile_t *self)
{
    buffer_t query;
    buffer_init (&query, SSO_PROFILE_QUERY_SIZE - 1);
    buffer_append_text (&query, "role_name=");
    s_append_encoded (&query, settings->role);
    buffer_append_text (&query, "&account_id=");
    s_append_encoded (&query, settings->account);
    status_t status = buffer_status (&query);
    if (status == STATUS_OK)
        self->query = arena_copy (find_arena (find), buffer_slice (&query));
    buffer_deinit (&query);
    if (status == STATUS_TOO_LARGE) {
        find_broken (find, false, "sso_role_name or sso_account_id of the AWS profile \"%s\" is longer than any is.", find_profile (find));
        return false;
    }
    return self->query || s_no_memory (find);
}

bool
sso_profile_read (find_t *find, sso_profile_t *self)
{
    const profile_files_t *files = find_files (find);
    const char *profile = find_profile (find);
    settings_t settings = {
        .session = profile_files_value (files, profile, "sso_session"), .account = profile_files_value (files, profile, "sso_account_id"),
        .role = profile_files_value (files, profile, "sso_role_name"), .start_url = profile_files_value (files, profile, "sso_start_url"),
        .region = profile_files_value (files, profile, "sso_region"),
    };
    if (!settings.account.size && !settings.role.size) {
        find_not_in_profile (find, "sso_account_id or sso_role_name");
        return false;
    }
    if (!s_follow_session (find, &settings) || !s_complete (find, &settings) || !s_query (find, &settings, self))
        return false;
    self->cache_name = settings.session.size ? settings.session : settings.start_url;
    self->region = arena_copy (find_arena (find), settings.region);
    self->role = s_copy_visible (find, settings.role);
    self->account = s_copy_visible (find, settings.account);
    self->login = s_login (find);
    return (self->region && self->role && self->account && self->login) || s_no_memory (find);
}

bool
sso_profile_endpoint (find_t *find, const sso_profile_t *self, aws_service_t service, endpoint_t *endpoint)
{
    const char *reason;
    if (endpoint_find (find_endpoints (find), service, slice_of (self->region), endpoint, &reason) == STATUS_OK)
        return true;
    find_broken (find, false, "The AWS profile \"%s\" signs in through IAM Identity Center. %s", find_profile (find), reason);
    return false;
}
