/*
 * The time that tests may take. A thread of its own waits for it, as all workers may be busy; it is
 * a helper to the scheduler, which goes on to see deadlocks.
 */
#include "testing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "controlled.h"
#include "worker.h"

#define NS_PER_SECOND INT64_C(1000000000)

static const struct unit {
    const char *name;
    double ns;
} units[] = {{"ns", 1},  {"us", 1e3}, {"ms", 1e6}, /* before "m" */
             {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};

static const struct unit *unit_read(const char *at)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strncmp(at, units[i].name, strlen(units[i].name)) == 0)
            return &units[i];
    return NULL;
}

bool duration_parse(const char *text, int64_t *ret_ns)
{
    double sum = 0;
    if (strcmp(text, "0") == 0) {
        *ret_ns = 0;
        return true;
    }
    do {
        char *end;
        if (*text < '.' || *text > '9') /* no sign, no blank, no "inf" */
            return false;
        double number = strtod(text, &end);
        const struct unit *unit = end == text ? NULL : unit_read(end);
        if (!unit)
            return false;
        sum += number * unit->ns;
        text = end + strlen(unit->name);
    } while (*text);
    if (!(sum < 9e18))
        return false;
    *ret_ns = (int64_t)sum;
    return true;
}

/* As Go writes it: 10m0s, 1.5s, 20ms. */
static void duration_add(struct text *text, int64_t ns)
{
    int64_t seconds = ns / NS_PER_SECOND, minutes = seconds / 60, hours = minutes / 60;
    if (seconds == 0) {
        text_add(text, ns < 1000000 ? "%gus" : "%gms", (double)ns / (ns < 1000000 ? 1e3 : 1e6));
        return;
    }
    if (hours)
        text_add(text, "%" PRId64 "h", hours);
    if (minutes)
        text_add(text, "%" PRId64 "m", minutes % 60);
    text_add(text, "%.10gs", (double)(ns - minutes * 60 * NS_PER_SECOND) / 1e9);
}

/* ---- running out of it ---- */

static bool is_running(const rgo_test *t)
{
    return t->parent && atomic_load(&t->goroutine) && !atomic_load(&t->done) &&
           !atomic_load(&t->paused);
}

/* The innermost ones, the oldest first. True: there are some at or below t. */
static bool running_add(struct text *text, rgo_test *t, int64_t now)
{
    bool any = false;
    lock_take(&t->lock);
    rgo_test *first = t->children;
    lock_release(&t->lock);
    for (rgo_test *child = first; child; child = child->next_child)
        any |= running_add(text, child, now);
    if (any || !is_running(t))
        return any;
    int64_t seconds = (now - t->begun + NS_PER_SECOND / 2) / NS_PER_SECOND;
    text_add(text, "\t%s (", t->name);
    if (seconds)
        duration_add(text, seconds * NS_PER_SECOND);
    else
        text_add(text, "0s");
    text_add(text, ")\n");
    return true;
}

RGO_NORETURN static void time_is_out(void)
{
    dump_last_begin();
    struct dump dump = {.who = DUMP_ALL, .live = true};
    text_add(&dump.text, "panic: test timed out after ");
    duration_add(&dump.text, testing.timeout);
    text_add(&dump.text, "\nrunning tests:\n");
    running_add(&dump.text, &test_root, time_now());
    text_add(&dump.text, "\n");
    dump_add(&dump);
    dump_last(&dump);
}

static void *watch_main(void *unused)
{
    struct timespec at = {.tv_sec = testing.deadline / NS_PER_SECOND,
                          .tv_nsec = testing.deadline % NS_PER_SECOND};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) != 0)
        ;
    time_is_out();
    return unused;
}

/* Under a controller time is virtual, and it knows itself what goes on for too long. */
void test_watch_start(void)
{
    if (testing.deadline == TIME_NEVER || controlled)
        return;
    if (!scheduler_helper_start(watch_main))
        fatal_text("testing: cannot create a thread for -timeout");
}
