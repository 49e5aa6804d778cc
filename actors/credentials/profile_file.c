#include "profile_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

bool
profile_files_has_sso_session (const profile_files_t *self, slice_t session)
{
    return section_has (buffer_slice (&self->config.text), (section_t) { "sso-session", session });
}

slice_t
profile_files_sso_session_value (const profile_files_t *self, slice_t session, const char *key)
{
    return section_value (buffer_slice (&self->config.text), (section_t) { "sso-session", session }, key);
}

bool
profile_files_has_services (const profile_files_t *self, slice_t services)
{
    return section_has (buffer_slice (&self->config.text), (section_t) { "services", services });
}

slice_t
profile_files_services_value (const profile_files_t *self, slice_t services, const char *service, const char *key)
{
    return section_inner_value (buffer_slice (&self->config.text), (section_t) { "services", services }, service, key);
}
