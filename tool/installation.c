#include "installation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define DETECTOR "libracerun.so"

/* After the detector, in this order. The first two carry the sonames of the compilers' runtimes, so
 * that the loader never looks for those; the hooks are here for a binary that was moved away from
 * the racerun that built it. Each may be missing. */
static const char *const companions[] = {
    "libtsan.so.2",
    "libclang_rt.tsan-x86_64.so",
    "libracerun-hooks.so",
};

static bool path_join(char *ret_path, const char *folder, const char *name)
{
    int length = snprintf(ret_path, PATH_MAX, "%s/%s", folder, name);
    return length > 0 && length < PATH_MAX;
}

static bool path_exists_in(const char *folder, const char *name)
{
    char path[PATH_MAX];
    return path_join(path, folder, name) && access(path, F_OK) == 0;
}

/* Tries `base`/`relative`; true when the folder is there, with `file` in it. */
static bool folder_try(char *ret_folder, const char *base, const char *relative, const char *file)
{
    char joined[PATH_MAX], resolved[PATH_MAX];
    if (!path_join(joined, base, relative) || !realpath(joined, resolved))
        return false;
    if (!path_exists_in(resolved, file))
        return false;
    memcpy(ret_folder, resolved, sizeof resolved);
    return true;
}

static bool executable_folder(char *ret_folder)
{
    ssize_t length = readlink("/proc/self/exe", ret_folder, PATH_MAX - 1);
    if (length <= 0)
        return false;
    ret_folder[length] = 0;
    char *slash = strrchr(ret_folder, '/');
    if (slash)
        *slash = 0;
    return slash != NULL;
}

int installation_find(struct installation *ret_installation)
{
    static const char mark[] = "racerun-gcc.specs";
    char here[PATH_MAX];
    *ret_installation = (struct installation){.libraries = ""};
    if (!executable_folder(here)) {
        tool_say("cannot tell where racerun is installed: /proc is not mounted");
        return -ENOENT;
    }
    if (!folder_try(ret_installation->include, here, "../include", "racerun/racerun.h"))
        ret_installation->include[0] = 0;
    const char *chosen = getenv("RACERUN_LIBRARY_DIR");
    char *libraries = ret_installation->libraries;
    if (chosen && *chosen) {
        if (realpath(chosen, libraries))
            return 0;
        tool_say("RACERUN_LIBRARY_DIR=%s: %s", chosen, strerror(errno));
        return -ENOENT;
    }
    if (folder_try(libraries, here, "../lib/racerun", mark) ||
        folder_try(libraries, here, "../" RACERUN_LIBDIR "/racerun", mark))
        return 0;
    tool_say("this installation is incomplete: %s/../lib/racerun/%s is missing", here, mark);
    return -ENOENT;
}

/* The folder in a form that LD_PRELOAD can carry. */
static bool preload_folder(const struct installation *installation, char *ret_folder)
{
    if (!strpbrk(installation->libraries, " :\t")) {
        memcpy(ret_folder, installation->libraries, PATH_MAX);
        return true;
    }
    int fd = open(installation->libraries, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    snprintf(ret_folder, PATH_MAX, "/proc/%d/fd/%d", tool_proc_pid(), fd);
    return true;
}

int installation_preload(struct installation *installation)
{
    char folder[PATH_MAX];
    if (!path_exists_in(installation->libraries, DETECTOR) ||
        !preload_folder(installation, folder)) {
        tool_say("this installation is incomplete: %s/" DETECTOR " is missing",
                 installation->libraries);
        return -ENOENT;
    }
    char *out = installation->preload;
    size_t capacity = sizeof installation->preload;
    size_t length = (size_t)snprintf(out, capacity, "%s/" DETECTOR, folder);
    for (size_t i = 0; i < sizeof companions / sizeof companions[0] && length < capacity; i++)
        if (path_exists_in(installation->libraries, companions[i]))
            length +=
                (size_t)snprintf(out + length, capacity - length, ":%s/%s", folder, companions[i]);
    if (length < capacity)
        return 0;
    tool_say("the path of racerun's libraries is too long: %s", installation->libraries);
    return -ENAMETOOLONG;
}
