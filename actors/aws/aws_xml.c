#include "aws_xml.h"

#include <expat.h>

typedef struct {
    XML_Parser      parser;
    yyjson_mut_doc *doc;
    yyjson_mut_val *open [AWS_XML_DEPTH_MAX];           //  The elements that are open, as objects
    int             depth;
    int             elements;
    buffer_t        text;               //  Of the innermost one, since it was opened
    bool            failed;             //  Beyond a limit, or without memory
} reading_t;

static void
s_stop (reading_t *self)
{
    self->failed = true;
    XML_StopParser (self->parser, XML_FALSE);
}

static void
s_opened (void *arg, const XML_Char *name, const XML_Char **attributes)
{
    (void) name;
    (void) attributes;
    reading_t *self = arg;
    yyjson_mut_val *object = yyjson_mut_obj (self->doc);
    if (!object || self->depth == AWS_XML_DEPTH_MAX || ++self->elements > AWS_XML_ELEMENTS_MAX) {
        s_stop (self);
        return;
    }
    self->open [self->depth++] = object;
    buffer_clear (&self->text);
}

//  The name without a prefix: "sts:Code" is "Code".
static const char *
s_local (const char *name)
{
    const char *colon = strrchr (name, ':');
    return colon ? colon + 1 : name;
}

static void
s_closed (void *arg, const XML_Char *name)
{
    reading_t *self = arg;
    if (self->failed)
        return;
    yyjson_mut_val *value = self->open [--self->depth];
    yyjson_mut_val *parent = self->depth ? self->open [self->depth - 1] : NULL;
    if (!parent) {
        yyjson_mut_doc_set_root (self->doc, value);
        return;
    }
    if (yyjson_mut_obj_size (value) == 0)
        value = yyjson_mut_strncpy (self->doc, self->text.size ? self->text.data : "", self->text.size);
    yyjson_mut_val *key = yyjson_mut_strcpy (self->doc, s_local (name));
    bool first = !yyjson_mut_obj_get (parent, s_local (name));
    if (first && !yyjson_mut_obj_add (parent, key, value))
        s_stop (self);
}

static void
s_text (void *arg, const XML_Char *text, int size)
{
    reading_t *self = arg;
    buffer_append (&self->text, text, (size_t) size);
    if (buffer_status (&self->text) != STATUS_OK)
        s_stop (self);
}

static void
s_document_type (void *arg, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
    (void) name;
    (void) system;
    (void) public;
    (void) internal;
    s_stop (arg);
}

static bool
s_parse (reading_t *self, slice_t xml)
{
    XML_SetUserData (self->parser, self);
    XML_SetElementHandler (self->parser, s_opened, s_closed);
    XML_SetCharacterDataHandler (self->parser, s_text);
    XML_SetStartDoctypeDeclHandler (self->parser, s_document_type);
    return XML_Parse (self->parser, xml.data, (int) xml.size, XML_TRUE) == XML_STATUS_OK && !self->failed;
}

status_t
aws_xml_read (slice_t xml, yyjson_doc **doc)
{
    *doc = NULL;
    if (xml.size == 0 || xml.size > INT32_MAX)
        return STATUS_MALFORMED;
    reading_t self = { .parser = XML_ParserCreate (NULL), .doc = yyjson_mut_doc_new (NULL) };
    buffer_init (&self.text, AWS_XML_TEXT_BYTES_MAX);
    status_t status = self.parser && self.doc ? STATUS_MALFORMED : STATUS_NO_MEMORY;
    if (status == STATUS_MALFORMED && s_parse (&self, xml)) {
        *doc = yyjson_mut_doc_imut_copy (self.doc, NULL);
        status = *doc ? STATUS_OK : STATUS_NO_MEMORY;
    }
    buffer_deinit (&self.text);
    yyjson_mut_doc_free (self.doc);
    if (self.parser)
        XML_ParserFree (self.parser);
    return status;
}
