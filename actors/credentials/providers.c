#include "provider.h"

const provider_t PROVIDERS [] = {
    { "environment", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", provider_environment },
    { "profile", "the profile in ~/.aws/credentials and ~/.aws/config", provider_profile },
    { 0 },
};
