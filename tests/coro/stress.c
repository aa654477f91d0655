/*
 * A stress program: coro_stress SECONDS [SEED]. Some goroutines draw scenarios at random and run
 * them side by side, each on objects of its own, and check what must hold: sums, counts, mutual
 * exclusion, who is woken and how. What is drawn depends on the seed alone, which is printed; how
 * it interleaves does not. Meant for AddressSanitizer too. A run that hangs is ended, with the
 * states of all goroutines.
 */
#include "stress.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DRIVERS 6
#define HANG_SECONDS 120

static uint64_t seed;

void stress_failed(const char *condition, const char *function, int line)
{
    fprintf(stderr, "coro_stress: %s:%d: not so: %s (seed %llu)\n", function, line, condition,
            (unsigned long long)seed);
    abort();
}

static const struct scenario {
    const char *name;
    void (*run)(struct random *random);
} scenarios[] = {
    {"spawns", stress_spawns},         {"trees", stress_trees},
    {"pipelines", stress_pipelines},   {"wides", stress_wides},
    {"selections", stress_selections}, {"closings", stress_closings},
    {"lockings", stress_lockings},     {"poolings", stress_poolings},
    {"mappings", stress_mappings},     {"locals", stress_locals},
    {"timings", stress_timings},       {"contexts", stress_contexts},
    {"panics", stress_panics},         {"pipes", stress_pipes},
    {"blockings", stress_blockings},   {"guests", stress_guests},
    {"groups", stress_groups},
};
#define SCENARIOS (sizeof scenarios / sizeof scenarios[0])

static int64_t runs[SCENARIOS];

static void drives(int id, int64_t until, waitgroup *wg)
{
    struct random random = {seed * 1000 + (uint64_t)id};
    while (go_now() < until) {
        uint32_t which = draw(&random, SCENARIOS);
        go_name_set(scenarios[which].name);
        scenarios[which].run(&random);
        rgo_atomic_add(&runs[which], 1);
    }
    waitgroup_done(wg);
}

/* The runtime tells what all goroutines wait for. */
static void hangs(int signal_number)
{
    (void)signal_number;
    raise(SIGQUIT);
}

int main(int argc, char **argv)
{
    int limit = argc > 1 ? atoi(argv[1]) : 10;
    seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)getpid();
    printf("coro_stress: seed %llu, %u processors\n", (unsigned long long)seed, go_procs());
    fflush(stdout);
    signal(SIGALRM, hangs);
    alarm((unsigned)limit + HANG_SECONDS);
    waitgroup wg = {0};
    waitgroup_add(&wg, DRIVERS);
    for (int i = 0; i < DRIVERS; i++)
        go(drives, i, go_now() + seconds(limit), &wg);
    waitgroup_wait(&wg);
    for (int64_t rest = go_now() + seconds(10); go_count() > 1 && go_now() < rest;)
        go_yield();
    CHECK(go_count() == 1);
    for (size_t i = 0; i < SCENARIOS; i++)
        printf("%8lld %s\n", (long long)runs[i], scenarios[i].name);
    return 0;
}
