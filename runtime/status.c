#include "status.h"

const char *
status_name (status_t status)
{
    switch (status) {
#define X(code, name, retryable, sentence) \
    case STATUS_##name:                    \
        return #name;
        STATUS_TABLE (X)
#undef X
    }
    return "UNKNOWN";
}

const char *
status_sentence (status_t status)
{
    switch (status) {
#define X(code, name, retryable, sentence) \
    case STATUS_##name:                    \
        return sentence;
        STATUS_TABLE (X)
#undef X
    }
    return "an outcome that this version does not know";
}

bool
status_retryable (status_t status)
{
    switch (status) {
#define X(code, name, retryable, sentence) \
    case STATUS_##name:                    \
        return retryable;
        STATUS_TABLE (X)
#undef X
    }
    return false;
}
