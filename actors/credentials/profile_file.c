#include "profile_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

//  --- The syntax: a cursor over the pairs of one section

typedef struct {
    slice_t     rest;
    const char *profile;
    bool        worded;                 //  The section is [profile NAME], not [NAME]
    bool        inside;
    bool        seen;                   //  Was inside
    bool        block;                  //  Indented lines belong to a key without a value
} cursor_t;

static cursor_t
s_cursor (slice_t text, const char *profile, bool worded)
{
    static const char MARK [] = "\xEF\xBB\xBF";        //  Some editors write it in front
    if (slice_starts (text, MARK))
        text = (slice_t) { text.data + sizeof MARK - 1, text.size - (sizeof MARK - 1) };
    return (cursor_t) { .rest = text, .profile = profile, .worded = worded };
}

static slice_t
s_next_line (slice_t *text)
{
    const char *end = memchr (text->data, '\n', text->size);
    size_t size = end ? (size_t) (end - text->data) : text->size;
    slice_t line = { text->data, size };
    size_t step = end ? size + 1 : size;
    text->data += step;
    text->size -= step;
    if (line.size && line.data [line.size - 1] == '\r')
        line.size--;
    return line;
}

static bool
s_blank (char c)
{
    return c == ' ' || c == '\t';
}

//  Cuts "profile" and the blanks behind it off the front; false when that is not there.
static bool
s_cut_word (slice_t *name)
{
    static const char WORD [] = "profile";
    size_t size = sizeof WORD - 1;
    if (!slice_starts (*name, WORD) || name->size == size || !s_blank (name->data [size]))
        return false;
    *name = slice_trim ((slice_t) { name->data + size, name->size - size });
    return true;
}

//  A name with blanks in it stands in quotes.
static slice_t
s_unquoted (slice_t name)
{
    bool quoted = name.size >= 2 && (name.data [0] == '"' || name.data [0] == '\'') && name.data [name.size - 1] == name.data [0];
    return quoted ? (slice_t) { name.data + 1, name.size - 2 } : name;
}

//  Does this line, which begins with a bracket, open the section that is looked for?
static bool
s_opens (const cursor_t *self, slice_t line)
{
    const char *end = memchr (line.data, ']', line.size);
    if (!end)
        return false;
    slice_t name = slice_trim ((slice_t) { line.data + 1, (size_t) (end - line.data - 1) });
    if (self->worded && !s_cut_word (&name))
        return false;
    return slice_is (s_unquoted (name), self->profile);
}

//  What stands behind the key, without a comment that begins with a blank and # or ;.
static slice_t
s_value (slice_t rest)
{
    for (size_t i = 1; i < rest.size; i++)
        if ((rest.data [i] == '#' || rest.data [i] == ';') && s_blank (rest.data [i - 1])) {
            rest.size = i;
            break;
        }
    return slice_trim (rest);
}

static bool
s_pair (slice_t line, slice_t *key, slice_t *value)
{
    line = slice_trim (line);
    bool comment = line.size && (line.data [0] == '#' || line.data [0] == ';');
    const char *equals = line.size && !comment ? memchr (line.data, '=', line.size) : NULL;
    if (!equals)
        return false;
    size_t at = (size_t) (equals - line.data);
    *key = slice_trim ((slice_t) { line.data, at });
    *value = s_value ((slice_t) { equals + 1, line.size - at - 1 });
    return key->size > 0;
}

//  The next pair of the section; false at the end of the text.
static bool
s_next_pair (cursor_t *self, slice_t *key, slice_t *value)
{
    while (self->rest.size) {
        slice_t line = s_next_line (&self->rest);
        if (!line.size)
            continue;
        if (line.data [0] == '[') {
            self->inside = s_opens (self, line);
            self->seen = self->seen || self->inside;
            self->block = false;
            continue;
        }
        if (!self->inside || !s_pair (line, key, value))
            continue;
        self->block = self->block && s_blank (line.data [0]);
        if (self->block)
            continue;
        self->block = value->size == 0;
        return true;
    }
    return false;
}

static bool
s_has (slice_t text, const char *profile, bool worded)
{
    slice_t key, value;
    cursor_t cursor = s_cursor (text, profile, worded);
    while (!cursor.seen && s_next_pair (&cursor, &key, &value));
    return cursor.seen;
}

//  Is it the section [profile NAME] that counts, and not [NAME]?
static bool
s_worded (slice_t text, bool config, const char *profile)
{
    return config && (strcmp (profile, "default") != 0 || s_has (text, profile, true));
}

