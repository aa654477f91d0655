/*
 * record: see record.h.
 */
#include "record.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

char *record_path(void)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && *cache == '/') /* the specification ignores others */
        return text_format("%s/racerun/last.json", cache);
    if (home && *home == '/')
        return text_format("%s/.cache/racerun/last.json", home);
    return NULL;
}

/* The cache folder and ours in it, if they are missing; what is above them is not ours to make. */
static void folders_make(char *path)
{
    char *last = strrchr(path, '/');
    *last = 0;
    char *before = strrchr(path, '/');
    *before = 0;
    mkdir(path, 0700);
    *before = '/';
    mkdir(path, 0700);
    *last = '/';
}

static bool text_write(const char *path, const char *text, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    size_t done = 0;
    ssize_t got = 1;
    while (done < size && (got = write(fd, text + done, size - done)) > 0)
        done += (size_t)got;
    return close(fd) == 0 && done == size;
}

void record_write(const struct report *report)
{
    size_t size;
    const char *text = report_kept(report, &size);
    char *path = text && report_findings(report) ? record_path() : NULL;
    if (!path)
        return;
    char *fresh = text_format("%s.%d", path, getpid());
    folders_make(path);
    if (!text_write(fresh, text, size) || rename(fresh, path) < 0)
        unlink(fresh);
    free(fresh);
    free(path);
}
