#include "token_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

//  A file whose token has a line break behind it, or a few, is as good as one without.
enum { WHITE_BYTES_MAX = 96, READ_BYTES_MAX = TOKEN_FILE_BYTES_MAX + WHITE_BYTES_MAX };

static bool
s_white (char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static slice_t
s_trim (slice_t text)
{
    while (text.size && s_white (text.data [text.size - 1]))
        text.size--;
    while (text.size && s_white (text.data [0]))
        text = (slice_t) { text.data + 1, text.size - 1 };
    return text;
}

//  Reads to the end of the file, or until there is more than a token can be.
static status_t
s_read (int fd, buffer_t *text, const char **why)
{
    for (;;) {
        char *room = buffer_reserve (text, READ_BYTES_MAX + 1 - text->size);
        if (!room)
            return buffer_status (text);
        ssize_t size = read (fd, room, READ_BYTES_MAX + 1 - text->size);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0) {
            *why = errno == EISDIR ? "is a folder" : "cannot be read";
            return STATUS_SYSTEM;
        }
        if (size == 0)
            return STATUS_OK;
        buffer_advance (text, (size_t) size);
        if (text->size > READ_BYTES_MAX) {
            *why = "is longer than 20,000 bytes";
            return STATUS_TOO_LARGE;
        }
    }
}

//  Opened without waiting: the path may name a pipe to which nobody writes.
static status_t
s_open (const char *path, int *fd, const char **why)
{
    *fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd >= 0)
        return STATUS_OK;
    *why = errno == ENOENT || errno == ENOTDIR ? "does not exist"
        : errno == EACCES || errno == EPERM ? "may not be read by this process" : "cannot be opened";
    return STATUS_SYSTEM;
}

status_t
token_check (slice_t token, const char **why)
{
    *why = "is empty";
    if (!token.size)
        return STATUS_MALFORMED;
    *why = "holds a line break or another character that no token has";
    for (size_t i = 0; i < token.size; i++)
        if (token.data [i] < ' ' || token.data [i] > '~')
            return STATUS_MALFORMED;
    return STATUS_OK;
}

status_t
token_file_read (const char *path, buffer_t *token, const char **why)
{
    assert (token->secret);
    int fd;
    status_t status = s_open (path, &fd, why);
    if (status != STATUS_OK)
        return status;
    buffer_t text;
    buffer_init_secret (&text, READ_BYTES_MAX + 1);
    status = s_read (fd, &text, why);
    close (fd);
    slice_t trimmed = s_trim (buffer_slice (&text));
    if (status == STATUS_OK && trimmed.size > TOKEN_FILE_BYTES_MAX) {
        *why = "is longer than 20,000 bytes";
        status = STATUS_TOO_LARGE;
    }
    if (status == STATUS_OK)
        status = token_check (trimmed, why);
    buffer_clear (token);
    if (status == STATUS_OK) {
        buffer_append_slice (token, trimmed);
        status = buffer_status (token);
        *why = "is longer than such a token is";
    }
    buffer_deinit (&text);
    return status;
}
