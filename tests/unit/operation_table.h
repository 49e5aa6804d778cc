/*  operation_table - does a service's table of operations agree with the contracts?

    A tool in a contract without an operation would stop the actor at its start; an operation without a contract would never be called. Include it
    behind cmocka.h. */

#ifndef OPERATION_TABLE_H
#define OPERATION_TABLE_H

#include "contract.h"
#include "operation.h"

static inline const operation_t *
table_find (const operation_t *const *operations, const char *tool)
{
    const operation_t *found = NULL;
    for (; *operations; operations++)
        if (strcmp ((*operations)->tool, tool) == 0) {
            assert_null (found);        //  Twice
            found = *operations;
        }
    return found;
}

static inline void
expect_table_agrees (const operation_t *const *operations, service_t service)
{
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    assert_int_equal (contracts_new (contract_files, &contracts, reason), STATUS_OK);
    size_t tools = 0, entries = 0;
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        if (contract_service (contract) != service)
            continue;
        tools++;
        if (!table_find (operations, contract_name (contract)))
            fail_msg ("%s has no operation", contract_name (contract));
    }
    for (; operations [entries]; entries++) {
        const operation_t *operation = operations [entries];
        assert_true (operation->begin && operation->next);
        if (!contracts_find (contracts, slice_of (operation->tool)))
            fail_msg ("%s has no contract", operation->tool);
    }
    assert_int_equal (tools, entries);
    assert_true (tools > 0);
    contracts_destroy (&contracts);
}

#endif
