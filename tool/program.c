#include "program.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings.h"
#include "tool.h"

/* 0 when `path` may be executed, else the errno that says why not. */
static int executable_error(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return errno;
    if (S_ISDIR(st.st_mode))
        return EISDIR;
    if (!S_ISREG(st.st_mode))
        return EACCES;
    return access(path, X_OK) < 0 ? errno : 0;
}

static int not_found(const char *name)
{
    static const char *const commands[] = {"run", "cc", "c++", "doctor", "help"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (length >= 3 && edit_distance(name, length, commands[i], strlen(commands[i])) == 1) {
            tool_say("%s: not found (there is a command '%s')", name, commands[i]);
            return EXIT_NOT_FOUND;
        }
    if (!strchr(name, '/') && executable_error(name) == 0)
        tool_say("%s: not found in PATH; for the file in this folder, say ./%s", name, name);
    else
        tool_say("%s: not found", name);
    return EXIT_NOT_FOUND;
}

static int not_executable(const char *path, int error)
{
    if (error == EISDIR)
        tool_say("%s: is a folder", path);
    else if (error == EACCES)
        tool_say("%s: not executable", path);
    else
        tool_say("%s: %s", path, strerror(error));
    return EXIT_UNEXECUTABLE;
}

/* Tries NAME in one folder of PATH ("" is the working folder). */
static int folder_error(const char *folder, int length, const char *name, char *ret_path)
{
    int size = snprintf(ret_path, PATH_MAX, "%.*s%s%s", length, folder, length ? "/" : "./", name);
    return size >= PATH_MAX ? ENAMETOOLONG : executable_error(ret_path);
}

/* As execvp: the first that can be executed; a file that cannot is remembered and passed over. */
static int path_search(const char *name, char *ret_path)
{
    const char *list = getenv("PATH");
    const char *item = list ? list : "/bin:/usr/bin";
    char denied[PATH_MAX] = "";
    for (;;) {
        int length = (int)strcspn(item, ":");
        int error = folder_error(item, length, name, ret_path);
        if (!error)
            return 0;
        if (error == EACCES && !*denied)
            memcpy(denied, ret_path, sizeof denied);
        if (!item[length])
            break;
        item += length + 1;
    }
    return *denied ? not_executable(denied, EACCES) : not_found(name);
}

int program_resolve(const char *name, char ret_path[PATH_MAX])
{
    if (!*name)
        return not_found("''");
    if (!strchr(name, '/'))
        return path_search(name, ret_path);
    int error = executable_error(name);
    if (error == ENOENT || error == ENOTDIR)
        return not_found(name);
    if (!error && snprintf(ret_path, PATH_MAX, "%s", name) >= PATH_MAX)
        error = ENAMETOOLONG;
    return error ? not_executable(name, error) : 0;
}
