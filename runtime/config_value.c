#include "config_value.h"

#include "json.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

//  All texts together. The kernel bounds an argument and a variable to 128 KB each, the file is bounded to 1 MB.
static const size_t TEXT_BYTES_MAX = 8388608;

//  Of what people wrote, in a sentence.
static const size_t QUOTED_CHARACTERS_MAX = 80;

static const char **
s_text (config_t *config, const config_setting_t *setting)
{
    assert (setting->kind == CONFIG_TEXT);
    return (const char **) (void *) ((char *) config + setting->offset);
}

static int64_t *
s_number (config_t *config, const config_setting_t *setting)
{
    assert (setting->kind != CONFIG_TEXT);
    return (int64_t *) (void *) ((char *) config + setting->offset);
}

status_t
config_value_init (config_t *config)
{
    *config = (config_t) { .texts = arena_new (TEXT_BYTES_MAX) };
    for (const config_setting_t *setting = config_settings; setting < config_settings + CONFIG_SETTINGS; setting++)
        config_value_reset (config, setting);
    return config->texts ? STATUS_OK : STATUS_NO_MEMORY;
}

void
config_value_reset (config_t *config, const config_setting_t *setting)
{
    if (setting->kind == CONFIG_TEXT)
        *s_text (config, setting) = setting->text;
    else
        *s_number (config, setting) = setting->number;
    config->sources [setting - config_settings] = NULL;
}

void
config_value_note (config_t *config, const config_setting_t *setting, const char *source)
{
    config->sources [setting - config_settings] = source;
}

status_t
config_value_set_text (config_t *config, const config_setting_t *setting, slice_t text)
{
    const char *copy = arena_copy (config->texts, text);
    if (!copy)
        return STATUS_NO_MEMORY;
    *s_text (config, setting) = copy;
    return STATUS_OK;
}

status_t
config_value_set_number (config_t *config, const config_setting_t *setting, int64_t number)
{
    if (number < setting->min || number > setting->max)
        return STATUS_INVALID_ARGUMENT;
    *s_number (config, setting) = number;
    return STATUS_OK;
}

//  Digits, perhaps with a minus before them, and nothing else.
static bool
s_parse_number (const char *text, int64_t *number)
{
    const char *digits = *text == '-' ? text + 1 : text;
    if (*digits < '0' || *digits > '9')
        return false;           //  strtoll would skip white space, and which that is depends on the locale
    char *end;
    errno = 0;
    long long value = strtoll (text, &end, 10);
    *number = value;
    return errno == 0 && *end == '\0';
}

static bool
s_parse_switch (slice_t text, int64_t *number)
{
    static const char *const words [] = { "0", "1", "false", "true", "no", "yes", "off", "on" };
    for (size_t i = 0; i < sizeof words / sizeof words [0]; i++)
        if (slice_is_nocase (text, words [i])) {
            *number = i & 1;
            return true;
        }
    return false;
}

status_t
config_value_read (config_t *config, const config_setting_t *setting, const char *called, const char *words, buffer_t *sentence)
{
    slice_t text = slice_of (words);
    if (setting->kind == CONFIG_TEXT)
        return config_value_set_text (config, setting, text);

    int64_t number;
    bool right = setting->kind == CONFIG_NUMBER ? s_parse_number (words, &number) : s_parse_switch (text, &number);
    if (right && config_value_set_number (config, setting, number) == STATUS_OK)
        return STATUS_OK;
    return config_value_refuse (setting, called, text, true, sentence);
}

static void
s_append_cut (buffer_t *sentence, slice_t text, bool quoted)
{
    slice_t shown = slice_first (text, QUOTED_CHARACTERS_MAX);
    if (quoted)
        json_append_string (sentence, shown);
    else
        buffer_append_slice (sentence, shown);
    if (shown.size < text.size)
        buffer_append_text (sentence, "…");
}

status_t
config_value_refuse (const config_setting_t *setting, const char *called, slice_t got, bool got_text, buffer_t *sentence)
{
    buffer_append_text (sentence, called);
    if (setting->kind == CONFIG_TEXT)
        buffer_append_text (sentence, " must be a text that is not empty");
    else if (setting->kind == CONFIG_SWITCH)
        buffer_append_text (sentence, " must be true or false");
    else
        buffer_printf (sentence, " must be a whole number from %" PRId64 " to %" PRId64, setting->min, setting->max);
    if (setting->shown == CONFIG_OPEN) {
        buffer_append_text (sentence, "; got ");
        s_append_cut (sentence, got, got_text);
    }
    buffer_append_char (sentence, '.');
    return STATUS_INVALID_ARGUMENT;
}

void
config_value_quote (buffer_t *sentence, slice_t text)
{
    s_append_cut (sentence, text, true);
}
