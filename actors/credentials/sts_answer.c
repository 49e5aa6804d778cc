/*  The parser tells where elements begin and end; path holds the names of those that are open. A text is kept when its element stands in a place that
    is wanted (PLACES), by the end of its path: what stands around it differs from one request to the next. */

#include "sts_answer.h"

#include "moment.h"

#include <expat.h>
#include <stdlib.h>

enum { NAME_SIZE = 32, EXPIRATION_BYTES_MAX = 64, CODE_BYTES_MAX = 256, MESSAGE_BYTES_MAX = 4096 };

typedef struct {
    XML_Parser   parser;
    int          depth;
    char         path [STS_DEPTH_MAX] [NAME_SIZE];      //  A longer name is cut: it is none of ours
    found_keys_t *keys;
    buffer_t     expiration, code, message;
    buffer_t    *into;                  //  Of the element that is open; NULL: its text is of no use
} reading_t;

//  --- The parser's memory, which is wiped: a size stands in front of every piece

typedef struct {
    _Alignas (max_align_t) size_t size;
} piece_t;

static void *
s_allocate (size_t size)
{
    piece_t *piece = size < SIZE_MAX - sizeof *piece ? malloc (sizeof *piece + size) : NULL;
    if (!piece)
        return NULL;
    piece->size = size;
    return piece + 1;
}

static void
s_release (void *memory)
{
    if (!memory)
        return;
    piece_t *piece = (piece_t *) memory - 1;
    explicit_bzero (memory, piece->size);
    free (piece);
}

static void *
s_reallocate (void *memory, size_t size)
{
    void *larger = s_allocate (size);
    if (larger && memory) {
        size_t old = ((piece_t *) memory - 1)->size;
        memcpy (larger, memory, old < size ? old : size);
        s_release (memory);
    }
    return larger;
}

//  --- Elements

//  The name without a prefix: "sts:Code" is "Code".
static const char *
s_local (const char *name)
{
    const char *colon = strrchr (name, ':');
    return colon ? colon + 1 : name;
}

static buffer_t *
s_place (reading_t *self)
{
    const struct {
        const char *parent, *name;
        buffer_t *into;
    } places [] = {
        { "Credentials", "AccessKeyId", &self->keys->key_id },
        { "Credentials", "SecretAccessKey", &self->keys->secret },
        { "Credentials", "SessionToken", &self->keys->token },
        { "Credentials", "Expiration", &self->expiration },
        { "Error", "Code", &self->code },
        { "Error", "Message", &self->message },
    };
    if (self->depth < 2)
        return NULL;
    for (size_t i = 0; i < sizeof places / sizeof places [0]; i++)
        if (strcmp (self->path [self->depth - 1], places [i].name) == 0 && strcmp (self->path [self->depth - 2], places [i].parent) == 0)
            return places [i].into->size ? NULL : places [i].into;      //  The first one counts
    return NULL;
}

static void
s_opened (void *arg, const XML_Char *name, const XML_Char **attributes)
{
    (void) attributes;
    reading_t *self = arg;
    if (self->depth == STS_DEPTH_MAX) {
        XML_StopParser (self->parser, XML_FALSE);
        return;
    }
    char *place = self->path [self->depth++];
    const char *local = s_local (name);
    size_t size = strnlen (local, NAME_SIZE - 1);
    memcpy (place, local, size);
    place [size] = 0;
    self->into = s_place (self);
}

static void
s_closed (void *arg, const XML_Char *name)
{
    (void) name;
    reading_t *self = arg;
    self->depth -= self->depth > 0;
    self->into = NULL;
}

static void
s_text (void *arg, const XML_Char *text, int size)
{
    reading_t *self = arg;
    if (self->into)
        buffer_append (self->into, text, (size_t) size);
}

static void
s_document_type (void *arg, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
    (void) name;
    (void) system;
    (void) public;
    (void) internal;
    XML_StopParser (((reading_t *) arg)->parser, XML_FALSE);
}

//  Reads the document. OK, MALFORMED, NO_MEMORY.
static status_t
s_parse (reading_t *self, slice_t body)
{
    static const XML_Memory_Handling_Suite MEMORY = { s_allocate, s_reallocate, s_release };
    if (body.size == 0 || body.size > INT32_MAX)
        return STATUS_MALFORMED;
    self->parser = XML_ParserCreate_MM (NULL, &MEMORY, NULL);
    if (!self->parser)
        return STATUS_NO_MEMORY;
    XML_SetUserData (self->parser, self);
    XML_SetElementHandler (self->parser, s_opened, s_closed);
    XML_SetCharacterDataHandler (self->parser, s_text);
    XML_SetStartDoctypeDeclHandler (self->parser, s_document_type);
    bool good = XML_Parse (self->parser, body.data, (int) body.size, XML_TRUE) == XML_STATUS_OK;
    bool memory = XML_GetErrorCode (self->parser) == XML_ERROR_NO_MEMORY;
    XML_ParserFree (self->parser);
    return good ? STATUS_OK : memory ? STATUS_NO_MEMORY : STATUS_MALFORMED;
}

//  --- The answer

static status_t
s_broken (int http_status, const char *what, aws_error_t *error)
{
    aws_error_say (http_status, SLICE_ABSENT, slice_of (what), error);
    error->class = AWS_BROKEN;
    return STATUS_MALFORMED;
}

static status_t
s_judge (reading_t *self, int http_status, status_t parsed, aws_error_t *error)
{
    int64_t expires_ms = 0;
    if (parsed == STATUS_NO_MEMORY)
        return parsed;
    if (http_status < 200 || http_status >= 300) {
        aws_error_say (http_status, buffer_slice (&self->code), buffer_slice (&self->message), error);
        status_t status = aws_error_status (error->class);
        return status == STATUS_OK ? STATUS_AWS_FAULT : status;
    }
    if (parsed != STATUS_OK)
        return s_broken (http_status, "the answer is not the XML that STS sends", error);
    if (!self->keys->key_id.size || !self->keys->secret.size || !self->keys->token.size)
        return s_broken (http_status, "the answer holds no credentials", error);
    if (!moment_read (buffer_slice (&self->expiration), 0, &expires_ms))
        return s_broken (http_status, "the answer does not say when the credentials end", error);
    self->keys->expires_ms = expires_ms;
    *error = (aws_error_t) { .class = AWS_NO_ERROR };
    return STATUS_OK;
}

status_t
sts_answer_read (int http_status, slice_t body, found_keys_t *keys, aws_error_t *error)
{
    reading_t self = { .keys = keys };
    buffer_init (&self.expiration, EXPIRATION_BYTES_MAX);
    buffer_init (&self.code, CODE_BYTES_MAX);
    buffer_init (&self.message, MESSAGE_BYTES_MAX);
    status_t status = s_judge (&self, http_status, s_parse (&self, body), error);
    if (status != STATUS_OK)
        found_keys_deinit (keys);
    buffer_deinit (&self.expiration);
    buffer_deinit (&self.code);
    buffer_deinit (&self.message);
    return status;
}
