#include "service.h"

const char *
service_name (service_t service)
{
    switch (service) {
#define X(code, NAME, name, title) \
    case SERVICE_##NAME:           \
        return name;
        SERVICE_TABLE (X)
#undef X
    case SERVICE_NONE:
    case SERVICES_END:
        break;
    }
    return "unknown";
}

service_t
service_find (slice_t name)
{
#define X(code, NAME, text, title) \
    if (slice_is (name, text))     \
        return SERVICE_##NAME;
    SERVICE_TABLE (X)
#undef X
    return SERVICE_NONE;
}