bool
profile_text_has (slice_t text, bool config, const char *profile)
{
    return s_has (text, profile, s_worded (text, config, profile));
}

slice_t
profile_text_value (slice_t text, bool config, const char *profile, const char *key)
{
    slice_t found = SLICE_ABSENT, its_key, value;
    cursor_t cursor = s_cursor (text, profile, s_worded (text, config, profile));
    while (s_next_pair (&cursor, &its_key, &value))
        if (slice_is_nocase (its_key, key))
            found = value;              //  A key that is there twice: the last one holds
    return found;
}

//  --- The files

//  Opened without waiting: the path may name a pipe to which nobody writes.
static status_t
s_open (const char *path, bool named, int *fd, buffer_t *sentence)
{
    struct stat unused;
    *fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd >= 0)
        return STATUS_OK;
    int error = errno;
    bool closed_folder = error == EACCES && !named && stat (path, &unused) < 0;
    if (error == ENOENT || error == ENOTDIR || closed_folder)
        return STATUS_OK;
    buffer_printf (sentence, "%s cannot be read: %s.", path, strerror (error));
    return STATUS_SYSTEM;
}

static status_t
s_read (profile_file_t *file, int fd, buffer_t *sentence)
{
    enum { PIECE = 4096 };
    for (;;) {
        char *room = buffer_reserve (&file->text, PIECE);
        if (!room)
            return buffer_status (&file->text);
        ssize_t size = read (fd, room, PIECE);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0) {
            buffer_printf (sentence, "%s cannot be read: %s.", file->path, strerror (errno));
            return STATUS_SYSTEM;
        }
        if (size == 0)
            return STATUS_OK;
        buffer_advance (&file->text, (size_t) size);
        if (file->text.size > PROFILE_FILE_BYTES_MAX) {
            buffer_printf (sentence, "%s cannot be read: it is larger than %d bytes.", file->path, PROFILE_FILE_BYTES_MAX);
            return STATUS_TOO_LARGE;
        }
    }
}

//  Reads the file that the variable names, or the usual one below the home folder; none when there is neither.
static status_t
s_load (profile_file_t *file, const provider_context_t *context, const char *variable, const char *usual, buffer_t *sentence)
{
    const char *named = provider_lookup (context, variable);
    const char *home = provider_lookup (context, "HOME");
    bool below_home = !named || strncmp (named, "~/", 2) == 0;
    if (below_home && !home)
        return STATUS_OK;
    int size = below_home ? asprintf (&file->path, "%s/%s", home, named ? named + 2 : usual) : asprintf (&file->path, "%s", named);
    if (size < 0) {
        file->path = NULL;
        return STATUS_NO_MEMORY;
    }
    int fd;
    status_t status = s_open (file->path, named != NULL, &fd, sentence);
    if (fd >= 0) {
        status = s_read (file, fd, sentence);
        close (fd);
    }
    return status;
}

status_t
profile_files_load (profile_files_t *self, const provider_context_t *context, buffer_t *sentence)
{
    *self = (profile_files_t) { .config.config = true };
    buffer_init_secret (&self->config.text, PROFILE_FILE_BYTES_MAX + 4096);     //  Room for the piece that is one too many
    buffer_init_secret (&self->credentials.text, PROFILE_FILE_BYTES_MAX + 4096);
    status_t status = s_load (&self->config, context, "AWS_CONFIG_FILE", ".aws/config", sentence);
    if (status == STATUS_OK)
        status = s_load (&self->credentials, context, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials", sentence);
    return status;
}

void
profile_files_deinit (profile_files_t *self)
{
    free (self->config.path);
    free (self->credentials.path);
    buffer_deinit (&self->config.text);
    buffer_deinit (&self->credentials.text);
    self->config.path = self->credentials.path = NULL;
}

bool
profile_files_has (const profile_files_t *self, const char *profile)
{
    return profile_text_has (buffer_slice (&self->credentials.text), false, profile)
        || profile_text_has (buffer_slice (&self->config.text), true, profile);
}

slice_t
profile_file_value (const profile_file_t *file, const char *profile, const char *key)
{
    return profile_text_value (buffer_slice (&file->text), file->config, profile, key);
}

slice_t
profile_files_value (const profile_files_t *self, const char *profile, const char *key)
{
    slice_t value = profile_file_value (&self->credentials, profile, key);
    return value.data ? value : profile_file_value (&self->config, profile, key);
}
