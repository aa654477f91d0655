#!/bin/bash
# Goroutines under the detector: channels order what they should and nothing else; racerun finds the
# header and links the runtime unasked.
. "$(dirname "$0")/lib.sh"

cat >quiet.c <<'C'
#include <racerun/go.h>
#include <stdio.h>

static int shared;

static void ponger(chan(int) a, chan(int) b)
{
    int v;
    while (chan_recv(a, &v)) {
        shared++;
        chan_send(b, v + 1);
    }
    chan_close(b);
}

int main(void)
{
    chan(int) a = chan_make(int), b = chan_make(int);
    go(ponger, a, b);
    int x = 0;
    for (int i = 0; i < 1000; i++) {
        chan_send(a, x);
        x = chan_get(b);
        shared++;
    }
    chan_close(a);
    printf("%d %d\n", x, shared);
}
C
# Room for two: a send does not wait for the receive before it.
cat >racy.c <<'C'
#include <racerun/go.h>

static int shared;

static void adder(chan(int) done)
{
    shared++;
    chan_send(done, 1);
}

int main(void)
{
    chan(int) done = chan_make(int, 2);
    go(adder, done);
    go(adder, done);
    chan_get(done);
    chan_get(done);
    return 0;
}
C
for procs in 1 2; do
    export RGO_PROCS=$procs
    expect 0 "$racerun" quiet.c
    has out '^1000 2000$'
    lacks err .
    expect 66 "$racerun" racy.c
    has err 'on `shared` \(int\), a global variable'
    has err '#0 adder .*racy.c:7'
    has err '#0 main .*racy.c:1[45]'
    has err '^racerun: 1 findings'
done
"$racerun" cc -g racy.c -o racy || fail 'racerun cc does not link the runtime'
expect 0 ./racy
expect 66 "$racerun" ./racy
