#include "param_headers.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_SIZE = 128, WORDS_SIZE = 32 };

static void __attribute__ ((format (printf, 2, 3)))
s_refuse (era_error_t *error, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (error->message, sizeof error->message, format, arguments);
    va_end (arguments);
    error->code = JSONRPC_HEADER_MISMATCH;
    error->http_status = 400;
}

//  A whole number may be written in several ways: 42 and 42.0 are one.
static bool
s_same_number (slice_t text, double number)
{
    char words [WORDS_SIZE];
    if (text.size == 0 || text.size >= sizeof words)
        return false;
    memcpy (words, text.data, text.size);
    words [text.size] = 0;
    if (strspn (words, "+-.0123456789eE") != text.size)
        return false;                   //  strtod knows other words, too
    char *end;
    double said = strtod (words, &end);
    return *end == 0 && said == number;
}

static bool
s_same (slice_t text, yyjson_val *value)
{
    if (yyjson_is_str (value))
        return slice_eq (text, json_value_text (value));
    if (yyjson_is_bool (value))
        return slice_is (text, yyjson_get_bool (value) ? "true" : "false");
    return yyjson_is_num (value) && s_same_number (text, yyjson_get_num (value));
}

static void
s_check (slice_t name, yyjson_val *value, const era_headers_t *headers, era_error_t *error)
{
    char header [NAME_SIZE];
    snprintf (header, sizeof header, "Mcp-Param-%.*s", (int) name.size, name.data);
    slice_t given = headers->find ? headers->find (headers->arg, header) : SLICE_ABSENT;
    bool wanted = value && !yyjson_is_null (value);
    if (!given.data) {
        if (wanted)
            s_refuse (error, "Header mismatch: %s is missing.", header);
        return;
    }
    buffer_t text;
    buffer_init (&text, given.size + 16);
    if (era_header_value (given, &text) != STATUS_OK)
        s_refuse (error, "Header mismatch: %s cannot be decoded.", header);
    else if (!wanted || !s_same (buffer_slice (&text), value))
        s_refuse (error, "Header mismatch: %s does not say what the argument says.", header);
    buffer_deinit (&text);
}

void
param_headers_check (const contract_t *contract, yyjson_val *arguments, const era_headers_t *headers, era_error_t *error)
{
    size_t index, count;
    yyjson_val *key, *property;
    yyjson_val *schema = (yyjson_val *) (uintptr_t) contract_input_schema (contract);       //  yyjson's getters take no const
    *error = (era_error_t) { .http_status = 200 };
    yyjson_obj_foreach (json_members (yyjson_obj_get (schema, "properties")), index, count, key, property) {
        slice_t name = json_text (property, "x-mcp-header");
        if (name.data && !error->code)
            s_check (name, yyjson_obj_get (arguments, yyjson_get_str (key)), headers, error);
    }
}
