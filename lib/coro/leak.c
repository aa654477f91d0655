/*
 * Goroutines that wait for ever are leaks only in a program that thinks it is done: told when main
 * returns (exit), on request of the environment, and whenever the program asks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dump.h"
#include "racerun/go/defer.h"
#include "worker.h"

static struct lock dump_lock; /* rgo_dump and rgo_leak_report: one at a time */

/* A dump may take long: others wait with patience. */
static void dump_lock_take(void)
{
    while (!lock_try(&dump_lock))
        usleep(1000);
}

void rgo_dump(void)
{
    runtime_start();
    unw_context_t context;
    unw_getcontext(&context);
    struct dump dump = {.who = DUMP_ALL,
                        .self = goroutine_self(),
                        .context = &context,
                        .from = __builtin_return_address(0),
                        .live = true};
    dump_lock_take();
    dump_add(&dump);
    text_write(&dump.text, STDERR_FILENO);
    lock_release(&dump_lock);
}

size_t rgo_leak_report(void)
{
    runtime_start();
    struct dump dump = {.who = DUMP_WAITING, .self = goroutine_self(), .live = true};
    struct text head = {0};
    dump_lock_take();
    dump_add(&dump);
    if (dump.told) {
        text_add(&head, "racerun-go: %zu goroutine%s still wait%s:\n\n%.*s", dump.told,
                 dump.told == 1 ? "" : "s", dump.told == 1 ? "s" : "", (int)dump.text.length,
                 dump.text.bytes);
        text_write(&head, STDERR_FILENO);
    }
    dump.text.length = 0;
    text_write(&dump.text, STDERR_FILENO); /* gives the memory back */
    lock_release(&dump_lock);
    return dump.told;
}

static bool is_set(const char *text)
{
    return text && *text && !(text[0] == '0' && !text[1]);
}

/* After the program's own atexit handlers. */
__attribute__((destructor)) static void leaks_tell(void)
{
    const char *code = getenv("RGO_LEAKS_EXIT");
    if (!is_set(getenv("RGO_LEAKS")) && !is_set(code))
        return;
    if (rgo_leak_report() && is_set(code)) {
        fflush(NULL);
        _exit(atoi(code));
    }
}
