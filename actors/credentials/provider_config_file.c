#include "static_keys.h"

static void
s_begin (find_t *find)
{
    static_keys_look (find, &find_files (find)->config);
}

const provider_t PROVIDER_CONFIG_FILE = {
    .name = "config file", .looked_at = "the profile in ~/.aws/config", .begin = s_begin, .of_profile = true,
};
