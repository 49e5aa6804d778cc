/*  service - who answers what

    The services between which calls are divided. One actor serves one service; the number crosses the wire.

    Thread: any; no state. */

#ifndef SERVICE_H
#define SERVICE_H

#include "slice.h"

//        code  NAME          name           title
#define SERVICE_TABLE(X)                                                \
        X (1,   LOGS,         "logs",        "CloudWatch Logs")         \
        X (2,   METRICS,      "metrics",     "CloudWatch metrics")      \
        X (3,   ALARMS,       "alarms",      "CloudWatch alarms")       \
        X (4,   COMPOSE,      "compose",     "answers from several services")  \
        X (5,   LOCAL,        "local",       "answers without AWS")     \
        X (6,   CREDENTIALS,  "credentials", "AWS credentials")

typedef enum {
    SERVICE_NONE = 0,
#define X(code, NAME, name, title) SERVICE_##NAME = code,
    SERVICE_TABLE (X)
#undef X
    SERVICES_END                //  One more than the last
} service_t;

//  "logs"; "unknown" for a number that is none.
const char *service_name (service_t service);

//  SERVICE_NONE for a name that is none.
service_t   service_find (slice_t name);

#endif
