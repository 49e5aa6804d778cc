/*  The configuration file's parser. What it reads must either be a configuration whose every number is within its bounds, or a sentence. */

#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *
nothing (void *arg, const char *name)
{
    (void) arg;
    (void) name;
    return NULL;
}

//  One file in memory for all runs, under a path that can be opened.
static const char *
s_write (const uint8_t *bytes, size_t size)
{
    static int fd = -1;
    static char argument [64];
    if (fd < 0) {
        fd = memfd_create ("config", MFD_CLOEXEC);
        assert (fd >= 0);
        snprintf (argument, sizeof argument, "--config=/proc/self/fd/%d", fd);
    }
    assert (ftruncate (fd, 0) == 0);
    assert (pwrite (fd, bytes, size, 0) == (ssize_t) size);
    return argument;
}

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
    const char *argument = s_write (bytes, size);
    config_t config;
    int rest;
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    status_t status = config_read (&config, 1, (char *const []) { (char *) argument }, nothing, NULL, &rest, &sentence);
    if (status == STATUS_OK) {
        assert (sentence.size == 0 && rest == 1);
        for (const config_setting_t *setting = config_settings; setting < config_settings + CONFIG_SETTINGS; setting++)
            if (setting->kind != CONFIG_TEXT)
                assert (setting->min <= config_number (&config, setting) && config_number (&config, setting) <= setting->max);
        config_deinit (&config);
    } else
        assert (status == STATUS_INVALID_ARGUMENT && sentence.size > 0 && sentence.data [sentence.size - 1] == '.');
    buffer_deinit (&sentence);
    return 0;
}
