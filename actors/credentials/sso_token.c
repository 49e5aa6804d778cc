#include "sso_token.h"

#include "json.h"
#include "moment.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

//  A token has a few hundred bytes, one of IAM Identity Center's client secrets some thousands.
enum { TOKEN_BYTES_MAX = 16 * 1024, DOCUMENT_BYTES_MAX = 20 * SSO_TOKEN_FILE_BYTES_MAX, SHA1_SIZE = 20 };

//  A renewed token is not good for longer than a person could wish for; beyond it the number is an error.
static const int64_t EXPIRES_IN_MAX_S = 366 * 24 * 3600;

void
sso_token_init (sso_token_t *self)
{
    *self = (sso_token_t) { 0 };
    buffer_init_secret (&self->file, SSO_TOKEN_FILE_BYTES_MAX + 1);
    buffer_init_secret (&self->access_token, TOKEN_BYTES_MAX);
    buffer_init_secret (&self->refresh_token, TOKEN_BYTES_MAX);
    buffer_init_secret (&self->client_id, TOKEN_BYTES_MAX);
    buffer_init_secret (&self->client_secret, TOKEN_BYTES_MAX);
}

void
sso_token_deinit (sso_token_t *self)
{
    buffer_deinit (&self->file);
    buffer_deinit (&self->access_token);
    buffer_deinit (&self->refresh_token);
    buffer_deinit (&self->client_id);
    buffer_deinit (&self->client_secret);
}

status_t
sso_token_path (const char *home, slice_t name, char *path, size_t size)
{
    unsigned char digest [SHA1_SIZE];
    char hex [2 * SHA1_SIZE + 1];
    if (EVP_Digest (name.size ? name.data : "", name.size, digest, NULL, EVP_sha1 (), NULL) != 1)
        return STATUS_INTERNAL;
    for (int i = 0; i < SHA1_SIZE; i++)
        snprintf (hex + 2 * i, 3, "%02x", digest [i]);
    int written = snprintf (path, size, "%s/.aws/sso/cache/%s.json", home, hex);
    return written > 0 && (size_t) written < size ? STATUS_OK : STATUS_TOO_LARGE;
}

//  --- Reading

static status_t
s_read_file (buffer_t *file, int fd, buffer_t *why)
{
    for (;;) {
        char *room = buffer_reserve (file, SSO_TOKEN_FILE_BYTES_MAX + 1 - file->size);
        if (!room)
            return buffer_status (file);
        ssize_t size = read (fd, room, SSO_TOKEN_FILE_BYTES_MAX + 1 - file->size);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0) {
            buffer_printf (why, "cannot be read: %s", strerror (errno));
            return STATUS_SYSTEM;
        }
        if (size == 0)
            return STATUS_OK;
        buffer_advance (file, (size_t) size);
        if (file->size > SSO_TOKEN_FILE_BYTES_MAX) {
            buffer_printf (why, "is larger than %d bytes", SSO_TOKEN_FILE_BYTES_MAX);
            return STATUS_MALFORMED;
        }
    }
}

//  "2026-11-22T20:00:00Z"; the command line once wrote "UTC" for "Z".
static bool
s_moment (slice_t text, int64_t *moment_ms)
{
    char copy [40];
    if (text.size < 19 || text.size >= sizeof copy || text.data [10] != 'T')
        return false;
    memcpy (copy, text.data, text.size);
    if (memcmp (copy + text.size - 3, "UTC", 3) == 0) {
        copy [text.size - 3] = 'Z';
        text.size -= 2;
    }
    return moment_read ((slice_t) { copy, text.size }, 0, moment_ms);
}

//  What is wrong with it; NULL: nothing.
static const char *
s_take_members (sso_token_t *self, const yyjson_val *document)
{
    const struct {
        const char *key;
        buffer_t *to;
    } members [] = {
        { "accessToken", &self->access_token }, { "refreshToken", &self->refresh_token },
        { "clientId", &self->client_id }, { "clientSecret", &self->client_secret },
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        buffer_append_slice (members [i].to, json_text (document, members [i].key));
        if (buffer_status (members [i].to) == STATUS_TOO_LARGE)
            return "holds a token that is longer than any is";
    }
    if (!self->access_token.size && buffer_status (&self->access_token) == STATUS_OK)
        return "has no accessToken";
    if (!s_moment (json_text (document, "expiresAt"), &self->expires_ms))
        return "has no expiresAt that is a time like 2026-11-22T20:00:00Z";
    if (!s_moment (json_text (document, "registrationExpiresAt"), &self->registration_expires_ms))
        self->registration_expires_ms = 0;
    return NULL;
}

