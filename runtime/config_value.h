/*  config_value - one value on its way into its setting

    What config (flags, environment) and config_file (members) share: where a setting's value lives, what it may be, and the sentence about
    one that cannot be. Nobody else sets a value.

    Owner:   config_read and config_complete, while they read. */

#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "config.h"

//  Every setting to its default. NO_MEMORY: there is no place for texts.
MUST_CHECK status_t config_value_init (config_t *config);

//  To its default, set by nobody.
void config_value_reset (config_t *config, const config_setting_t *setting);

//  Who set it: a text that lives as long as the configuration.
void config_value_note (config_t *config, const config_setting_t *setting, const char *source);

//  Copies the text; NO_MEMORY.
MUST_CHECK status_t config_value_set_text (config_t *config, const config_setting_t *setting, slice_t text);

//  INVALID_ARGUMENT, and no change, for a number (or a switch's 0 and 1) that is out of bounds.
MUST_CHECK status_t config_value_set_number (config_t *config, const config_setting_t *setting, int64_t number);

//  From words as a flag or a variable has them; INVALID_ARGUMENT with a sentence, in which the setting is called as the person called it.
MUST_CHECK status_t config_value_read (config_t *config, const config_setting_t *setting, const char *called, const char *words, buffer_t *sentence);

//  Says "port must be a whole number from 0 to 65535; got "abc"." and returns INVALID_ARGUMENT. got_text: it was a text, and is quoted;
//  otherwise it is JSON and stands as it is. Long ones are cut; those of a MASKED setting are not repeated.
MUST_CHECK status_t config_value_refuse (const config_setting_t *setting, const char *called, slice_t got, bool got_text, buffer_t *sentence);

//  Appends the text as JSON, cut to 80 characters: for what people wrote.
void config_value_quote (buffer_t *sentence, slice_t text);

#endif
