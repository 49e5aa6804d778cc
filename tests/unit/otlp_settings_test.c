#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "otlp_settings.h"

#include "expect.h"

#include <stdio.h>

//  Reads them, and ends the sentence and the resource with a zero byte.
static status_t
read_settings (otlp_settings_t *settings, const config_t *config, buffer_t *sentence)
{
    buffer_init (sentence, 4096);
    status_t status = otlp_settings_read (settings, config, sentence);
    buffer_append_char (sentence, 0);
    buffer_append_char (&settings->resource, 0);
    return status;
}

static void
give_back (otlp_settings_t *settings, buffer_t *sentence)
{
    otlp_settings_deinit (settings);
    buffer_deinit (sentence);
}

static void
the_endpoint_says_where_and_whether (void **state)
{
    (void) state;
    static const struct { config_t config; const char *url; } ROWS [] = {
        { { 0 }, NULL },
        { { .traces_exporter = "otlp" }, "http://localhost:4318/v1/traces" },
        { { .otlp_endpoint = "http://c:4318" }, "http://c:4318/v1/traces" },
        { { .otlp_endpoint = "https://c/otlp/" }, "https://c/otlp/v1/traces" },
        { { .otlp_endpoint = "http://c", .otlp_traces_endpoint = "http://d" }, "http://d/" },
        { { .otlp_traces_endpoint = "http://d/x" }, "http://d/x" },
        { { .otlp_endpoint = "http://c", .traces_exporter = "none" }, NULL },
        { { .otlp_endpoint = "http://c", .traces_exporter = "zipkin" }, NULL },
        { { .otlp_endpoint = "http://c", .sdk_disabled = "True" }, NULL },
        { { .otlp_endpoint = "http://c", .sdk_disabled = "1" }, "http://c/v1/traces" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        otlp_settings_t settings;
        buffer_t sentence;
        assert_int_equal (read_settings (&settings, &ROWS [i].config, &sentence), STATUS_OK);
        assert_int_equal (settings.on, ROWS [i].url != NULL);
        if (ROWS [i].url)
            assert_string_equal (settings.url, ROWS [i].url);
        give_back (&settings, &sentence);
    }
}

static void
an_endpoint_that_cannot_be_is_a_sentence (void **state)
{
    (void) state;
    static const char *const URLS [] = { "collector:4318", "http://", "http:///x", "grpc://c", "https://user:secret@c" };
    for (size_t i = 0; i < sizeof URLS / sizeof URLS [0]; i++) {
        otlp_settings_t settings;
        buffer_t sentence;
        assert_int_equal (read_settings (&settings, &(config_t) { .otlp_endpoint = URLS [i] }, &sentence), STATUS_INVALID_ARGUMENT);
        expect_part (sentence.data, "OTEL_EXPORTER_OTLP_ENDPOINT must be");
        expect_no_part (sentence.data, "secret");
        give_back (&settings, &sentence);
    }
}

static void
headers_are_pairs_with_encoded_values (void **state)
{
    (void) state;
    otlp_settings_t settings;
    buffer_t sentence;
    config_t config = { .otlp_endpoint = "http://c", .otlp_headers = " a = b%20c%2Cd ,,x-y=, z==1" };
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_OK);
    assert_int_equal (settings.fields_count, 4);
    assert_string_equal (settings.fields [0].value, "application/json");
    assert_string_equal (settings.fields [1].name, "a");
    assert_string_equal (settings.fields [1].value, "b c,d");
    assert_string_equal (settings.fields [2].name, "x-y");
    assert_string_equal (settings.fields [2].value, "");
    assert_string_equal (settings.fields [3].value, "=1");
    give_back (&settings, &sentence);
    static const char *const WRONG [] = { "secret", "=secret", "a b=secret", "a=secret%0d%0ax", "a=secret%4", "a=secret%zz", "a:b=secret" };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        config.otlp_headers = WRONG [i];
        assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_INVALID_ARGUMENT);
        expect_part (sentence.data, "OTEL_EXPORTER_OTLP_HEADERS cannot be read");
        expect_no_part (sentence.data, "secret");
        give_back (&settings, &sentence);
    }
}

