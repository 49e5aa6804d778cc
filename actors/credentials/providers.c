#include "provider.h"

const provider_t *const PROVIDERS [] = {
    &PROVIDER_ENVIRONMENT,
    &PROVIDER_ROLE,
    &PROVIDER_SSO,
    &PROVIDER_SHARED_FILE,
    &PROVIDER_LOGIN,
    &PROVIDER_PROCESS,
    &PROVIDER_CONFIG_FILE,
    NULL,
};
