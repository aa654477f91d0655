/*
 * Goroutines that wait for ever are leaks only in a program that thinks it is done: told when main
 * returns (exit), on request of the environment, and whenever the program asks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "finding.h"
#include "panic.h"
#include "quiet.h"
#include "racerun/go/defer.h"
#include "worker.h"

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
    dump_one_begin();
    dump_add(&dump);
    text_write(&dump.text, STDERR_FILENO);
    dump_one_end();
}

size_t rgo_leak_report(void)
{
    runtime_start();
    struct dump dump = {.who = DUMP_WAITING, .self = goroutine_self(), .live = true};
    struct text head = {0};
    dump_one_begin();
    dump_add(&dump);
    if (dump.told) {
        text_add(&head, "racerun-go: %zu goroutine%s still wait%s:\n\n%.*s", dump.told,
                 dump.told == 1 ? "" : "s", dump.told == 1 ? "s" : "", (int)dump.text.length,
                 dump.text.bytes);
        text_write(&head, STDERR_FILENO);
    }
    dump.text.length = 0;
    text_write(&dump.text, STDERR_FILENO); /* gives the memory back */
    dump_one_end();
    return dump.told;
}

size_t leaks_collect(struct text *ret_text,
                     bool (*chosen)(const struct goroutine *g, void *context), void *context)
{
    struct dump dump = {.who = DUMP_WAITING,
                        .self = goroutine_self(),
                        .live = true,
                        .chosen = chosen,
                        .chosen_context = context};
    dump_one_begin();
    dump_add(&dump);
    dump_one_end();
    *ret_text = dump.text;
    return dump.told;
}

static bool is_set(const char *text)
{
    return text && *text && !(text[0] == '0' && !text[1]);
}

#define SETTLE_NS INT64_C(100000000)  /* so long for those that only wait for the clock or a connection */
#define RUNNING_NS INT64_C(1000000000) /* and for those that run */

/*
 * For the detector, if it was asked for. That a goroutine waits for ever is certain only when
 * nothing is left that could wake it: no other goroutine, timer, connection or thread. So others
 * may go on until they all wait, as they may anyway while the process ends; if they do not in time,
 * nothing is told.
 */
static void leaks_find(void)
{
    if (LIKELY(!runtime_hooks) || !runtime_hooks->wanted ||
        !runtime_hooks->wanted(RGO_FINDING_LEAK) || !dump_self() || main_exited())
        return;
    int64_t now = time_now();
    if (quiet_wait(now + SETTLE_NS, now + RUNNING_NS) == QUIET_FOREVER)
        finding_leaks(NULL, NULL);
}

/* After the program's own atexit handlers. */
__attribute__((destructor)) static void leaks_tell(void)
{
    const char *code = getenv("RGO_LEAKS_EXIT");
    finding_unfinished();
    leaks_find();
    if (!is_set(getenv("RGO_LEAKS")) && !is_set(code))
        return;
    if (rgo_leak_report() && is_set(code)) {
        fflush(NULL);
        _exit(atoi(code));
    }
}