static status_t
s_parse (sso_token_t *self, buffer_t *why)
{
    buffer_t memory;
    yyjson_doc *doc;
    buffer_init_secret (&memory, DOCUMENT_BYTES_MAX);
    status_t status = json_read_secret (buffer_slice (&self->file), JSON_DEPTH_MAX, &memory, &doc);
    if (status == STATUS_OK) {
        const char *wrong = s_take_members (self, yyjson_doc_get_root (doc));
        if (wrong) {
            buffer_append_text (why, wrong);
            status = STATUS_MALFORMED;
        }
        else if (buffer_status (&self->access_token) || buffer_status (&self->refresh_token) || buffer_status (&self->client_id)
                 || buffer_status (&self->client_secret))
            status = STATUS_NO_MEMORY;
    }
    else if (status != STATUS_NO_MEMORY) {
        buffer_append_text (why, "is not JSON");
        status = STATUS_MALFORMED;
    }
    buffer_deinit (&memory);
    return status;
}

status_t
sso_token_load (sso_token_t *self, const char *path, buffer_t *why)
{
    int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);    //  Without waiting: it may be a pipe to which nobody writes
    if (fd < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return STATUS_NOT_FOUND;
        buffer_printf (why, "cannot be read: %s", strerror (errno));
        return STATUS_SYSTEM;
    }
    status_t status = s_read_file (&self->file, fd, why);
    close (fd);
    return status == STATUS_OK ? s_parse (self, why) : status;
}

//  --- Renewing

bool
sso_token_renewable (const sso_token_t *self, int64_t now_ms)
{
    bool registered = self->registration_expires_ms == 0 || self->registration_expires_ms > now_ms;
    return registered && self->refresh_token.size && self->client_id.size && self->client_secret.size;
}

static void
s_write_member (buffer_t *out, const char *key, slice_t text)
{
    buffer_append_text (out, out->size > 1 ? ", \"" : "\"");
    buffer_append_text (out, key);
    buffer_append_text (out, "\": ");
    json_append_string (out, text);
}

void
sso_token_write_request (const sso_token_t *self, buffer_t *out)
{
    buffer_append_char (out, '{');
    s_write_member (out, "clientId", buffer_slice (&self->client_id));
    s_write_member (out, "clientSecret", buffer_slice (&self->client_secret));
    s_write_member (out, "grantType", SLICE ("refresh_token"));
    s_write_member (out, "refreshToken", buffer_slice (&self->refresh_token));
    buffer_append_char (out, '}');
}

static status_t
s_replace (buffer_t *buffer, slice_t text)
{
    buffer_clear (buffer);
    buffer_append_slice (buffer, text);
    return buffer_status (buffer);
}

status_t
sso_token_take (sso_token_t *self, slice_t answer, int64_t now_ms)
{
    buffer_t memory;
    yyjson_doc *doc;
    buffer_init_secret (&memory, DOCUMENT_BYTES_MAX);
    status_t status = json_read_secret (answer, JSON_DEPTH_MAX, &memory, &doc);
    const yyjson_val *root = status == STATUS_OK ? yyjson_doc_get_root (doc) : NULL;
    slice_t access_token = json_text (root, "accessToken"), refresh_token = json_text (root, "refreshToken");
    int64_t expires_in_s = json_int (root, "expiresIn", 0);
    if (status != STATUS_NO_MEMORY) {
        bool good = access_token.size && access_token.size <= TOKEN_BYTES_MAX && refresh_token.size <= TOKEN_BYTES_MAX && expires_in_s > 0
            && expires_in_s <= EXPIRES_IN_MAX_S;
        status = good ? s_replace (&self->access_token, access_token) : STATUS_MALFORMED;
    }
    if (status == STATUS_OK && refresh_token.size)
        status = s_replace (&self->refresh_token, refresh_token);
    if (status == STATUS_OK)
        self->expires_ms = now_ms + expires_in_s * 1000;
    buffer_deinit (&memory);
    return status;
}

//  --- Writing

