#include "config.h"

#include "log.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

const char *
config_without_password (const char *text, char *room, size_t size)
{
    const char *scheme = text ? strstr (text, "://") : NULL;
    const char *authority = scheme ? scheme + 3 : text;         //  A proxy may do without a scheme
    const char *at = authority && authority [0] != '/' ? strrchr (authority, '@') : NULL;
    if (!at)
        return text;
    snprintf (room, size, "%.*s***%s", (int) (authority - text), text, at);
    return room;
}

void
config_print_flags (buffer_t *out)
{
    static const char *const format = "  %-20s  %-32s  %s\n";
    buffer_printf (out, format, "flag", "variable", "in the file");
    for (const config_setting_t *setting = config_settings; setting < config_settings + CONFIG_SETTINGS; setting++) {
        const char *member = setting->offset == offsetof (config_t, config) ? "" : setting->name;      //  A file does not name another
        buffer_printf (out, format, setting->flag ? setting->flag : "", setting->environment ? setting->environment : "", member);
        buffer_printf (out, "      %s", setting->meaning);
        if (setting->kind == CONFIG_NUMBER)
            buffer_printf (out, " (default %" PRId64 "; %" PRId64 " to %" PRId64 ")", setting->number, setting->min, setting->max);
        else if (setting->kind == CONFIG_TEXT && setting->text)
            buffer_printf (out, " (default %s)", setting->text);
        buffer_append_char (out, '\n');
    }
}

void
config_log (const config_t *self)
{
    log_field_t fields [CONFIG_SETTINGS + 1];
    char masked [CONFIG_SETTINGS] [256];
    size_t count = 0;
    for (size_t i = 0; i < CONFIG_SETTINGS; i++) {
        const config_setting_t *setting = &config_settings [i];
        if (setting->kind != CONFIG_TEXT)
            fields [count++] = log_int (setting->name, config_number (self, setting));
        else if (config_text (self, setting) && setting->shown == CONFIG_MASKED)
            fields [count++] = log_text (setting->name, "set");
        else if (config_text (self, setting))
            fields [count++] = log_text (setting->name, config_without_password (config_text (self, setting), masked [i], sizeof masked [i]));
    }
    fields [count] = (log_field_t) { .name = NULL };
    if (log_enabled (LOG_LEVEL_INFO))
        log_line (LOG_LEVEL_INFO, "configuration", fields);
}
