/*
 * Workloads for the detector that ../coro/work.c does not have: how its costs grow with the number
 * of live goroutines, and what one that waits takes. work.go is the same in Go.
 *
 *     usage: work NAME N       prints: NAME N cpu_ns_per_op wall_ns_per_op
 *
 * CPU is of the process, all threads, user and kernel. `pairs` and `rounds` are measured after all
 * have started and met once; `idle` is bytes each.
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct timespec cpu_begin, wall_begin;

static void measure_begin(void)
{
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_begin);
    clock_gettime(CLOCK_MONOTONIC, &wall_begin);
}

static double since(clockid_t clock, const struct timespec *begin)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)(now.tv_sec - begin->tv_sec) * 1e9 + (double)(now.tv_nsec - begin->tv_nsec);
}

static void measure_end(const char *name, long n, double operations)
{
    double cpu = since(CLOCK_PROCESS_CPUTIME_ID, &cpu_begin);
    printf("%s %ld %.1f %.1f\n", name, n, cpu / operations,
           since(CLOCK_MONOTONIC, &wall_begin) / operations);
}

/* n goroutines live; each half of a pair sends the other a value and gets one back, and nobody else
 * has to do with that. An operation is a value there and back. */
static void reflect(chan(long) there, chan(long) back)
{
    chan_range(v, there) chan_send(back, v);
}

static void play(chan(long) there, chan(long) back, long rounds, chan(int) ready, chan(int) gate,
                 chan(int) done)
{
    chan_send(there, 0);
    chan_get(back);
    chan_send(ready, 1);
    chan_get(gate);
    for (long i = 0; i < rounds; i++) {
        chan_send(there, i);
        chan_get(back);
    }
    chan_send(done, 1);
    chan_get((chan(int))NULL);
}

static void pairs_with(long n, size_t capacity, const char *name)
{
    long pairs = n / 2, rounds = 1000000 / pairs;
    chan(int) ready = chan_make(int, 1), gate = chan_make(int), done = chan_make(int, 1);
    for (long i = 0; i < pairs; i++) {
        chan(long) there = chan_make(long, capacity), back = chan_make(long, capacity);
        go(reflect, there, back);
        go(play, there, back, rounds, ready, gate, done);
    }
    for (long i = 0; i < pairs; i++)
        chan_get(ready);
    measure_begin();
    chan_close(gate);
    for (long i = 0; i < pairs; i++)
        chan_get(done);
    measure_end(name, n, (double)pairs * (double)rounds);
}

static void pairs(long n)
{
    pairs_with(n, 0, "pairs");
}

static void pairs_buffered(long n)
{
    pairs_with(n, 1, "pairs_buffered");
}

/* n goroutines, round after round: all report to one WaitGroup, and go on when all have: everybody
 * then knows what everybody did. An operation is one goroutine's part of a round. */
enum { ROUNDS = 11 };

static void take_part(waitgroup *reported, waitgroup *released)
{
    for (int i = 0; i < ROUNDS; i++) {
        waitgroup_done(&reported[i]);
        waitgroup_wait(&released[i]);
    }
}

static void rounds(long n)
{
    static waitgroup reported[ROUNDS], released[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        waitgroup_add(&reported[i], (int)n);
        waitgroup_add(&released[i], 1);
    }
    for (long i = 0; i < n; i++)
        go(take_part, reported, released);
    for (int i = 0; i < ROUNDS; i++) {
        waitgroup_wait(&reported[i]);
        waitgroup_done(&released[i]);
        if (i == 0)
            measure_begin();
    }
    measure_end("rounds", n, (double)n * (ROUNDS - 1));
}

/* One mutex that ten goroutines want; they let each other run while they have it. */
static void contend(long times, mutex *m, long *count, waitgroup *group)
{
    for (long i = 0; i < times; i++) {
        mutex_lock(m);
        ++*count;
        if (i % 10 == 0)
            go_yield();
        mutex_unlock(m);
    }
    waitgroup_done(group);
}

static void contended(long n)
{
    mutex m = {0};
    waitgroup group = {0};
    long count = 0;
    waitgroup_add(&group, 10);
    measure_begin();
    for (int i = 0; i < 10; i++)
        go(contend, n / 10, &m, &count, &group);
    waitgroup_wait(&group);
    measure_end("contended", n, (double)count);
}

/* n goroutines over the run, 1000 at a time, that a WaitGroup waits for. */
static void one(long *place, waitgroup *group)
{
    *place = 1;
    waitgroup_done(group);
}

static void generations(long n)
{
    static long places[1000];
    measure_begin();
    for (long i = 0; i < n; i += 1000) {
        waitgroup group = {0};
        waitgroup_add(&group, 1000);
        for (int j = 0; j < 1000; j++)
            go(one, &places[j], &group);
        waitgroup_wait(&group);
    }
    measure_end("generations", n, (double)n);
}

static long memory_kilobytes(void)
{
    char line[256];
    long total = 0, value;
    FILE *status = fopen("/proc/self/status", "r");
    if (!status)
        abort();
    while (fgets(line, sizeof line, status)) {
        if (sscanf(line, "VmRSS: %ld", &value) == 1 || sscanf(line, "VmPTE: %ld", &value) == 1)
            total += value;
    }
    fclose(status);
    return total;
}

static void wait_for_ever(chan(int) here, chan(int) never)
{
    chan_send(here, 1);
    chan_get(never);
}

static void idle(long n)
{
    chan(int) here = chan_make(int), never = chan_make(int);
    long before = memory_kilobytes();
    for (long i = 0; i < n; i++) {
        go(wait_for_ever, here, never);
        if (i % 1000 == 999) {
            for (int j = 0; j < 1000; j++)
                chan_get(here);
        }
    }
    go_yield();
    printf("idle %ld %.0f 0\n", n, (double)(memory_kilobytes() - before) * 1024 / (double)n);
}

static const struct {
    const char *name;
    void (*run)(long n);
} works[] = {
    {"pairs", pairs},         {"pairs_buffered", pairs_buffered}, {"rounds", rounds},
    {"contended", contended}, {"generations", generations},       {"idle", idle},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        if (argc == 3 && strcmp(works[i].name, argv[1]) == 0) {
            works[i].run(atol(argv[2]));
            return 0;
        }
    }
    fprintf(stderr, "usage: work NAME N\n");
    return 2;
}
