/*  shared_asks_fixture - some who ask the same of one client, in front of an AWS that answers as the test has written down

    Upon aws_client_fixture's stage. Include it behind cmocka.h. */

#ifndef SHARED_ASKS_FIXTURE_H
#define SHARED_ASKS_FIXTURE_H

#include "aws_client_fixture.h"
#include "shared_asks.h"

enum { ROOM = 1024 * 1024 };

static const char GROUPS [] = "{\"logGroups\":[{}],\"text\":\"groups\"}";

typedef struct {
    stage_t *stage;
    shared_asks_t *asks;
} scene_t;

//  One who asks, and what became of it.
typedef struct waiter {
    scene_t       *scene;
    shared_ask_t  *ask;
    int            done;
    outcome_t      outcome;
    aws_spent_t    spent;
    char           text [64];           //  The answer's member "text"
    char           reason [128];
    char           code [96];
    void         (*then) (struct waiter *self);
    struct waiter *others;              //  For then
} waiter_t;

static inline int
scene_begin (void **state)
{
    scene_t *scene = calloc (1, sizeof *scene);
    assert_non_null (scene);
    void *stage;
    stage_begin (&stage);
    scene->stage = stage;
    scene->asks = shared_asks_new (scene->stage->reactor, scene->stage->client, ROOM);
    assert_non_null (scene->asks);
    *state = scene;
    return 0;
}

static inline int
scene_end (void **state)
{
    scene_t *scene = *state;
    shared_asks_destroy (&scene->asks);
    assert_null (scene->asks);
    shared_asks_destroy (&scene->asks);
    void *stage = scene->stage;
    free (scene);
    return stage_end (&stage);
}

static inline void
waiter_done (void *arg, const outcome_t *outcome, const aws_spent_t *spent)
{
    waiter_t *self = arg;
    self->ask = NULL;
    self->done++;
    self->outcome = *outcome;
    self->spent = *spent;
    assert_true ((outcome->status == STATUS_OK) == (outcome->answer != NULL));
    if (outcome->answer)
        stage_copy (self->text, sizeof self->text, json_text (outcome->answer, "text"));
    snprintf (self->reason, sizeof self->reason, "%s", outcome->reason ? outcome->reason : "");
    snprintf (self->code, sizeof self->code, "%s", outcome->error ? outcome->error->code : "");
    if (self->then)
        self->then (self);
}

static inline status_t
start (waiter_t *self, scene_t *scene, const aws_request_t *request, const char *account, const char *region, int64_t budget_ms)
{
    self->scene = scene;
    const char *reason;
    int64_t deadline_ms = clock_mono_ms (&scene->stage->clock.source) + budget_ms;
    int done = self->done;
    status_t status = shared_asks_ask (scene->asks, self, request, account, region, deadline_ms, waiter_done, self, &self->ask, &reason);
    assert_int_equal (self->done, done);        //  Never before this returns
    assert_true ((status == STATUS_OK) == (self->ask != NULL));
    snprintf (self->reason, sizeof self->reason, "%s", reason ? reason : "");
    return status;
}

static inline void
wait_in (waiter_t *self, scene_t *scene, int64_t budget_ms)
{
    assert_int_equal (start (self, scene, &LOG_GROUPS, "", "eu-west-1", budget_ms), STATUS_OK);
}

static inline void
leave (waiter_t *self)
{
    shared_asks_abort (self->scene->asks, &self->ask);
    assert_null (self->ask);
    shared_asks_abort (self->scene->asks, &self->ask);
}

static inline void
expect_answered (const waiter_t *self, const char *text, bool shared)
{
    assert_int_equal (self->done, 1);
    assert_int_equal (self->outcome.status, STATUS_OK);
    assert_string_equal (self->text, text);
    assert_int_equal (self->outcome.shared, shared);
}

static inline void
expect_nothing_under_way (const scene_t *scene)
{
    assert_int_equal (aws_client_counts (scene->stage->client).under_way, 0);
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown (name, scene_begin, scene_end)

#endif
