/*  sim_ask - asking a simulated operation in a test, without a network

    Thread: one. Owner: the test frees what it was given. */

#ifndef SIM_ASK_H
#define SIM_ASK_H

#include "operations.h"
#include "page.h"

#include <stdio.h>

//  A fixed moment: 2026-11-22T23:05:07Z.
#define SIM_ASK_NOW_MS INT64_C (1795388707000)

//  A group's set-up: a shop at that moment, with what the configuration adds.
static inline int
sim_ask_open_with (void **state, shop_config_t config)
{
    config.now_ms = SIM_ASK_NOW_MS;
    *state = shop_new (&config);
    return *state ? 0 : -1;
}

static inline int
sim_ask_open (void **state)
{
    return sim_ask_open_with (state, (shop_config_t) { .seed = 0 });
}

//  Its tear-down.
static inline int
sim_ask_close (void **state)
{
    shop_destroy ((shop_t **) state);
    return 0;
}

//  The answer as JSON; its status goes to *status.
static inline yyjson_doc *
sim_ask (const shop_t *shop, const wire_operation_t *operation, const char *input, int *status)
{
    wire_answer_t answer;
    yyjson_doc *doc = NULL;
    wire_answer (operation, shop, "eu-west-1", slice_of (input), &answer);
    *status = answer.status;
    assert_int_equal (json_read (buffer_slice (&answer.body), JSON_DEPTH_MAX_AWS, &doc, NULL), STATUS_OK);
    buffer_deinit (&answer.body);
    return doc;
}

//  Asserts that the operation refuses with this code and exactly this message.
static inline void
sim_ask_refused (const shop_t *shop, const wire_operation_t *operation, const char *input, const char *code, const char *message)
{
    int status;
    yyjson_doc *doc = sim_ask (shop, operation, input, &status);
    const char *type = yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "__type"));
    assert_int_equal (status, 400);
    assert_non_null (type);
    assert_string_equal (strchr (type, '#') ? strchr (type, '#') + 1 : type, code);
    if (message)
        assert_string_equal (yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "message")), message);
    yyjson_doc_free (doc);
}

//  How many elements the answer's list has.
static inline size_t
sim_ask_count (const shop_t *shop, const wire_operation_t *operation, const char *input, const char *list)
{
    int status;
    yyjson_doc *doc = sim_ask (shop, operation, input, &status);
    size_t count = yyjson_arr_size (yyjson_obj_get (yyjson_doc_get_root (doc), list));
    assert_int_equal (status, 200);
    yyjson_doc_free (doc);
    return count;
}

//  Walks all pages of a question; its members stand in before. Each element goes to visit. Gives the number of pages.
static inline int
sim_ask_pages (const shop_t *shop, const wire_operation_t *operation, const char *before, const char *token_member, const char *list,
               void (*visit) (void *arg, yyjson_val *element), void *arg)
{
    char token [PAGE_TOKEN_SIZE] = "";
    int pages = 0;
    do {
        char input [512];
        int status;
        size_t index, max;
        yyjson_val *element;
        if (*token)
            snprintf (input, sizeof input, "{%s,\"%s\":\"%s\"}", before, token_member, token);
        else
            snprintf (input, sizeof input, "{%s}", before);
        yyjson_doc *doc = sim_ask (shop, operation, input, &status);
        yyjson_val *root = yyjson_doc_get_root (doc);
        assert_int_equal (status, 200);
        yyjson_arr_foreach (yyjson_obj_get (root, list), index, max, element)
            visit (arg, element);
        const char *next = yyjson_get_str (yyjson_obj_get (root, token_member));
        snprintf (token, sizeof token, "%s", next ? next : "");
        yyjson_doc_free (doc);
        pages++;
    } while (*token && pages < 1000);
    return pages;
}

#endif
