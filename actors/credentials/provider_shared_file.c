#include "static_keys.h"

static void
s_begin (find_t *find)
{
    static_keys_look (find, &find_files (find)->credentials);
}

const provider_t PROVIDER_SHARED_FILE = {
    .name = "credentials file", .looked_at = "the profile in ~/.aws/credentials", .begin = s_begin, .of_profile = true,
};