//  The members of the file that a renewal does not change, as they stand there.
static void
s_write_others (buffer_t *out, yyjson_val *document, const yyjson_alc *allocator)
{
    size_t at, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach (document, at, count, key, value) {
        slice_t name = json_value_text (key);
        if (slice_is (name, "accessToken") || slice_is (name, "expiresAt") || slice_is (name, "refreshToken"))
            continue;
        size_t size;
        char *text = yyjson_val_write_opts (value, YYJSON_WRITE_NOFLAG, allocator, &size, NULL);
        if (!text) {
            out->status = STATUS_NO_MEMORY;
            return;
        }
        buffer_append_text (out, out->size > 1 ? ", " : "");
        json_append_string (out, name);
        buffer_append_text (out, ": ");
        buffer_append (out, text, size);
        allocator->free (allocator->ctx, text);
    }
}

static void
s_write_document (const sso_token_t *self, yyjson_val *document, const yyjson_alc *allocator, buffer_t *out)
{
    char expires [sizeof "2026-11-22T20:00:00Z"];
    struct tm when;
    time_t seconds = (time_t) (self->expires_ms / 1000);
    gmtime_r (&seconds, &when);
    strftime (expires, sizeof expires, "%Y-%m-%dT%H:%M:%SZ", &when);
    buffer_append_char (out, '{');
    s_write_others (out, document, allocator);
    s_write_member (out, "accessToken", buffer_slice (&self->access_token));
    s_write_member (out, "expiresAt", slice_of (expires));
    if (self->refresh_token.size)
        s_write_member (out, "refreshToken", buffer_slice (&self->refresh_token));
    buffer_append_char (out, '}');
}

static status_t
s_write_file (int fd, slice_t text)
{
    while (text.size) {
        ssize_t size = write (fd, text.data, text.size);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return STATUS_SYSTEM;
        text = (slice_t) { text.data + size, text.size - (size_t) size };
    }
    return fsync (fd) == 0 ? STATUS_OK : STATUS_SYSTEM;
}

//  The new file is its owner's as the old one was: who signs in by hand may be somebody else than this process.
static status_t
s_keep_owner (int fd, const char *path)
{
    struct stat old;
    bool other = stat (path, &old) == 0 && (old.st_uid != geteuid () || old.st_gid != getegid ());
    return other && fchown (fd, old.st_uid, old.st_gid) < 0 ? STATUS_SYSTEM : STATUS_OK;
}

//  Into a file beside it, which then takes its place. mkostemp makes it for the owner alone.
static status_t
s_replace_file (const char *path, slice_t text)
{
    char beside [SSO_TOKEN_PATH_SIZE + 8];
    int written = snprintf (beside, sizeof beside, "%s.XXXXXX", path);
    if (written < 0 || (size_t) written >= sizeof beside) {
        errno = ENAMETOOLONG;
        return STATUS_SYSTEM;
    }
    int fd = mkostemp (beside, O_CLOEXEC);
    if (fd < 0)
        return STATUS_SYSTEM;
    status_t status = s_keep_owner (fd, path);
    if (status == STATUS_OK)
        status = s_write_file (fd, text);
    int error = errno;
    if (close (fd) < 0 && status == STATUS_OK) {
        status = STATUS_SYSTEM;
        error = errno;
    }
    if (status == STATUS_OK && rename (beside, path) < 0) {
        status = STATUS_SYSTEM;
        error = errno;
    }
    if (status != STATUS_OK)
        unlink (beside);
    errno = error;
    return status;
}

status_t
sso_token_save (const sso_token_t *self, const char *path)
{
    buffer_t memory, room, out;
    yyjson_doc *doc;
    yyjson_alc allocator;
    buffer_init_secret (&memory, DOCUMENT_BYTES_MAX);
    buffer_init_secret (&room, DOCUMENT_BYTES_MAX);
    buffer_init_secret (&out, DOCUMENT_BYTES_MAX);
    status_t status = json_read_secret (buffer_slice (&self->file), JSON_DEPTH_MAX, &memory, &doc);
    if (status == STATUS_OK) {
        //  For what the writer makes of one member: six bytes for one at most, and as much again while it grows
        size_t size = 16 * self->file.size + 4096;
        char *bytes = buffer_reserve (&room, size);
        status = bytes && yyjson_alc_pool_init (&allocator, bytes, size) ? STATUS_OK : STATUS_NO_MEMORY;
        if (bytes)
            buffer_advance (&room, size);
    }
    if (status == STATUS_OK) {
        s_write_document (self, yyjson_doc_get_root (doc), &allocator, &out);
        status = buffer_status (&out);
    }
    if (status == STATUS_OK)
        status = s_replace_file (path, buffer_slice (&out));
    int error = errno;
    buffer_deinit (&out);
    buffer_deinit (&room);
    buffer_deinit (&memory);
    errno = error;
    return status;
}
