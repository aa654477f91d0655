/*
 * progress: see progress.h.
 */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/sys.h"

#define NS_PER_S UINT64_C(1000000000)
enum { EVERY_ON_TERMINAL = 1, EVERY_ELSEWHERE = 10 }; /* seconds */

/* One search a process. */
static uint64_t shown_ns, shown; /* when, and how many schedules then */
static bool line_open;

/* Good and Turing: as likely as the traces seen once are among all schedules. */
static double chance_of_new(const struct explore_shared *shared, uint64_t executed)
{
    return executed ? 100.0 * (double)atomic_load(&shared->once) / (double)executed : 100.0;
}

bool progress_left(const struct search *search, uint64_t *ret_least, uint64_t *ret_most)
{
    const struct explore_shared *shared = search->campaign.shared;
    uint64_t executed = atomic_load(&shared->executed);
    uint64_t least = atomic_load(&shared->all_least), most = atomic_load(&shared->all_most);
    if (!search->exhaustive || !most)
        return false;
    *ret_least = least > executed ? least - executed : 0;
    *ret_most = most > executed ? most - executed : 0;
    return true;
}

static void show(void *argument)
{
    const struct search *search = argument;
    const struct explore_shared *shared = search->campaign.shared;
    uint64_t now = sys_monotonic_ns(), executed = atomic_load(&shared->executed);
    uint64_t least, most;
    bool terminal = isatty(STDERR_FILENO);
    uint64_t every = (terminal ? EVERY_ON_TERMINAL : EVERY_ELSEWHERE) * NS_PER_S;
    if (search->campaign.session->settings.quiet || now - shown_ns < every)
        return;
    fprintf(stderr,
            "%sracerun: %llu schedules, %.0f a second, %llu distinct, %.1f %% chance of new, %u "
            "findings",
            terminal ? "\r" : "", (unsigned long long)executed,
            (double)(executed - shown) / ((double)(now - shown_ns) / 1e9),
            (unsigned long long)atomic_load(&shared->distinct), chance_of_new(shared, executed),
            search->findings);
    if (progress_left(search, &least, &most))
        fprintf(stderr, ", about %.3g to %.3g to go", (double)least, (double)most);
    fprintf(stderr, "%s", terminal ? "\033[K" : "\n");
    shown_ns = now;
    shown = executed;
    line_open = terminal;
}

void progress_begin(struct search *search)
{
    search->campaign.progress = show;
    search->campaign.progress_argument = search;
    shown_ns = sys_monotonic_ns();
}

void progress_end(struct search *search)
{
    (void)search;
    if (line_open)
        fprintf(stderr, "\r\033[K");
    line_open = false;
}