static void
headers_that_are_ours_are_passed_over (void **state)
{
    (void) state;
    otlp_settings_t settings;
    buffer_t sentence;
    config_t config = { .otlp_endpoint = "http://c", .otlp_headers = "content-type=text/plain,a=b,HOST=evil,Content-Length=1,hosts=c" };
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_OK);
    assert_int_equal (settings.fields_count, 3);
    assert_string_equal (settings.fields [0].value, "application/json");
    assert_string_equal (settings.fields [1].name, "a");
    assert_string_equal (settings.fields [2].name, "hosts");
    give_back (&settings, &sentence);
}

static void
a_certificate_that_cannot_be_read_is_a_sentence (void **state)
{
    (void) state;
    otlp_settings_t settings;
    buffer_t sentence;
    config_t config = { .otlp_endpoint = "https://c", .otlp_certificate = "/dev/null" };
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_OK);
    assert_string_equal (settings.certificate, "/dev/null");
    give_back (&settings, &sentence);
    config.otlp_certificate = "/not/there.pem";
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_INVALID_ARGUMENT);
    expect_part (sentence.data, "OTEL_EXPORTER_OTLP_CERTIFICATE names /not/there.pem, which cannot be read: No such file or directory.");
    give_back (&settings, &sentence);
    config.otlp_traces_certificate = "/nor/there.pem";
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_INVALID_ARGUMENT);
    expect_part (sentence.data, "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE names /nor/there.pem");
    give_back (&settings, &sentence);
}

static void
no_more_headers_than_there_is_room_for (void **state)
{
    (void) state;
    otlp_settings_t settings;
    buffer_t sentence;
    char headers [1024] = "";
    for (int i = 0; i < OTLP_HEADERS_MAX; i++)
        snprintf (headers + strlen (headers), sizeof headers - strlen (headers), "h%d=v,", i);
    assert_int_equal (read_settings (&settings, &(config_t) { .otlp_endpoint = "http://c", .otlp_headers = headers }, &sentence), STATUS_OK);
    assert_int_equal (settings.fields_count, OTLP_HEADERS_MAX + 1);
    assert_string_equal (settings.fields [1].name, "h0");
    give_back (&settings, &sentence);
    snprintf (headers + strlen (headers), sizeof headers - strlen (headers), "one=more");
    assert_int_equal (read_settings (&settings, &(config_t) { .otlp_endpoint = "http://c", .otlp_headers = headers }, &sentence),
                      STATUS_INVALID_ARGUMENT);
    give_back (&settings, &sentence);
}

static void
the_resource_is_the_operators_and_then_ours (void **state)
{
    (void) state;
    otlp_settings_t settings;
    buffer_t sentence;
    config_t config = { .otlp_endpoint = "http://c" };
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_OK);
    expect_part (settings.resource.data, "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"cloudwatch-mcp\"}}");
    expect_part (settings.resource.data, "\"process.pid\",\"value\":{\"intValue\":");
    give_back (&settings, &sentence);
    config.otel_resource_attributes = "service.name=other,team=a%22b,host.name=pod-1";
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_OK);
    expect_part (settings.resource.data, "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"other\"}}");
    expect_part (settings.resource.data, "\"a\\\"b\"");
    expect_part (settings.resource.data, "\"pod-1\"");
    expect_no_part (settings.resource.data, "\"cloudwatch-mcp\"");
    give_back (&settings, &sentence);
    config.otel_service_name = "mine";
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_OK);
    expect_part (settings.resource.data, "\"mine\"");
    expect_no_part (settings.resource.data, "\"other\"");
    give_back (&settings, &sentence);
    config.otel_resource_attributes = "team=good,bad";
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_OK);
    expect_no_part (settings.resource.data, "good");
    give_back (&settings, &sentence);
}

