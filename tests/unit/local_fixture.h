/*  local_fixture - a tool that is answered without a worker, asked as a client asks

    Include it behind cmocka.h. */

#ifndef LOCAL_FIXTURE_H
#define LOCAL_FIXTURE_H

#include "contract.h"
#include "expect.h"
#include "json.h"
#include "local_tools.h"

//  The end of the last call.
static struct {
    int         ended;
    status_t    status;
    yyjson_doc *answer;
    char        sentence [4096];
} local;

static contracts_t *local_contracts;

static inline int
begin_local (void **state)
{
    (void) state;
    char reason [CONTRACT_REASON_SIZE];
    memset (&local, 0, sizeof local);
    assert_int_equal (contracts_new (contract_files, &local_contracts, reason), STATUS_OK);
    return 0;
}

static inline int
end_local (void **state)
{
    (void) state;
    yyjson_doc_free (local.answer);
    contracts_destroy (&local_contracts);
    return 0;
}

static inline void
local_done (void *arg, const dispatch_outcome_t *outcome)
{
    assert_ptr_equal (arg, &local);
    assert_int_equal (++local.ended, 1);
    local.status = outcome->status;
    snprintf (local.sentence, sizeof local.sentence, "%.*s", (int) outcome->text.size, outcome->text.data ? outcome->text.data : "");
    if (outcome->status == STATUS_OK)
        assert_int_equal (json_read (outcome->json, JSON_DEPTH_MAX, &local.answer, NULL), STATUS_OK);
}

//  The status with which the call ends; the answer, or the sentence, is in local.
static inline status_t
end_of_local (const char *tool, const char *arguments)
{
    const contract_t *contract = contracts_find (local_contracts, slice_of (tool));
    contract_arguments_t checked;
    buffer_t sentence;
    yyjson_doc *doc = yyjson_read (arguments, strlen (arguments), 0);
    assert_true (contract && doc);
    buffer_init (&sentence, CONTRACT_SENTENCE_SIZE);
    if (contract_check (contract, yyjson_doc_get_root (doc), &checked, &sentence) != STATUS_OK)
        fail_msg ("%.*s", (int) sentence.size, sentence.data);
    yyjson_doc_free (local.answer);
    local.answer = NULL;
    local.ended = 0;
    assert_true (local_tools_serve (contract, buffer_slice (&checked.body), clock_system (), local_done, &local));
    assert_int_equal (local.ended, 1);
    contract_arguments_deinit (&checked);
    buffer_deinit (&sentence);
    yyjson_doc_free (doc);
    return local.status;
}

static inline yyjson_val *
ask_local (const char *tool, const char *arguments)
{
    if (end_of_local (tool, arguments) != STATUS_OK)
        fail_msg ("%s: %s", tool, local.sentence);
    return yyjson_doc_get_root (local.answer);
}

//  A member's text; "" without one.
static inline const char *
member_of (yyjson_val *answer, const char *member)
{
    const char *text = yyjson_get_str (yyjson_obj_get (answer, member));
    return text ? text : "";
}

#endif
