/*  jsonrpc - JSON-RPC 2.0 messages, read strictly and answered exactly

    A message is a request, a notification, a response, or none of these. An id is echoed as it came: 0 is an id, a 64-bit number keeps all its
    digits, a string stays that string.

    Thread: any; no state. Source: JSON-RPC 2.0, and MCP's restrictions (an id is a string or a whole number, never null). */

#ifndef JSONRPC_H
#define JSONRPC_H

#include "json.h"

//  The codes that we send. Those of -32020 … -32022 are MCP's.
enum {
    JSONRPC_PARSE_ERROR = -32700,
    JSONRPC_INVALID_REQUEST = -32600,
    JSONRPC_METHOD_NOT_FOUND = -32601,
    JSONRPC_INVALID_PARAMS = -32602,
    JSONRPC_INTERNAL_ERROR = -32603,
    JSONRPC_HEADER_MISMATCH = -32020,
    JSONRPC_MISSING_CAPABILITY = -32021,
    JSONRPC_UNSUPPORTED_VERSION = -32022,
    JSONRPC_BAD_HEADER_VERSION = -32000,        //  Of the older revisions: a version header that nobody knows
    JSONRPC_RESOURCE_NOT_FOUND = -32002,        //  Of the older revisions; the modern one has INVALID_PARAMS for it
};

enum { JSONRPC_ID_BYTES_MAX = 1024 };

typedef enum { JSONRPC_REQUEST, JSONRPC_NOTIFICATION, JSONRPC_RESPONSE, JSONRPC_INVALID } jsonrpc_kind_t;

typedef struct {
    jsonrpc_kind_t kind;
    const char   *problem;              //  JSONRPC_INVALID: a sentence
    buffer_t      id;                   //  As JSON text, ready to be echoed; empty when there is none or it could not be read
    slice_t       method;
    yyjson_val   *params;               //  An object, or NULL
} jsonrpc_t;

//  An id of a message, or one that is spoken of, as JSON text. False for what is none, or is too long for the buffer.
MUST_CHECK bool jsonrpc_append_id (buffer_t *out, yyjson_val *id);

//  Looks at one value. The slices belong to its document; deinit in any case.
void jsonrpc_read (jsonrpc_t *self, yyjson_val *value);
void jsonrpc_deinit (jsonrpc_t *self);

//  {"jsonrpc":"2.0","id":ID,"result":RESULT}. result is JSON text.
void jsonrpc_write_result (buffer_t *out, slice_t id, slice_t result);

//  {"jsonrpc":"2.0","id":ID,"error":{"code":CODE,"message":MESSAGE[,"data":DATA]}}. An empty id is left out; data is JSON text or absent.
void jsonrpc_write_error (buffer_t *out, slice_t id, int code, slice_t message, slice_t data);

//  A message for a transport that tells them apart by line breaks. JSON has these between its words only, where a blank does as well.
void jsonrpc_append_line (buffer_t *out, slice_t json);

#endif
