/*  param_headers - arguments that a header repeats

    A tool's property with "x-mcp-header": "Region" has its value in the header Mcp-Param-Region too, so that a proxy can route by it without
    reading the body. Of two places one could be believed by the proxy and the other by us: they must say the same (2026-07-28, over HTTP).

    Thread: any; no state. Source: MCP specification 2026-07-28, basic/transports. */

#ifndef PARAM_HEADERS_H
#define PARAM_HEADERS_H

#include "contract.h"
#include "era.h"

//  Do the headers repeat the arguments (an object, or NULL) as the contract demands? error->code says so.
void param_headers_check (const contract_t *contract, yyjson_val *arguments, const era_headers_t *headers, era_error_t *error);

#endif
