#include "options.h"

#include "shop.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>

//  The key pair of AWS's published signing examples: known to everybody, so good for nothing else.
#define EXAMPLE_KEY "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

enum { PORT_DEFAULT = 8000, LATENCY_MS_MAX = 600000, NAME_BYTES_MAX = 32 };

//  Numbers above this are milliseconds: as seconds they would lie in the year 5138.
static const int64_t SECONDS_MAX = INT64_C (100000000000);

//  2000-01-01T00:00Z. What the account tells of its past, years of it, must lie after 1970, where its minutes are counted from.
static const int64_t NOW_MS_MIN = INT64_C (946684800000);

const char *const OPTIONS_HELP_TEXT =
    "cloudwatch-sim: a simulated AWS account that answers CloudWatch, CloudWatch Logs and STS requests.\n\n"
    "    --port PORT           listen there; 0 takes any free one (8000)\n"
    "    --host ADDRESS        an address of this machine (127.0.0.1)\n"
    "    --now TIME            stop the clock: 2026-11-22T23:05:07Z, or seconds since 1970, not before the year 2000 (the real time)\n"
    "    --seed N              chance of faults, request ids, and noise in metrics and log lines (1)\n"
    "    --latency MS          delay every answer (0)\n"
    "    --key ID:SECRET[:TOKEN]  accept this key too; may be repeated. So does CLOUDWATCH_SIM_KEYS, with commas between\n"
    "    --log-groups N        add N log groups test-0001 ...\n"
    "    --log-events N        let them hold N events of the last hour together, each with its number\n"
    "    --metrics N           add N metrics test-0001 ... in the namespace Test\n"
    "    --key-life S          keys of its STS live S seconds, whatever was asked (as asked; 3600)\n"
    "    --clock-offset S      its clock is S seconds ahead, or behind with a minus (0)\n"
    "    --version, --help\n\n"
    "It always accepts the key of AWS's signing examples: AKIDEXAMPLE, wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY.\n"
    "Any role can be assumed, of any account, but shop-untrusting; shop-external wants the external id " IDENTITY_EXTERNAL_ID ".\n"
    "Tests can reach it at PUT, GET, DELETE /_sim/faults, GET, DELETE /_sim/requests, PUT, GET /_sim/knobs and GET, DELETE /_sim/keys.\n";

//  A whole number in decimal, nothing else around it.
static bool
s_read_number (const char *text, int64_t min, int64_t max, int64_t *number)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll (text, &end, 10);
    if (errno || end == text || *end || value < min || value > max)
        return false;
    *number = value;
    return true;
}

bool
options_read_time (const char *text, int64_t *time_ms)
{
    static const char *const FORMATS [] = { "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ" };
    for (size_t i = 0; i < sizeof FORMATS / sizeof FORMATS [0]; i++) {
        struct tm parts = { .tm_mday = 0 };
        const char *end = strptime (text, FORMATS [i], &parts);
        if (end && !*end) {
            *time_ms = (int64_t) timegm (&parts) * 1000;
            return *time_ms >= 0;
        }
    }
    if (!s_read_number (text, 0, SECONDS_MAX * 1000, time_ms))
        return false;
    *time_ms = *time_ms <= SECONDS_MAX ? *time_ms * 1000 : *time_ms;
    return true;
}

//  Sets one flag. NULL, or what its value must be.
static const char *
s_set (options_t *self, const char *flag, const char *value, verify_t *keys)
{
    int64_t number = 0;
    const char *wanted = NULL;
    if (strcmp (flag, "--port") == 0) {
        wanted = s_read_number (value, 0, 65535, &number) ? NULL : "a port from 0 to 65535";
        self->port = (int) number;
    }
    else
    if (strcmp (flag, "--host") == 0)
        self->host = value;
    else
    if (strcmp (flag, "--now") == 0) {
        bool fits = options_read_time (value, &self->now_ms) && self->now_ms >= NOW_MS_MIN;
        wanted = fits ? NULL : "a time from the year 2000 on, such as 2026-11-22T23:05:07Z, or seconds since 1970";
        self->now_fixed = true;
    }
    else
    if (strcmp (flag, "--seed") == 0) {
        wanted = s_read_number (value, 0, INT64_MAX, &number) ? NULL : "a whole number from 0";
        self->seed = (uint64_t) number;
    }
    else
    if (strcmp (flag, "--latency") == 0)
        wanted = s_read_number (value, 0, LATENCY_MS_MAX, &self->latency_ms) ? NULL : "milliseconds from 0 to 600000";
    else
    if (strcmp (flag, "--key") == 0)
        wanted = verify_add_key (keys, slice_of (value)) == STATUS_OK ? NULL : "ID:SECRET or ID:SECRET:TOKEN, at most 16 different keys";
    else
    if (strcmp (flag, "--key-life") == 0)
        wanted = s_read_number (value, 1, KNOBS_KEY_LIFE_S_MAX, &self->knobs.key_life_s) ? NULL : "seconds from 1 to 43200";
    else
    if (strcmp (flag, "--clock-offset") == 0)
        wanted = s_read_number (value, -KNOBS_CLOCK_OFFSET_S_MAX, KNOBS_CLOCK_OFFSET_S_MAX, &self->knobs.clock_offset_s)
            ? NULL : "seconds from -86400 to 86400";
    else
    if (strcmp (flag, "--log-events") == 0) {
        wanted = s_read_number (value, 0, SHOP_LOG_EVENTS_MAX, &number) ? NULL : "a whole number from 0 to 1000000";
        self->log_events = (int) number;
    }
    else {
        wanted = s_read_number (value, 0, SHOP_EXTRA_MAX, &number) ? NULL : "a whole number from 0 to 100000";
        *(strcmp (flag, "--metrics") == 0 ? &self->metrics : &self->log_groups) = (int) number;
    }
    return wanted;
}

