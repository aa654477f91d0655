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

/* What is left of an exhaustive search: by the guesses so far that were made after half as many
 * schedules as now, from the least to the most. */
static void left_show(const struct explore_shared *shared, uint64_t executed)
{
    enum { KEPT = 16 };
    static double guesses[KEPT], at[KEPT];
    static unsigned count;
    double done = (double)atomic_load(&shared->done_ppm) / 1e6, least = 0, most = 0;
    if (done <= 0)
        return;
    guesses[count % KEPT] = (double)executed / done;
    at[count++ % KEPT] = (double)executed;
    for (unsigned i = 0; i < KEPT && i < count; i++) {
        if (2 * at[i] < (double)executed)
            continue;
        least = least == 0 || guesses[i] < least ? guesses[i] : least;
        most = guesses[i] > most ? guesses[i] : most;
    }
    double now = (double)executed;
    fprintf(stderr, ", about %.3g to %.3g to go", least > now ? least - now : 0, most - now);
}

static void show(void *argument)
{
    const struct search *search = argument;
    const struct explore_shared *shared = search->campaign.shared;
    uint64_t now = sys_monotonic_ns(), executed = atomic_load(&shared->executed);
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
    if (search->exhaustive)
        left_show(shared, executed);
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
