#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_log_lines.h"

#include "streams.h"

typedef struct {
    const shop_t *shop;
    const shop_log_group_t *group;
    int64_t ends_ms [STREAMS_SLOTS_MAX];        //  Where the slot's next stream must begin
    char last [STREAMS_NAME_SIZE];
    int count;
} tiles_t;

static bool
s_see (void *arg, const stream_t *stream, const char *name)
{
    tiles_t *tiles = arg;
    assert_true (stream->end_ms > stream->begin_ms && stream->begin_ms % LINES_MINUTE_MS == 0);
    if (tiles->ends_ms [stream->slot])
        assert_int_equal (stream->begin_ms, tiles->ends_ms [stream->slot]);
    tiles->ends_ms [stream->slot] = stream->end_ms;
    assert_int_equal (strcspn (name, ":*"), strlen (name));
    assert_string_not_equal (name, tiles->last);
    snprintf (tiles->last, sizeof tiles->last, "%s", name);
    //  Asked anywhere inside it, it is the same one.
    int64_t end_ms = stream->end_ms == STREAMS_FOREVER ? SIM_ASK_NOW_MS : stream->end_ms;
    for (int part = 0; part < 5; part++) {
        int64_t at_ms = stream->begin_ms + (end_ms - 1 - stream->begin_ms) * part / 4;
        stream_t again = streams_at (tiles->shop, tiles->group, stream->slot, at_ms);
        assert_int_equal (again.begin_ms, stream->begin_ms);
        assert_int_equal (again.end_ms, stream->end_ms);
    }
    tiles->count++;
    return true;
}

static void
the_streams_of_a_slot_follow_each_other_without_a_gap (void **state)
{
    const shop_t *shop = *state;
    for (size_t g = 0; g < shop->log_groups_count; g++) {
        tiles_t tiles = { .shop = shop, .group = &shop->log_groups [g] };
        streams_each (shop, tiles.group, "eu-west-1", lines_from_ms (shop, tiles.group), SIM_ASK_NOW_MS + 1, s_see, &tiles);
        assert_true (tiles.count >= streams_slots (tiles.group));
        for (int slot = 0; slot < streams_slots (tiles.group); slot++)
            assert_true (tiles.ends_ms [slot] > SIM_ASK_NOW_MS);
    }
}

static void
s_name_at (const shop_t *shop, const char *group, int minutes_ago, char *name)
{
    stream_t stream = streams_at (shop, sim_group (shop, group), 0, sim_minute_ms (minutes_ago));
    streams_name (sim_group (shop, group), "eu-west-1", &stream, name);
}

static void
a_deploy_and_a_kill_begin_new_streams (void **state)
{
    static const struct { const char *group; int before, behind; bool another; } CASES [] = {
        { "/ecs/shop/orders", 46, 45, true },
        { "/ecs/shop/orders", 45, 0, false },
        { "/ecs/shop/orders", 9000, 46, false },
        { "/aws/lambda/shop-payment-capture", 2931, 2930, true },
        { "/aws/lambda/shop-payment-capture", 2881, 2880, true },
        { "/ecs/shop/recommendations", 402, 399, true },
        { "/aws/rds/instance/shop-orders-1/postgresql", 100000, 0, false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char before [STREAMS_NAME_SIZE], behind [STREAMS_NAME_SIZE];
        s_name_at (*state, CASES [i].group, CASES [i].before, before);
        s_name_at (*state, CASES [i].group, CASES [i].behind, behind);
        if ((strcmp (before, behind) != 0) != CASES [i].another)
            fail_msg ("%s: %s, %d minutes ago, and %s, %d minutes ago", CASES [i].group, before, CASES [i].before, behind, CASES [i].behind);
    }
}

static void
names_are_those_of_their_kind (void **state)
{
    const shop_t *shop = *state;
    char name [STREAMS_NAME_SIZE];
    s_name_at (shop, "/aws/lambda/shop-order-confirm", 0, name);
    assert_memory_equal (name, "2026/11/22/[$LATEST]", 20);
    assert_int_equal (strspn (name + 20, "0123456789abcdef"), 32);
    s_name_at (shop, "/ecs/shop/cart", 0, name);
    assert_memory_equal (name, "cart/cart/", 10);
    assert_int_equal (strlen (name), 42);
    s_name_at (shop, "/aws/cloudtrail/shop-organization", 0, name);
    assert_string_equal (name, "o-a1b2c3d4e5_123456789012_CloudTrail_eu-west-1");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_streams_of_a_slot_follow_each_other_without_a_gap),
        cmocka_unit_test (a_deploy_and_a_kill_begin_new_streams),
        cmocka_unit_test (names_are_those_of_their_kind),
    };
    return cmocka_run_group_tests (tests, sim_lines_open, sim_ask_close);
}
