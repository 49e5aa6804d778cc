#include "config.h"

#include "config_file.h"
#include "config_value.h"
#include "nearest.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char *const FILE_NAME = "cloudwatch-mcp.json";

#define DEFAULT_TEXT(or_else)   .text = or_else
#define DEFAULT_NUMBER(or_else) .number = or_else
#define DEFAULT_SWITCH(or_else) .number = or_else

const config_setting_t config_settings [CONFIG_SETTINGS] = {
#define X(kind_, name_, flag_, environment_, or_else_, min_, max_, shown_, meaning_) {                                     \
        .kind = CONFIG_##kind_, .name = #name_, .flag = flag_, .environment = environment_, DEFAULT_##kind_ (or_else_),     \
        .min = min_, .max = max_, .shown = CONFIG_##shown_, .meaning = meaning_, .offset = offsetof (config_t, name_) },
    CONFIG_TABLE (X)
#undef X
};

//  What one reading of flags and environment works with.
typedef struct {
    const char *given [CONFIG_SETTINGS];        //  The flag's value as it stands in argv; NULL without the flag
    config_lookup_fn *lookup;
    void *arg;
} outside_t;

static const char *
s_getenv (void *arg, const char *name)
{
    (void) arg;
    return getenv (name);
}

static const config_setting_t *
s_find_flag (slice_t flag)
{
    for (const config_setting_t *setting = config_settings; setting < config_settings + CONFIG_SETTINGS; setting++)
        if (setting->flag && slice_is (flag, setting->flag))
            return setting;
    return NULL;
}

static status_t
s_refuse_flag (slice_t flag, buffer_t *sentence)
{
    //  Without the dashes: what all have in common makes everything look alike
    const char *names [CONFIG_SETTINGS];
    for (size_t i = 0; i < CONFIG_SETTINGS; i++)
        names [i] = config_settings [i].flag ? config_settings [i].flag + 2 : NULL;
    const char *nearest = nearest_name ((slice_t) { flag.data + 2, flag.size - 2 }, names, CONFIG_SETTINGS);

    buffer_append_slice (sentence, flag);
    buffer_append_text (sentence, " is not a flag");
    if (nearest)
        buffer_printf (sentence, "; did you mean --%s? cloudwatch-mcp --help lists them.", nearest);
    else
        buffer_append_text (sentence, ". cloudwatch-mcp --help lists them.");
    return STATUS_INVALID_ARGUMENT;
}

//  Notes each flag's last value. Which of them can be, is looked at when they are set.
static status_t
s_read_flags (outside_t *self, int argc, char *const *argv, int *rest_p, buffer_t *sentence)
{
    int i = 0;
    while (i < argc && strncmp (argv [i], "--", 2) == 0) {
        const char *argument = argv [i++];
        if (argument [2] == '\0')
            break;
        const char *equals = strchr (argument, '=');
        slice_t flag = { argument, equals ? (size_t) (equals - argument) : strlen (argument) };
        const config_setting_t *setting = s_find_flag (flag);
        if (!setting)
            return s_refuse_flag (flag, sentence);

        const char *value = equals ? equals + 1 : NULL;
        if (setting->kind == CONFIG_SWITCH) {
            if (value) {
                buffer_printf (sentence, "%s is a switch and takes no value.", setting->flag);
                return STATUS_INVALID_ARGUMENT;
            }
            value = "true";
        } else if (!value && i < argc && strncmp (argv [i], "--", 2) != 0)
            value = argv [i++];
        if (!value || *value == '\0') {
            buffer_printf (sentence, "%s needs a value, as in %s=VALUE.", setting->flag, setting->flag);
            return STATUS_INVALID_ARGUMENT;
        }
        self->given [setting - config_settings] = value;
    }
    *rest_p = i;
    return STATUS_OK;
}