static void
a_number_that_cannot_be_leaves_the_default (void **state)
{
    (void) state;
    otlp_settings_t settings;
    buffer_t sentence;
    config_t config = { .otlp_endpoint = "http://c", .otlp_timeout = "10s", .bsp_schedule_delay = "-1", .bsp_max_queue_size = "0",
                        .bsp_export_timeout = "99999999999999999999" };
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_OK);
    assert_int_equal (settings.request_ms, 10000);
    assert_int_equal (settings.delay_ms, 5000);
    assert_int_equal (settings.queue_spans, 2048);
    assert_int_equal (settings.batch_spans, 512);
    assert_int_equal (settings.batch_ms, 30000);
    give_back (&settings, &sentence);
    config = (config_t) { .otlp_endpoint = "http://c", .otlp_timeout = "1", .otlp_traces_timeout = "7", .bsp_max_queue_size = "100",
                          .bsp_schedule_delay = "0" };
    assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_OK);
    assert_int_equal (settings.request_ms, 7);
    assert_int_equal (settings.delay_ms, 0);
    assert_int_equal (settings.batch_spans, 100);               //  Not more than the queue
    give_back (&settings, &sentence);
}

static void
samplers_do_as_they_are_called (void **state)
{
    (void) state;
    static const uint8_t LOW [SPAN_TRACE_BYTES] = { 0xff, [9] = 0x20 }, HIGH [SPAN_TRACE_BYTES] = { [9] = 0xe0 };
    static const struct { const char *sampler, *argument; bool low, high, yes, no; } ROWS [] = {
        //  Roots with a low and a high id; with a parent that is sampled, and one that is not (a high id, too)
        { NULL, NULL, true, true, true, false }, { "always_on", NULL, true, true, true, true }, { "always_off", NULL, false, false, false, false },
        { "traceidratio", "0.5", true, false, false, false }, { "traceidratio", NULL, true, true, true, true },
        { "traceidratio", "0", false, false, false, false }, { "traceidratio", "1.0", true, true, true, true },
        { "traceidratio", "half", true, true, true, true }, { "traceidratio", "1.5", true, true, true, true },
        { "parentbased_always_off", NULL, false, false, true, false }, { "parentbased_traceidratio", "0.25", true, false, true, false },
        { "xray", NULL, true, true, true, false },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        otlp_settings_t settings;
        buffer_t sentence;
        config_t config = { .otlp_endpoint = "http://c", .traces_sampler = ROWS [i].sampler, .traces_sampler_arg = ROWS [i].argument };
        assert_int_equal (read_settings (&settings, &config, &sentence), STATUS_OK);
        assert_int_equal (otlp_settings_samples (&settings, LOW, 1, false), ROWS [i].low);
        assert_int_equal (otlp_settings_samples (&settings, HIGH, 1, false), ROWS [i].high);
        assert_int_equal (otlp_settings_samples (&settings, HIGH, 1, true), ROWS [i].yes);
        assert_int_equal (otlp_settings_samples (&settings, HIGH, 0, true), ROWS [i].no);
        give_back (&settings, &sentence);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_endpoint_says_where_and_whether), cmocka_unit_test (an_endpoint_that_cannot_be_is_a_sentence),
        cmocka_unit_test (headers_are_pairs_with_encoded_values), cmocka_unit_test (headers_that_are_ours_are_passed_over),
        cmocka_unit_test (a_certificate_that_cannot_be_read_is_a_sentence), cmocka_unit_test (no_more_headers_than_there_is_room_for),
        cmocka_unit_test (the_resource_is_the_operators_and_then_ours), cmocka_unit_test (a_number_that_cannot_be_leaves_the_default),
        cmocka_unit_test (samplers_do_as_they_are_called),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
