#include "usage.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

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

//  Behind the name in parentheses, which may hold anything: state is field 3; threads 20, start 22, bytes 23, pages 24.
static void
s_read_stat (usage_t *usage)
{
    char text [1024];
    int64_t ticks = sysconf (_SC_CLK_TCK), started, boot_s = s_boot_s ();
    const char *at = s_read ("/proc/self/stat", text, sizeof text) ? strrchr (text, ')') : NULL;
    if (!at || sscanf (at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %" SCNd64 " %*d %" SCNd64 " %" SCNd64
                       " %" SCNd64, &usage->threads, &started, &usage->virtual_bytes, &usage->resident_bytes) != 4)
        return;
    usage->resident_bytes *= sysconf (_SC_PAGESIZE);
    if (boot_s >= 0 && ticks > 0)
        usage->started_ms = boot_s * 1000 + started * 1000 / ticks;
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
    usage_t usage = { -1, -1, -1, -1, -1, -1, -1 };
    struct rusage spent;
    struct rlimit limit;
    if (getrusage (RUSAGE_SELF, &spent) == 0)
        usage.cpu_us = (int64_t) (spent.ru_utime.tv_sec + spent.ru_stime.tv_sec) * 1000000 + spent.ru_utime.tv_usec + spent.ru_stime.tv_usec;
    if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        usage.descriptors_max = (int64_t) limit.rlim_cur;
    s_read_stat (&usage);
    usage.descriptors = s_count_descriptors ();
    return usage;
}
