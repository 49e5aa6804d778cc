#include "usage.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

//  /proc/self/stat has some 50 numbers.
enum { STAT_SIZE = 1024 };

//  False when it cannot be read. The file is short: what does not fit is not needed.
static bool
s_read (const char *path, char *text, size_t size)
{
    FILE *file = fopen (path, "re");
    if (!file)
        return false;
    size_t length = fread (text, 1, size - 1, file);
    fclose (file);
    text [length] = '\0';
    return length > 0;
}

//  Seconds since 1970 at which the machine started; -1.
static int64_t
s_boot_s (void)
{
    char line [256];
    int64_t seconds = -1;
    FILE *file = fopen ("/proc/stat", "re");
    while (file && seconds < 0 && fgets (line, sizeof line, file))
        if (sscanf (line, "btime %" SCNd64, &seconds) != 1)
            seconds = -1;
    if (file)
        fclose (file);
    return seconds;
}

//  Behind the name in parentheses, which may hold anything. NULL when it cannot be read.
static const char *
s_read_stat (char *text, size_t size)
{
    const char *end = s_read ("/proc/self/stat", text, size) ? strrchr (text, ')') : NULL;
    return end ? end + 1 : NULL;
}

//  State is field 3; threads 20, start 22, bytes 23, pages 24.
static void
s_read_memory (usage_t *usage)
{
    char text [STAT_SIZE];
    int64_t threads, bytes, pages;
    const char *at = s_read_stat (text, sizeof text);
    if (!at || sscanf (at, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %" SCNd64 " %*d %*u %" SCNd64 " %" SCNd64,
                       &threads, &bytes, &pages) != 3)
        return;
    usage->threads = threads;
    usage->virtual_bytes = bytes;
    usage->resident_bytes = pages * sysconf (_SC_PAGESIZE);
}

int64_t
usage_started_ms (void)
{
    char text [STAT_SIZE];
    int64_t ticks = sysconf (_SC_CLK_TCK), boot_s = s_boot_s (), started;
    const char *at = s_read_stat (text, sizeof text);
    if (!at || boot_s < 0 || ticks <= 0
        || sscanf (at, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %" SCNd64, &started) != 1)
        return -1;
    return boot_s * 1000 + started * 1000 / ticks;
}

static int64_t
s_count_descriptors (void)
{
    int64_t count = -2;                 //  "." and ".."
    DIR *folder = opendir ("/proc/self/fd");
    if (!folder)
        return -1;
    while (readdir (folder))
        count++;
    closedir (folder);
    return count - 1;                   //  And the folder's own
}

usage_t
usage_now (void)
{
    usage_t usage = { -1, -1, -1, -1, -1, -1 };
    struct rusage spent;
    struct rlimit limit;
    if (getrusage (RUSAGE_SELF, &spent) == 0)
        usage.cpu_us = (int64_t) (spent.ru_utime.tv_sec + spent.ru_stime.tv_sec) * 1000000 + spent.ru_utime.tv_usec + spent.ru_stime.tv_usec;
    if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        usage.descriptors_max = (int64_t) limit.rlim_cur;
    s_read_memory (&usage);
    usage.descriptors = s_count_descriptors ();
    return usage;
}
