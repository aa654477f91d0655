/* What a test has around it: cleanups, and folders of its own. */
#include "testing.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDERS_OPEN 16 /* at a time, while one is removed */

void rgo_test_cleanup(rgo_test *t, void (*fn)(void *argument), void *argument)
{
    struct test_cleanup *added = test_memory(sizeof *added);
    added->fn = fn;
    added->argument = argument;
    lock_take(&t->lock);
    added->next = t->cleanups;
    t->cleanups = added;
    lock_release(&t->lock);
}

static int entry_remove(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)where;
    return kind == FTW_DP ? rmdir(path) : unlink(path);
}

static void tempdir_remove(void *argument)
{
    rgo_test *t = argument;
    if (nftw(t->tempdir, entry_remove, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS) != 0)
        rgo_test_errorf(t, "TempDir RemoveAll cleanup: %s: %s", t->tempdir, strerror(errno));
}

/* The folder that holds those of a test: "/tmp/test_x-sub.1a2b3c". */
static char *tempdir_make(const rgo_test *t)
{
    const char *parent = getenv("TMPDIR");
    char *path = NULL;
    if (asprintf(&path, "%s/%s.XXXXXX", parent && *parent ? parent : "/tmp", t->name) < 0)
        return NULL;
    for (char *at = path + strlen(path) - strlen(t->name) - strlen(".XXXXXX"); *at; at++)
        if (*at == '/')
            *at = '-';
    return mkdtemp(path);
}

const char *rgo_test_tempdir(rgo_test *t)
{
    char *none = NULL, *made = atomic_load(&t->tempdir) ? NULL : tempdir_make(t);
    if (made && !atomic_compare_exchange_strong(&t->tempdir, &none, made))
        rmdir(made), free(made); /* another goroutine was faster */
    else if (made)
        rgo_test_cleanup(t, tempdir_remove, t);
    if (!atomic_load(&t->tempdir))
        rgo_test_fatalf(t, "TempDir: %s", strerror(errno));
    struct test_folder *folder = test_memory(sizeof *folder);
    lock_take(&t->lock);
    unsigned number = ++t->folder_count;
    folder->next = t->folders;
    t->folders = folder;
    lock_release(&t->lock);
    if (asprintf(&folder->path, "%s/%03u", t->tempdir, number) < 0 ||
        mkdir(folder->path, 0777) != 0)
        rgo_test_fatalf(t, "TempDir: %s", strerror(errno));
    return folder->path;
}
