#include "accounts.h"

//  Names in one sentence; more would help nobody.
enum { SHOWN_MAX = 20 };

const aws_account_t *
accounts_find (const aws_account_t *accounts, size_t count, slice_t name)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is (name, accounts [i].name))
            return &accounts [i];
    return NULL;
}

bool
account_name_valid (slice_t name)
{
    if (name.size == 0 || name.size > ACCOUNT_NAME_MAX || name.data [0] == ' ' || name.data [name.size - 1] == ' ')
        return false;
    for (size_t i = 0; i < name.size; i++)
        if (name.data [i] < ' ' || name.data [i] > '~' || name.data [i] == '"' || name.data [i] == '\\')
            return false;
    return true;
}

bool
account_allows_region (const aws_account_t *self, slice_t region)
{
    if (!self || !self->regions)
        return true;
    for (const char *const *allowed = self->regions; *allowed; allowed++)
        if (slice_is (region, *allowed))
            return true;
    return false;
}

const char *
account_usual_region (const aws_account_t *self, const char *own)
{
    if (self && self->region)
        return self->region;
    if (own && own [0] && account_allows_region (self, slice_of (own)))
        return own;
    return self && self->regions ? self->regions [0] : NULL;
}

//  Does the text match, where * stands for any text? Where a star took too little, it takes one more, and only the last star needs to: what stands
//  between two stars is best found as early as it can be.
static bool
s_matches (slice_t text, const char *pattern)
{
    const char *star = NULL;
    size_t at = 0, at_star = 0;
    while (at < text.size) {
        if (*pattern == '*') {
            star = pattern++;
            at_star = at;
        } else if (*pattern == text.data [at]) {
            pattern++;
            at++;
        } else if (star) {
            pattern = star + 1;
            at = ++at_star;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == 0;
}

bool
account_allows_log_group (const aws_account_t *self, slice_t name)
{
    if (!self || !self->log_groups)
        return true;
    for (const char *const *allowed = self->log_groups; *allowed; allowed++)
        if (s_matches (name, *allowed))
            return true;
    return false;
}

void
accounts_append_names (buffer_t *out, const aws_account_t *accounts, size_t count)
{
    size_t shown = count < SHOWN_MAX ? count : SHOWN_MAX;
    for (size_t i = 0; i < shown; i++)
        buffer_printf (out, "%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", accounts [i].name);
    if (shown < count)
        buffer_printf (out, " and %zu more", count - shown);
}
