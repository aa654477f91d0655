#!/bin/bash
# Many goroutines under the detector: as exact as with few, and within bounds of memory.
. "$(dirname "$0")/lib.sh"

# A hundred thousand live ones in pairs; one pair shares a variable that it should not.
cat >pairs.c <<'C'
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>

static int shared;

static void ponger(chan(long) there, chan(long) back, bool odd)
{
    chan_range(v, there) {
        chan_send(back, v + 1);
        if (odd)
            shared++; /* after the send: the pinger goes on meanwhile */
    }
    chan_close(back);
}

static void pinger(chan(long) there, chan(long) back, chan(int) gate, waitgroup *group, bool odd)
{
    long v = 0;
    chan_get(gate); /* closed when all live */
    for (int i = 0; i < 5; i++) {
        chan_send(there, v);
        v = chan_get(back);
        if (odd)
            shared++;
    }
    chan_close(there);
    if (v != 5)
        abort();
    waitgroup_done(group);
}

int main(int argc, char **argv)
{
    int pairs = atoi(argv[1]), odd = argc > 2 ? atoi(argv[2]) : -1;
    chan(int) gate = chan_make(int);
    waitgroup group = {0};
    waitgroup_add(&group, pairs);
    for (int i = 0; i < pairs; i++) {
        chan(long) there = chan_make(long), back = chan_make(long);
        go(ponger, there, back, i == odd);
        go(pinger, there, back, gate, &group, i == odd);
    }
    chan_close(gate);
    waitgroup_wait(&group);
    printf("%d\n", pairs);
    return 0;
}
C
# Generation after generation; the memory of the dead is reused, but for a few words each.
cat >many.c <<'C'
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>

static long kilobytes(void)
{
    char line[256];
    long total = 0, value;
    FILE *status = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, status))
        if (sscanf(line, "VmRSS: %ld", &value) == 1 || sscanf(line, "VmPTE: %ld", &value) == 1)
            total += value;
    fclose(status);
    return total;
}

static void one(int *place, waitgroup *group)
{
    *place = 1;
    waitgroup_done(group);
}

static void generation(int *places, int count)
{
    waitgroup group = {0};
    int sum = 0;
    waitgroup_add(&group, count);
    for (int i = 0; i < count; i++)
        go(one, &places[i], &group);
    waitgroup_wait(&group);
    for (int i = 0; i < count; i++)
        sum += places[i];
    if (sum != count)
        abort();
}

static void idle(chan(int) here, chan(int) never)
{
    chan_send(here, 1);
    chan_get(never);
}

int main(void)
{
    enum { COUNT = 1000, GENERATIONS = 200, IDLE = 20000 };
    static int places[COUNT];
    for (int i = 0; i < 20; i++)
        generation(places, COUNT);
    long before = kilobytes();
    for (int i = 0; i < GENERATIONS; i++)
        generation(places, COUNT);
    long ended = (kilobytes() - before) * 1024 / (COUNT * GENERATIONS);

    chan(int) here = chan_make(int), never = chan_make(int);
    before = kilobytes();
    for (int i = 0; i < IDLE; i++)
        go(idle, here, never);
    for (int i = 0; i < IDLE; i++)
        chan_get(here);
    go_yield();
    long waiting = (kilobytes() - before) * 1024 / IDLE;
    fprintf(stderr, "ended: %ld bytes each, waiting: %ld bytes each\n", ended, waiting);
    puts(ended < 64 ? "ended: few bytes" : "ended: too many bytes");
    puts(waiting < 13 * 1024 ? "waiting: less than Go" : "waiting: more than Go");
    return 0;
}
C
# A chain of spawns, each by the one before: the last knows what the first did, and no more.
cat >chain.c <<'C'
#include <racerun/go.h>

static int first, last;

static void link_of_chain(int left, waitgroup *group)
{
    if (left) {
        go(link_of_chain, left - 1, group);
        return;
    }
    if (first != 1)
        __builtin_abort();
#ifdef RACY
    waitgroup_done(group);
    last = 1;
#else
    last = 1;
    waitgroup_done(group);
#endif
}

int main(void)
{
    waitgroup group = {0};
    waitgroup_add(&group, 1);
    first = 1;
    go(link_of_chain, 20000, &group);
    waitgroup_wait(&group);
    last++;
    return last != 2 && last != 1;
}
C
for source in pairs many chain; do
    "$racerun" cc -g -O1 $source.c -o $source || fail "$source.c does not compile"
done
"$racerun" cc -g -O1 -DRACY chain.c -o chain_racy || fail 'chain.c does not compile'

for RGO_PROCS in 1 2; do
    export RGO_PROCS
    expect 0 "$racerun" ./pairs 5000
    lacks err .
    expect 66 "$racerun" ./pairs 5000 2500
    has err 'on `shared`'
    has err '#0 p[io]nger '
    expect 0 "$racerun" ./chain
    lacks err .
    expect 66 "$racerun" ./chain_racy
    has err 'on `last`'
done
export RGO_PROCS=1
expect 0 "$racerun" ./pairs 50000
has out '^50000$'
lacks err .
expect 0 "$racerun" ./many
has out '^ended: few bytes$'
has out '^waiting: less than Go$'
