/*  sim_sts_fixture - asking the simulated STS in a test, without a network

    Thread: one. Owner: the test. */

#ifndef SIM_STS_FIXTURE_H
#define SIM_STS_FIXTURE_H

#include "operations.h"
#include "query.h"

#include <stdio.h>

//  2026-11-22T23:05:07Z.
#define SIM_STS_NOW_MS INT64_C (1795388707000)

static inline int
sim_sts_open (void **state)
{
    *state = issued_keys_new (random_system ());
    return *state ? 0 : -1;
}

static inline int
sim_sts_close (void **state)
{
    issued_keys_destroy ((issued_keys_t **) state);
    return 0;
}

//  The answer's text, valid until the next; "status code" and the message of one that is refused can be looked for in it.
static inline const char *
sim_sts_ask (issued_keys_t *issued, const wire_operation_t *operation, const char *key_id, int64_t life_ms, const char *form)
{
    static char text [4096];
    wire_answer_t answer;
    const wire_sts_t sts = { .issued = issued, .now_ms = SIM_STS_NOW_MS, .life_ms = life_ms };
    query_answer (operation, NULL, &(query_visitor_t) { .region = "eu-west-1", .key_id = key_id, .request_id = "id-1", .sts = &sts },
                  slice_of (form), &answer);
    snprintf (text, sizeof text, "%d %.*s", answer.status, (int) answer.body.size, answer.body.data);
    buffer_deinit (&answer.body);
    return text;
}

#define ASSERT_SAYS(text, words) \
    do { const char *said = text; if (!strstr (said, words)) fail_msg ("\"%s\" does not say \"%s\"", said, words); } while (0)

//  An element's text.
static inline const char *
sim_sts_element (const char *answer, const char *name)
{
    static char text [512];
    char tag [64];
    snprintf (tag, sizeof tag, "<%s>", name);
    const char *begin = strstr (answer, tag);
    assert_non_null (begin);
    begin += strlen (tag);
    snprintf (text, sizeof text, "%.*s", (int) strcspn (begin, "<"), begin);
    return text;
}

#endif
