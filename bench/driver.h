/*
 * driver: what the programs of works have in common. A program is a table of works and
 * `return works_run(works, count, argc, argv);`.
 *
 *     usage: work NAME [N]     prints: NAME N cpu_ns_per_op wall_ns_per_op
 *
 * CPU is of the process, all threads, user and kernel. A work is measured from its beginning, so
 * that setting up counts, or from measure_begin(); an operation is one of its N unless it says
 * otherwise.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct work {
    const char *name;
    long n; /* when none is given */
    void (*run)(long n);
};

static struct {
    double cpu, wall, operations;
    double cpu_ns; /* of all operations, as the work has measured it itself; 0: it has not */
    bool told;     /* the work has printed its figures itself */
} measured;

static double clock_ns(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static void measure_begin(void)
{
    measured.cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    measured.wall = clock_ns(CLOCK_MONOTONIC);
}

static void work_run(const struct work *work, long n)
{
    measured.operations = (double)n;
    measure_begin();
    work->run(n);
    double cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - measured.cpu;
    if (measured.cpu_ns > 0)
        cpu = measured.cpu_ns;
    double wall = clock_ns(CLOCK_MONOTONIC) - measured.wall;
    if (!measured.told)
        printf("%s %ld %.1f %.1f\n", work->name, n, cpu / measured.operations,
               wall / measured.operations);
}

static int works_run(const struct work *works, size_t count, int argc, char **argv)
{
    for (size_t i = 0; i < count; i++) {
        if (argc < 2 || strcmp(works[i].name, argv[1]) != 0)
            continue;
        work_run(&works[i], argc > 2 ? atol(argv[2]) : works[i].n);
        return 0;
    }
    fprintf(stderr, "usage: work NAME [N]\n");
    return 2;
}
