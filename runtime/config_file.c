#include "config_file.h"

#include "config_accounts.h"
#include "config_quotas.h"
#include "config_value.h"
#include "json.h"
#include "nearest.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const size_t FILE_BYTES_MAX = 1048576;

//  The members that are no settings, and who reads them.
static const struct {
    const char *name;
    status_t (*read) (config_t *config, yyjson_val *value, buffer_t *sentence);
} OBJECTS [] = {
    { "accounts", config_accounts_read },
    { "quotas", config_quotas_read },
};

enum { OBJECTS_COUNT = sizeof OBJECTS / sizeof OBJECTS [0] };

//  Taken from the file at a time.
static const size_t PIECE_BYTES = 16384;

//  A file while it is read.
typedef struct {
    const char *path;           //  As it was given, for sentences
    buffer_t text;              //  The file's bytes: where lines are counted
    buffer_t parsed;            //  A copy that yyjson parses in place, so that a name's address tells its place
    yyjson_doc *doc;            //  Points into parsed
    bool seen [CONFIG_SETTINGS];
    bool seen_object [OBJECTS_COUNT];
} config_file_t;

//  TOO_LARGE when there is more than the buffer may hold, SYSTEM with errno set.
static status_t
s_read_to_end (int fd, buffer_t *text)
{
    while (text->size < text->limit) {
        size_t room = text->limit - text->size < PIECE_BYTES ? text->limit - text->size : PIECE_BYTES;
        char *piece = buffer_reserve (text, room);
        if (!piece)
            return buffer_status (text);
        ssize_t size = read (fd, piece, room);
        if (size == 0)
            return STATUS_OK;
        if (size > 0)
            buffer_advance (text, (size_t) size);
        else if (errno != EINTR)
            return STATUS_SYSTEM;
    }
    return STATUS_TOO_LARGE;
}

