/*  contract_parts - the inside of a contract

    For contract*.c only: contract.c keeps the set, contract_load.c makes one contract from its file, contract_check.c applies it.

    Owner:   the set; read-only once it is loaded. */

#ifndef CONTRACT_PARTS_H
#define CONTRACT_PARTS_H

#include "contract.h"
#include "schema.h"

enum { CONTRACT_PAIRS_MAX = 32, CONTRACT_MEMBERS_SHOWN = 4 };

//  Two arguments of which a call may give one.
typedef struct {
    const char *one;
    const char *other;
} contract_pair_t;

struct contract {
    yyjson_doc *doc;            //  Owns all texts below
    yyjson_val *root;
    const char *name;
    const char *title;
    slice_t     description;
    service_t   service;
    int64_t     version;
    size_t      index;          //  In the set
    bool        slow;
    bool        idempotent;
    bool        internal;
    bool        asks;
    schema_t   *schema;         //  Of the arguments; NULL: they are not checked here
    contract_pair_t pairs [CONTRACT_PAIRS_MAX];
    size_t      pair_count;
    char       *shown [CONTRACT_MEMBERS_SHOWN];     //  Compact JSON, as in CONTRACT_SHOWN; NULL when absent
    size_t      shown_size [CONTRACT_MEMBERS_SHOWN];
};

//  The members that contract_json gives.
extern const char *const CONTRACT_SHOWN [CONTRACT_MEMBERS_SHOWN];

//  Fills an empty contract from its file and checks it; what contracts_new says of status and reason holds. Unload in any case.
MUST_CHECK status_t contract_load (contract_t *self, const contract_file_t *file, char *reason);
void contract_unload (contract_t *self);

//  Does the value follow the schema? Says what is wrong in sentence, naming it by name. For the contract's own defaults.
bool contract_check_value (const schema_t *schema, yyjson_val *value, slice_t name, buffer_t *sentence);

#endif
