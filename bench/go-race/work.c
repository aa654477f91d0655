/*
 * Workloads for the detector that ../coro/work.c does not have: how its costs grow with the number
 * of live goroutines. work.go is the same in Go. How it is called and what it prints: ../driver.h.
 * `pairs` and `rounds` are measured after all have started and met once.
 */
#include <racerun/go.h>

#include "../driver.h"

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

static void pairs_with(long n, size_t capacity)
{
    long pairs = n / 2, rounds = 1000000 / pairs > 100 ? 1000000 / pairs : 100;
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
    measured.operations = (double)pairs * (double)rounds;
}

static void pairs(long n)
{
    pairs_with(n, 0);
}

static void pairs_buffered(long n)
{
    pairs_with(n, 1);
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
    measured.operations = (double)n * (ROUNDS - 1);
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
    for (int i = 0; i < 10; i++)
        go(contend, n / 10, &m, &count, &group);
    waitgroup_wait(&group);
    measured.operations = (double)count;
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
    for (long i = 0; i < n; i += 1000) {
        waitgroup group = {0};
        waitgroup_add(&group, 1000);
        for (int j = 0; j < 1000; j++)
            go(one, &places[j], &group);
        waitgroup_wait(&group);
    }
}

static const struct work works[] = {
    {"pairs", 1000, pairs},
    {"pairs_buffered", 1000, pairs_buffered},
    {"rounds", 1000, rounds},
    {"contended", 200000, contended},
    {"generations", 200000, generations},
};

int main(int argc, char **argv)
{
    return works_run(works, sizeof works / sizeof *works, argc, argv);
}
