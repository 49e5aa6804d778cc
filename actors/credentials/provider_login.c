#include "find.h"

//  What `aws login` leaves behind is refreshed with a signature of its own kind. The profile is refused rather than passed over: what would be found
//  behind it might be somebody else's.
static void
s_begin (find_t *find)
{
    if (!profile_files_value (find_files (find), find_profile (find), "login_session").size)
        find_not_in_profile (find, "login_session");
    else
        find_broken (find, false, "The AWS profile \"%s\" uses login_session (aws login), which this server cannot follow. "
                     "Ask for another profile, with credential_process = aws configure export-credentials --profile %s --format process.",
                     find_profile (find), find_profile (find));
}

const provider_t PROVIDER_LOGIN = { .name = "login session", .looked_at = NULL, .begin = s_begin, .of_profile = true };
