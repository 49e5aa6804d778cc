#include "log_quota.h"

bool
log_quota_take (log_quota_t *self, int64_t now_ms, int64_t *suppressed_p)
{
    if (!self->begun || now_ms - self->since_ms >= LOG_QUOTA_MS) {
        self->begun = true;
        self->since_ms = now_ms;
        self->lines = 0;
    }
    if (self->lines == LOG_QUOTA_LINES) {
        self->suppressed++;
        return false;
    }
    self->lines++;
    *suppressed_p = self->suppressed;
    self->suppressed = 0;
    return true;
}
