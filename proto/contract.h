/*  contract - what a tool promises and what it asks for

    One JSON file per tool (proto/tools/NAME.json) is the single source of its title, description, argument schema, service, AWS actions and
    version. The files are part of the program (the build embeds them), are parsed once at start, and are checked then: a contract that
    contradicts itself stops the program at once. Everything that must agree with a contract is made from it: tools/list, the check of
    arguments and their defaults, the list that a worker announces, the README's table, the IAM policy check.

    The check of arguments is strict, and its errors are made to be acted upon: they name the argument, say what is allowed, suggest the name
    that was probably meant, and show a right example. What passes is written as msgpack, complete with defaults, so that actors need not
    check again.

    Schemas use this part of JSON Schema: type (object, string, integer, number, boolean, array, also a list of types), properties, required,
    additionalProperties (false, or a schema for the values of a map), items, enum, minimum, maximum, minLength, maxLength, pattern (POSIX
    extended), minItems, maxItems, maxProperties, default, description. Anything else in a contract is refused at start (schema.h says what is
    demanded besides). A member of ours, "exclusive": [["a", "b", "c"]], says that a call which gives a may give neither b nor c. A property may
    have "x-mcp-header": a header of HTTP repeats its value, and the gateway compares them.

    A tool of the service local, which does not ask AWS, need not have the arguments account, region and max_bytes. Without an outputSchema it
    answers with blocks of content. "unchecked": true says that its schema uses more of JSON Schema than this part: clients are shown it as it is,
    and the arguments go to the worker as they came, who checks them. "asks": true says that the tool may have to ask its client something before it
    can answer (gateway/asks.h), and "capabilities" what its client must be able to do in any case.

    Owner:   whoever made the set; contracts are read-only afterwards and may be read from any thread. */

#ifndef CONTRACT_H
#define CONTRACT_H

#include "buffer.h"
#include "service.h"

#include <yyjson.h>

typedef struct contract  contract_t;
typedef struct contracts contracts_t;

//  One embedded file. The build makes the table contract_files, ended by a NULL name, in the order of the names.
typedef struct {
    const char *name;           //  "list_metrics"
    const char *json;
    size_t      size;
} contract_file_t;

extern const contract_file_t contract_files [];

//  INVALID_ARGUMENT for a contract that is wrong, with a sentence in *reason that names the file; NO_MEMORY. reason: 512 bytes.
enum { CONTRACT_REASON_SIZE = 512, CONTRACTS_MAX = 64 };
MUST_CHECK status_t contracts_new (const contract_file_t *files, contracts_t **self_p, char *reason);
void contracts_destroy (contracts_t **self_p);

size_t contracts_count (const contracts_t *self);
const contract_t *contracts_at (const contracts_t *self, size_t index);
const contract_t *contracts_find (const contracts_t *self, slice_t name);        //  NULL: no such tool

//  The name nearest to this one among the tools that clients see, or NULL when none is near.
const char *contracts_suggest (const contracts_t *self, slice_t name);

const char *contract_name (const contract_t *self);
const char *contract_title (const contract_t *self);
slice_t     contract_description (const contract_t *self);
service_t   contract_service (const contract_t *self);
int64_t     contract_version (const contract_t *self);
size_t      contract_index (const contract_t *self);            //  Its place in the set: contracts_at (set, index) is it
bool        contract_slow (const contract_t *self);             //  Polls or fans out
bool        contract_idempotent (const contract_t *self);       //  May be done twice
bool        contract_internal (const contract_t *self);         //  No client sees it
bool        contract_asks (const contract_t *self);             //  May ask the client something before it answers

//  The IAM actions, "cloudwatch:ListMetrics"; NULL behind the last.
const char *contract_action (const contract_t *self, size_t index);

//  What a client must be able to do to be served: "elicitation", "sampling", "roots"; NULL behind the last.
const char *contract_capability (const contract_t *self, size_t index);

//  The members of the contract as JSON text, compact: "inputSchema", "outputSchema", "annotations", "example". Absent when it has none.
slice_t     contract_json (const contract_t *self, const char *member);

//  The schema of the arguments, for those who show it.
const yyjson_val *contract_input_schema (const contract_t *self);

//  Arguments, packed, take no more than CONTRACT_BODY_MAX bytes. CONTRACT_SENTENCE_SIZE is a good limit for the buffer of the sentences: four long
//  ones fit, and what does not fit is left out.
enum { CONTRACT_BODY_MAX = 1048576, CONTRACT_SENTENCE_SIZE = 16384 };

//  Arguments that passed. Deinit in any case.
typedef struct {
    buffer_t body;              //  msgpack map of all arguments but account and region, defaults filled in
    char     account [65];      //  "" without one
    char     region [33];       //  "" without one
} contract_arguments_t;

//  arguments: an object, or NULL for none. An argument that is null is not given; 10.0 is the whole number 10; "10" is not. A whole
//  number is taken for its decimal text where a text is wanted that is no choice from a list (start_time: 1795388707). OK, or
//  INVALID_ARGUMENT with one sentence (or a few, one per argument that is wrong, at most 4) in *sentence, which the caller owns. NO_MEMORY.
MUST_CHECK status_t contract_check (const contract_t *self, const yyjson_val *arguments, contract_arguments_t *checked, buffer_t *sentence);
void contract_arguments_deinit (contract_arguments_t *checked);

#endif