static status_t
s_read_bytes (config_file_t *self, buffer_t *sentence)
{
    int fd = open (self->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return STATUS_NOT_FOUND;
    status_t status = fd < 0 ? STATUS_SYSTEM : s_read_to_end (fd, &self->text);
    int error = errno;
    if (fd >= 0)
        close (fd);

    if (status == STATUS_SYSTEM)
        buffer_printf (sentence, "%s cannot be read: %s.", self->path, strerror (error));
    else if (status == STATUS_TOO_LARGE)
        buffer_printf (sentence, "%s is larger than %zu bytes; a configuration is not.", self->path, FILE_BYTES_MAX);
    else
        return status;
    return STATUS_INVALID_ARGUMENT;
}

static void
s_say_place (const config_file_t *self, size_t at, buffer_t *sentence)
{
    size_t line, column, character;
    slice_t text = buffer_slice (&self->text);
    bool found = yyjson_locate_pos (text.data, text.size, at < text.size ? at : text.size, &line, &column, &character);
    assert (found);
    buffer_printf (sentence, "%s, line %zu, column %zu: ", self->path, line, column);
}

static status_t
s_parse (config_file_t *self, buffer_t *sentence)
{
    static const char padding [YYJSON_PADDING_SIZE];
    self->parsed.limit = self->text.size + sizeof padding;
    buffer_append_slice (&self->parsed, buffer_slice (&self->text));
    buffer_append (&self->parsed, padding, sizeof padding);
    if (buffer_status (&self->parsed) != STATUS_OK)
        return STATUS_NO_MEMORY;

    const yyjson_read_flag flags = YYJSON_READ_INSITU | YYJSON_READ_ALLOW_COMMENTS | YYJSON_READ_ALLOW_TRAILING_COMMAS;
    yyjson_read_err error;
    self->doc = yyjson_read_opts (self->parsed.data, self->text.size, flags, NULL, &error);
    if (!self->doc && error.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        return STATUS_NO_MEMORY;
    if (!self->doc) {
        s_say_place (self, error.pos, sentence);
        buffer_printf (sentence, "this is not JSON: %s.", error.msg);
        return STATUS_INVALID_ARGUMENT;
    }
    if (!yyjson_is_obj (yyjson_doc_get_root (self->doc))) {
        buffer_printf (sentence, "%s must hold one object, such as {\"port\": 3334}.", self->path);
        return STATUS_INVALID_ARGUMENT;
    }
    return STATUS_OK;
}

//  Begins a sentence about a member: "cloudwatch-mcp.json, line 3, column 5: ".
static void
s_say_place_of (const config_file_t *self, yyjson_val *name, buffer_t *sentence)
{
    const char *text = yyjson_get_str (name);
    assert (text > self->parsed.data && text < self->parsed.data + self->text.size);
    s_say_place (self, (size_t) (text - self->parsed.data) - 1, sentence);     //  The quote before it
}

static const config_setting_t *
s_find_setting (slice_t name)
{
    for (const config_setting_t *setting = config_settings; setting < config_settings + CONFIG_SETTINGS; setting++)
        if (slice_is (name, setting->name))
            return setting;
    return NULL;
}

static status_t
s_refuse_name (slice_t name, buffer_t *sentence)
{
    const char *names [CONFIG_SETTINGS + OBJECTS_COUNT];
    for (size_t i = 0; i < CONFIG_SETTINGS + OBJECTS_COUNT; i++)
        names [i] = i < CONFIG_SETTINGS ? config_settings [i].name : OBJECTS [i - CONFIG_SETTINGS].name;
    const char *nearest = nearest_name (name, names, CONFIG_SETTINGS + OBJECTS_COUNT);

    config_value_quote (sentence, name);
    buffer_append_text (sentence, " is not a setting");
    if (nearest)
        buffer_printf (sentence, "; did you mean \"%s\"? cloudwatch-mcp --help lists them.", nearest);
    else
        buffer_append_text (sentence, ". cloudwatch-mcp --help lists them.");
    return STATUS_INVALID_ARGUMENT;
}

static status_t
s_refuse_value (const config_setting_t *setting, yyjson_val *value, buffer_t *sentence)
{
    slice_t text = json_value_text (value);
    if (text.data)
        return config_value_refuse (setting, setting->name, text, true, sentence);

    size_t size = 0;
    char *json = yyjson_val_write (value, YYJSON_WRITE_NOFLAG, &size);
    status_t status = STATUS_NO_MEMORY;
    if (json)
        status = config_value_refuse (setting, setting->name, (slice_t) { json, size }, false, sentence);
    free (json);
    return status;
}

//  INVALID_ARGUMENT, without a sentence, if the setting cannot have this value.
static status_t
s_set (config_t *config, const config_setting_t *setting, yyjson_val *value)
{
    if (setting->kind == CONFIG_TEXT) {
        slice_t text = json_value_text (value);
        if (text.size == 0 || memchr (text.data, '\0', text.size))
            return STATUS_INVALID_ARGUMENT;
        return config_value_set_text (config, setting, text);
    }
    if (setting->kind == CONFIG_SWITCH)
        return yyjson_is_bool (value) ? config_value_set_number (config, setting, yyjson_get_bool (value)) : STATUS_INVALID_ARGUMENT;
    if (!yyjson_is_int (value) || (yyjson_is_uint (value) && yyjson_get_uint (value) > INT64_MAX))
        return STATUS_INVALID_ARGUMENT;
    return config_value_set_number (config, setting, yyjson_get_sint (value));
}

static status_t
s_read_object (config_file_t *self, config_t *config, size_t object, yyjson_val *name, buffer_t *sentence)
{
    buffer_t complaint;
    buffer_init (&complaint, 4096);
    status_t status = STATUS_INVALID_ARGUMENT;
    if (self->seen_object [object])
        buffer_printf (&complaint, "\"%s\" is set twice.", OBJECTS [object].name);
    else
        status = OBJECTS [object].read (config, yyjson_obj_iter_get_val (name), &complaint);
    self->seen_object [object] = true;
    if (status == STATUS_INVALID_ARGUMENT) {
        s_say_place_of (self, name, sentence);
        buffer_append_slice (sentence, buffer_slice (&complaint));
    }
    buffer_deinit (&complaint);
    return status;
}

static status_t
s_read_member (config_file_t *self, config_t *config, yyjson_val *name, buffer_t *sentence)
{
    for (size_t object = 0; object < OBJECTS_COUNT; object++)
        if (slice_is (json_value_text (name), OBJECTS [object].name))
            return s_read_object (self, config, object, name, sentence);
    const config_setting_t *setting = s_find_setting (json_value_text (name));
    if (!setting) {
        s_say_place_of (self, name, sentence);
        return s_refuse_name (json_value_text (name), sentence);
    }
    bool *seen = &self->seen [setting - config_settings];
    bool is_file = setting->offset == offsetof (config_t, config);
    if (*seen || is_file) {
        s_say_place_of (self, name, sentence);
        buffer_printf (sentence, is_file ? "\"%s\" cannot be set in a file." : "\"%s\" is set twice.", setting->name);
        return STATUS_INVALID_ARGUMENT;
    }
    *seen = true;
    status_t status = s_set (config, setting, yyjson_obj_iter_get_val (name));
    if (status == STATUS_OK)
        config_value_note (config, setting, self->path);
    if (status != STATUS_INVALID_ARGUMENT)
        return status;
    s_say_place_of (self, name, sentence);
    return s_refuse_value (setting, yyjson_obj_iter_get_val (name), sentence);
}

status_t
config_file_read (config_t *config, const char *path, buffer_t *sentence)
{
    config_file_t self = { .path = path };
    buffer_init (&self.text, FILE_BYTES_MAX + 1);
    buffer_init (&self.parsed, 0);
    status_t status = s_read_bytes (&self, sentence);
    if (status == STATUS_OK)
        status = s_parse (&self, sentence);
    if (status != STATUS_OK)
        goto done;

    yyjson_obj_iter members = yyjson_obj_iter_with (yyjson_doc_get_root (self.doc));
    yyjson_val *name;
    while (status == STATUS_OK && (name = yyjson_obj_iter_next (&members)))
        status = s_read_member (&self, config, name, sentence);

done:
    yyjson_doc_free (self.doc);
    buffer_deinit (&self.parsed);
    buffer_deinit (&self.text);
    return status;
}
