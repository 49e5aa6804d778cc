/*  wire - AWS's JSON protocols, as a service speaks them; the older one is in query.h

    CloudWatch speaks awsJson1_0 (target GraniteServiceVersion20100801.X), CloudWatch Logs awsJson1_1 (target Logs_20140328.X). A target
    leads to an operation in a table; its input is held against the operation's model; the operation fills the output or refuses in AWS's
    words; this file writes either as the service would. Operations that AWS has and the table does not answer NotImplemented.

    CloudWatch is older than its JSON: clients that say "x-amzn-query-mode: true" are told the older code of an error in a header of its own.

    Thread: one. Never: sends, or knows of connections. */

#ifndef SIM_WIRE_H
#define SIM_WIRE_H

#include "checks.h"
#include "issued_keys.h"
#include "shop.h"

typedef struct {
    const char *name;                   //  As a signature's scope names it
    const char *target;                 //  What stands before the operation's name
    const char *content_type;
    const char *invalid;                //  Its code for an input that breaks its model
    const char *namespace;              //  Before the code of an error that its model has; "" where it writes none
    bool        query_compatible;
    const char *not_simulated;          //  AWS's other operations, one space around each
    const char *version;                //  Of the Query protocol (query.h), and its namespace; NULL where it is not spoken
    const char *xml_namespace;
} wire_service_t;

extern const wire_service_t WIRE_MONITORING;
extern const wire_service_t WIRE_LOGS;
extern const wire_service_t WIRE_STS;

typedef struct wire_call wire_call_t;

//  What the STS works with.
typedef struct {
    issued_keys_t *issued;
    int64_t now_ms;                     //  Of the simulator's clock, never the fixed one
    int64_t life_ms;                    //  Of the keys that it gives; 0: as asked
} wire_sts_t;

typedef struct {
    const wire_service_t *service;
    const char *name;
    const check_t *members;             //  Of the input
    void (*answer) (wire_call_t *call);
    bool open;                          //  Needs no signature
} wire_operation_t;

//  One request under way. An operation reads the upper half and fills output, or calls wire_refuse; it returns at once after that.
struct wire_call {
    const wire_operation_t *operation;
    const shop_t *shop;
    const char *region;
    const char *key_id;                 //  Who asks; NULL in the JSON protocols, where no operation wants to know
    const wire_sts_t *sts;              //  In the Query protocol, where the STS is asked; may be NULL where nothing but its caller is asked for
    const yyjson_val *input;            //  An object that fits the model
    yyjson_mut_doc *doc;
    yyjson_mut_val *output;
    const char *refusal;                //  The code, once refused
    buffer_t message;
};

//  What goes back, without the headers that every answer has.
typedef struct {
    int status;
    const char *content_type;
    char query_error [96];              //  For x-amzn-query-error; empty for none
    buffer_t body;
} wire_answer_t;

//  Where a target leads. The service is NULL when no service has it, the operation when it is not simulated; the name is the target's last
//  part, of the target's own bytes.
typedef struct {
    const wire_service_t *service;
    const wire_operation_t *operation;
    slice_t name;
    bool query;                         //  By the Query protocol
} wire_route_t;

wire_route_t wire_route (slice_t target);

//  The service's operation of this name (any service's for NULL), or NULL; and whether AWS has one of this name that is not simulated.
const wire_operation_t *wire_find_operation (const wire_service_t *service, slice_t name);
bool wire_knows (const wire_service_t *service, slice_t name);

//  Is this the name of an operation that the simulator has?
bool wire_has_operation (slice_t name);

//  What AWS answers with: a code's status, its older name where a service keeps one, who is at fault, and whether it is in a service's model.
typedef struct {
    const char *code;
    const char *query_code;
    int  status;
    bool receiver;
    bool modelled;
} wire_refusal_t;

//  The code must be in the table.
const wire_refusal_t *wire_refusal (const char *code);

//  Holds the call's input against its model, and lets the operation fill its output or refuse.
void wire_run (wire_call_t *call);

//  Runs the operation. The answer's body is the caller's to deinit.
void wire_answer (const wire_operation_t *operation, const shop_t *shop, const char *region, slice_t body, wire_answer_t *answer);

//  An answer that is an error. The status is the code's own, unless another is given (0: none). The service may be NULL.
void wire_fail (const wire_service_t *service, const char *code, int status, slice_t message, wire_answer_t *answer);

//  For a route without an operation: UnknownOperationException, or NotImplemented.
void wire_fail_route (const wire_route_t *route, wire_answer_t *answer);

//  For operations.
void wire_refuse (wire_call_t *call, const char *code, const char *format, ...) __attribute__ ((format (printf, 3, 4)));

//  Where the page begins, 0 without a token; false, after refusing with the code, when the token is not of this question.
bool wire_page_begin (wire_call_t *call, const char *token_member, const char *size_member, const char *refusal, uint64_t *offset);
void wire_page_end (wire_call_t *call, const char *token_member, const char *size_member, uint64_t next_offset);

#endif
