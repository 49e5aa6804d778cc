#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proxy.h"

static proxies_t
read_well (proxies_config_t config)
{
    proxies_t proxies;
    buffer_t sentence;
    buffer_init (&sentence, 1024);
    assert_int_equal (proxies_read (&proxies, &config, &sentence), STATUS_OK);
    assert_int_equal (sentence.size, 0);
    buffer_deinit (&sentence);
    return proxies;
}

static void
each_scheme_has_its_proxy_else_that_for_all (void **state)
{
    (void) state;
    static const struct {
        proxies_config_t config;
        const char *url, *variable, *host, *port;
    } rows [] = {
        { { .https = NULL }, "https://logs.example", NULL, NULL, NULL },
        { { .https = "" }, "https://logs.example", NULL, NULL, NULL },
        { { .https = "http://secure:3128", .all = "http://all:1" }, "https://logs.example", "HTTPS_PROXY", "secure", "3128" },
        { { .https = "http://secure:3128", .all = "http://all:1" }, "http://logs.example", "ALL_PROXY", "all", "1" },
        { { .http = "http://plain:8080" }, "http://logs.example", "http_proxy", "plain", "8080" },
        { { .http = "http://plain:8080" }, "https://logs.example", NULL, NULL, NULL },
        { { .all = "http://user:canary@all:1/" }, "https://logs.example", "ALL_PROXY", "all", "1" },
        { { .all = "user:canary@all:1" }, "https://logs.example", "ALL_PROXY", "all", "1" },
        { { .https = "secure" }, "https://logs.example", "HTTPS_PROXY", "secure", "80" },
        { { .https = "https://secure" }, "https://logs.example", "HTTPS_PROXY", "secure", "443" },
        { { .https = "http://[2001:db8::1]:3128" }, "https://logs.example", "HTTPS_PROXY", "[2001:db8::1]", "3128" },
        { { .https = "http://127.0.0.1:3128" }, "https://logs.example", "HTTPS_PROXY", "127.0.0.1", "3128" },
        { { .https = "http://secure:1" }, "https://127.0.0.1:8443", NULL, NULL, NULL },
        { { .all = "http://all:1" }, "http://localhost:4566", NULL, NULL, NULL },
        { { .all = "http://all:1" }, "http://169.254.169.254", NULL, NULL, NULL },
        { { .all = "http://all:1" }, "http://[fd00:ec2::23]", NULL, NULL, NULL },
        { { .all = "http://all:1" }, "no url", NULL, NULL, NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        proxies_t proxies = read_well (rows [i].config);
        const proxy_t *proxy = proxies_for_url (&proxies, rows [i].url);
        if (!proxy || !rows [i].variable) {
            if (proxy || rows [i].variable)
                fail_msg ("row %zu: %s", i, proxy ? "a proxy" : "no proxy");
            continue;
        }
        assert_string_equal (proxy->variable, rows [i].variable);
        assert_string_equal (proxy->host, rows [i].host);
        assert_string_equal (proxy->port, rows [i].port);
    }
}

static void
what_no_proxy_lists_is_reached_straight (void **state)
{
    (void) state;
    static const struct {
        const char *list, *host, *port;
        bool straight;
    } rows [] = {
        { "", "logs.example", "443", false },
        { "*", "logs.example", "443", true },
        { "example", "logs.example", "443", true },
        { ".example", "logs.example", "443", true },
        { "*.example", "logs.example", "443", true },
        { "logs.example", "LOGS.Example", "443", true },
        { "logs.example", "logs.example.", "443", true },
        { "logs.example", "monitoring.example", "443", false },
        { "ample", "logs.example", "443", false },
        { "logs.example.com", "example.com", "443", false },
        { "a.b,  c.d ,logs.example", "logs.example", "443", true },
        { "a.b logs.example", "logs.example", "443", true },
        { ",,", "logs.example", "443", false },
        { ".", "logs.example", "443", false },
        { "logs.example:443", "logs.example", "443", true },
        { "logs.example:8443", "logs.example", "443", false },
        { "10.1.2.3", "10.1.2.3", "443", true },
        { "10.1.2.3", "10.1.2.4", "443", false },
        { "10.1.2.3:443", "10.1.2.3", "443", true },
        { "10.0.0.0/8", "10.9.9.9", "443", true },
        { "10.0.0.0/8", "11.0.0.1", "443", false },
        { "10.128.0.0/9", "10.127.0.1", "443", false },
        { "10.128.0.0/9", "10.129.0.1", "443", true },
        { "0.0.0.0/0", "11.0.0.1", "443", true },
        { "10.0.0.0/33", "10.0.0.0", "443", false },
        { "10.0.0.0/", "10.0.0.0", "443", false },
        { "10.0.0.0/8x", "10.0.0.0", "443", false },
        { "10.0.0.0/8", "ten.example", "443", false },
        { "2001:db8::/32", "[2001:db8::7]", "443", true },
        { "2001:db8::/32", "[2001:db9::7]", "443", false },
        { "2001:db8::7", "[2001:db8:0::7]", "443", true },
        { "[2001:db8::7]", "[2001:db8::7]", "443", true },
        { "[2001:db8::7]:8443", "[2001:db8::7]", "443", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        proxies_t proxies = read_well ((proxies_config_t) { .https = "http://secure:3128", .none = rows [i].list });
        if ((proxies_for (&proxies, true, rows [i].host, rows [i].port) == NULL) != rows [i].straight)
            fail_msg ("\"%s\" and %s:%s", rows [i].list, rows [i].host, rows [i].port);
    }
}

static void
what_is_no_proxy_is_refused_without_a_word_of_its_password (void **state)
{
    (void) state;
    static const struct {
        proxies_config_t config;
        const char *words;
    } rows [] = {
        { { .https = "http://" }, "HTTPS_PROXY is no proxy: write http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT." },
        { { .https = "http://user:canary@host name:1" }, "HTTPS_PROXY is no proxy: write http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT." },
        { { .http = "http://user:canary@host:99999" }, "http_proxy is no proxy: write http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT." },
        { { .all = "socks5://user:canary@host:1080" },
          "ALL_PROXY is a proxy that cannot be used here: only http:// and https:// proxies can." },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        proxies_t proxies;
        buffer_t sentence;
        buffer_init (&sentence, 1024);
        assert_int_equal (proxies_read (&proxies, &rows [i].config, &sentence), STATUS_INVALID_ARGUMENT);
        buffer_append_char (&sentence, 0);
        assert_string_equal (sentence.data, rows [i].words);
        buffer_deinit (&sentence);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_scheme_has_its_proxy_else_that_for_all),
        cmocka_unit_test (what_no_proxy_lists_is_reached_straight),
        cmocka_unit_test (what_is_no_proxy_is_refused_without_a_word_of_its_password),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
