#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_quotas.h"
#include "config_object.h"

static config_object_fn *const READ = config_quotas_read;

static void
quotas_are_numbers_by_their_actions (void **state)
{
    (void) state;
    config_t config;
    buffer_t sentence;
    assert_int_equal (read_object (READ, "{\"logs:FilterLogEvents\":25,\"x\":0.5}", &config, &sentence), STATUS_OK);
    assert_int_equal (config.quotas_count, 2);
    assert_string_equal (config.quotas [0].action, "logs:FilterLogEvents");
    assert_true (config.quotas [0].per_s == 25);
    assert_string_equal (config.quotas [1].action, "x");
    assert_true (config.quotas [1].per_s == 0.5);
    buffer_deinit (&sentence);
    config_deinit (&config);
    assert_null (config.quotas);
}

static void
what_is_no_rate_is_refused (void **state)
{
    (void) state;
    static const char RATE [] = "the quota of \"a\" must be a number of requests per second above 0, at most 100000.";
    static const char OBJECT [] = "\"quotas\" must be an object of at most 64 requests per second by their actions, such as "
                                  "{\"logs:FilterLogEvents\": 25}.";
    static const struct { const char *json, *sentence; } CASES [] = {
        { "[]", OBJECT }, { "25", OBJECT }, { "{\"a\":0}", RATE }, { "{\"a\":-1}", RATE }, { "{\"a\":100001}", RATE }, { "{\"a\":\"25\"}", RATE },
        { "{\"a\":null}", RATE },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        config_t config;
        buffer_t sentence;
        assert_int_equal (read_object (READ, CASES [i].json, &config, &sentence), STATUS_INVALID_ARGUMENT);
        assert_string_equal (sentence.data, CASES [i].sentence);
        buffer_deinit (&sentence);
        config_deinit (&config);
    }
}

static void
there_is_an_end_to_them (void **state)
{
    (void) state;
    for (int count = CONFIG_QUOTAS_MAX; count <= CONFIG_QUOTAS_MAX + 1; count++) {
        buffer_t json, sentence;
        config_t config;
        buffer_init (&json, 65536);
        for (int i = 0; i < count; i++)
            buffer_printf (&json, "%s\"a%d\":1", i ? "," : "{", i);
        buffer_append_text (&json, "}");
        buffer_append_char (&json, 0);
        assert_int_equal (read_object (READ, json.data, &config, &sentence), count > CONFIG_QUOTAS_MAX ? STATUS_INVALID_ARGUMENT : STATUS_OK);
        buffer_deinit (&json);
        buffer_deinit (&sentence);
        config_deinit (&config);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (quotas_are_numbers_by_their_actions),
        cmocka_unit_test (what_is_no_rate_is_refused),
        cmocka_unit_test (there_is_an_end_to_them),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