static bool
s_takes_value (slice_t flag)
{
    static const char *const FLAGS [] = { "--port", "--host", "--now", "--seed", "--latency", "--key", "--log-groups", "--log-events",
                                         "--metrics", "--key-life", "--clock-offset" };
    for (size_t i = 0; i < sizeof FLAGS / sizeof FLAGS [0]; i++)
        if (slice_is (flag, FLAGS [i]))
            return true;
    return false;
}

static bool
s_add_environment_keys (const char *texts, verify_t *keys)
{
    while (texts && *texts) {
        size_t size = strcspn (texts, ",");
        if (verify_add_key (keys, (slice_t) { texts, size }) != STATUS_OK)
            return false;
        texts += size + (texts [size] == ',');
    }
    return true;
}

//  Reads the flag at this place; gives how many places it took, 0 when it is wrong.
static int
s_read_flag (options_t *self, int count, char *const *texts, int at, verify_t *keys, buffer_t *sentence)
{
    const char *equals = strchr (texts [at], '=');
    slice_t flag = { texts [at], equals ? (size_t) (equals - texts [at]) : strlen (texts [at]) };
    char name [NAME_BYTES_MAX];
    if (!s_takes_value (flag)) {
        buffer_printf (sentence, "There is no flag %s; cloudwatch-sim --help lists them.", texts [at]);
        return 0;
    }
    memcpy (name, flag.data, flag.size);
    name [flag.size] = 0;
    if (!equals && at + 1 == count) {
        buffer_printf (sentence, "%s needs a value.", name);
        return 0;
    }
    const char *value = equals ? equals + 1 : texts [at + 1];
    const char *wanted = s_set (self, name, value, keys);
    if (wanted) {
        //  A key's value is a secret: it is not repeated.
        if (strcmp (name, "--key") == 0)
            buffer_printf (sentence, "%s must be %s.", name, wanted);
        else
            buffer_printf (sentence, "%s must be %s, not \"%s\".", name, wanted, value);
        return 0;
    }
    return equals ? 1 : 2;
}

options_wish_t
options_read (options_t *self, int count, char *const *texts, const char *environment_keys, verify_t *keys, buffer_t *sentence)
{
    *self = (options_t) { .host = "127.0.0.1", .port = PORT_DEFAULT, .seed = 1 };
    if (verify_add_key (keys, SLICE (EXAMPLE_KEY)) != STATUS_OK || !s_add_environment_keys (environment_keys, keys)) {
        buffer_append_text (sentence, "CLOUDWATCH_SIM_KEYS must be ID:SECRET or ID:SECRET:TOKEN, at most 15, with commas between.");
        return OPTIONS_WRONG;
    }
    for (int at = 0; at < count;) {
        if (strcmp (texts [at], "--help") == 0)
            return OPTIONS_HELP;
        if (strcmp (texts [at], "--version") == 0)
            return OPTIONS_VERSION;
        int taken = s_read_flag (self, count, texts, at, keys, sentence);
        if (!taken)
            return OPTIONS_WRONG;
        at += taken;
    }
    if (self->log_events && !self->log_groups) {
        buffer_append_text (sentence, "--log-events needs --log-groups: the events are put into the groups that it adds.");
        return OPTIONS_WRONG;
    }
    return OPTIONS_RUN;
}