//  A proxy's variable in small letters goes before the one in capitals (curl's rule).
static const char *
s_look_up (const outside_t *outside, const char *name, const char **called_p)
{
    static const struct {
        const char *capitals, *small;
    } TWICE [] = { { "HTTPS_PROXY", "https_proxy" }, { "ALL_PROXY", "all_proxy" }, { "NO_PROXY", "no_proxy" } };
    for (size_t i = 0; i < sizeof TWICE / sizeof *TWICE; i++) {
        const char *words = strcmp (name, TWICE [i].capitals) == 0 ? outside->lookup (outside->arg, TWICE [i].small) : NULL;
        if (words && words [0]) {
            *called_p = TWICE [i].small;
            return words;
        }
    }
    *called_p = name;
    return outside->lookup (outside->arg, name);
}

//  From the flag, else from the environment, else not at all. *called_p is how the person called it.
static status_t
s_read_setting (config_t *config, const config_setting_t *setting, const outside_t *outside, const char **called_p, buffer_t *sentence)
{
    *called_p = setting->flag;
    const char *words = outside->given [setting - config_settings];
    if (!words && setting->environment)
        words = s_look_up (outside, setting->environment, called_p);
    if (!words || *words == '\0')
        return STATUS_OK;
    config_value_note (config, setting, *called_p);
    return config_value_read (config, setting, *called_p, words, sentence);
}

//  The file that was named, which must be there, or the one that may be there.
static status_t
s_read_file (config_t *config, const outside_t *outside, buffer_t *sentence)
{
    const config_setting_t *setting = s_find_flag (SLICE ("--config"));
    const char *called;
    status_t status = s_read_setting (config, setting, outside, &called, sentence);
    if (status != STATUS_OK)
        return status;

    if (config->config) {
        status = config_file_read (config, config->config, sentence);
        if (status != STATUS_NOT_FOUND)
            return status;
        buffer_printf (sentence, "%s names %s, which does not exist.", called, config->config);
        return STATUS_INVALID_ARGUMENT;
    }
    status = config_file_read (config, FILE_NAME, sentence);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    config->config = FILE_NAME;         //  It was there: the lines printed at start say so
    return status;
}

status_t
config_read (config_t *self, int argc, char *const *argv, config_lookup_fn *lookup, void *arg, int *rest_p, buffer_t *sentence)
{
    outside_t outside = { .lookup = lookup ? lookup : s_getenv, .arg = arg };
    int rest = argc;
    status_t status = config_value_init (self);
    if (status == STATUS_OK)
        status = s_read_flags (&outside, argc, argv, &rest, sentence);
    if (status == STATUS_OK)
        status = s_read_file (self, &outside, sentence);
    for (size_t i = 0; status == STATUS_OK && i < CONFIG_SETTINGS; i++) {
        const char *called;
        status = s_read_setting (self, &config_settings [i], &outside, &called, sentence);
    }
    if (status == STATUS_OK)
        *rest_p = rest;
    else
        config_deinit (self);
    return status;
}

void
config_deinit (config_t *self)
{
    arena_destroy (&self->texts);
    *self = (config_t) { .texts = NULL };
}

const char *
config_text (const config_t *self, const config_setting_t *setting)
{
    assert (setting->kind == CONFIG_TEXT);
    return *(const char *const *) (const void *) ((const char *) self + setting->offset);
}

int64_t
config_number (const config_t *self, const config_setting_t *setting)
{
    assert (setting->kind != CONFIG_TEXT);
    return *(const int64_t *) (const void *) ((const char *) self + setting->offset);
}

const char *
config_source (const config_t *self, const config_setting_t *setting)
{
    return self->sources [setting - config_settings];
}

status_t
config_complete (config_t *self, const config_setting_t *setting, slice_t words, const char *source, const char *called, buffer_t *sentence)
{
    if (config_source (self, setting))
        return STATUS_OK;
    const char *copy = arena_copy (self->texts, words), *source_copy = arena_copy (self->texts, slice_of (source));
    if (!copy || !source_copy)
        return STATUS_NO_MEMORY;
    status_t status = config_value_read (self, setting, called, copy, sentence);
    if (status == STATUS_OK)
        config_value_note (self, setting, source_copy);
    return status;
}

void
config_forget (config_t *self, const config_setting_t *setting)
{
    config_value_reset (self, setting);
}

const char *
config_region (const config_t *self)
{
    return self->region ? self->region : self->default_region;
}

const char *
config_profile (const config_t *self)
{
    return self->profile ? self->profile : self->default_profile;
}
