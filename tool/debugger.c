/*
 * debugger: see debugger.h.
 */
#include "debugger.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool.h"
#include "words.h"

/* "gdb", or what RACERUN_GDB says: "gdb -batch -x commands". */
static struct words command(void)
{
    struct words words = {0};
    const char *chosen = getenv("RACERUN_GDB");
    if (chosen)
        words_split(&words, chosen);
    if (!words.count)
        words_add(&words, "gdb");
    return words;
}

int debugger_check(void)
{
    struct words words = command();
    char path[PATH_MAX];
    int code = program_resolve(words.items[0], path);
    free(words.items);
    return code ? tool_fail("--gdb needs gdb: install it, or name it by RACERUN_GDB") : 0;
}

static void debug(uint32_t pid)
{
    struct words words = command();
    char *number = text_format("%u", pid);
    pid_t gdb;
    int status;
    words_add(&words, "-p");
    words_add(&words, number);
    tool_say("the program stopped at the finding; its tasks are gdb's threads: `thread apply all "
             "backtrace` shows them, `continue` goes on");
    int error = posix_spawnp(&gdb, words.items[0], NULL, NULL, words.items, environ);
    if (error)
        tool_say("cannot start %s: %s", words.items[0], strerror(error));
    while (!error && waitpid(gdb, &status, 0) < 0 && errno == EINTR)
        continue;
    free(number);
    free(words.items);
}

bool debugger_run(struct worker *worker)
{
    struct campaign *campaign = worker->campaign;
    struct explore_block *block = worker->block;
    worker_start(worker);
    for (;;) {
        uint32_t heard = campaign_bell(campaign);
        if (worker_answered(worker))
            return true;
        if (!worker_lives(worker))
            return worker_answered(worker);
        if (atomic_load(&block->stopped) && !atomic_load(&block->released)) {
            debug(atomic_load(&block->stopped));
            atomic_store(&block->released, 1);
        }
        campaign_wait(campaign, heard);
    }
}
