#!/bin/bash
# The runtime linked into the program: what it does to memory by itself does not count, what it tells does,
# and the program's own calls of memory functions still count.
. "$(dirname "$0")/lib.sh"

library=${RACERUN_BUILD:-$here/../../build}/lib/libracerun-go.a
[ -e "$library" ] || exit 77

cat >uses.c <<'C'
#include <racerun/go.h>
#include <stdio.h>
#include <string.h>

typedef struct block {
    long at[5]; /* copied by memcpy, on behalf of whoever waited */
} block;

static mutex lock;
static int counted;

static void worker(chan(block) in, chan(block) out, waitgroup *group)
{
    chan_range(b, in) {
        b.at[0]++;
        chan_send(out, b);
    }
    mutex_lock(&lock);
    counted++;
    mutex_unlock(&lock);
    waitgroup_done(group);
}

int main(void)
{
    chan(block) in = chan_make(block), out = chan_make(block, 3);
    waitgroup group = {0};
    long sum = 0, received = 0;
    waitgroup_add(&group, 4);
    for (int i = 0; i < 4; i++)
        go(worker, in, out, &group);
    for (long i = 0; i < 1000; i++) {
        block b = {{i}}, result;
        for (bool sent = false; !sent;) {
            chan_select {
                on_send(in, b)
                    sent = true;
                on_recv(out, &result) {
                    sum += result.at[0];
                    received++;
                }
            }
        }
    }
    for (; received < 1000; received++)
        sum += chan_get(out).at[0];
    chan_close(in);
    waitgroup_wait(&group);
    printf("%ld %d\n", sum, counted);
    chan_free(in);
    chan_free(out);
    return 0;
}
C
cat >racy.c <<'C'
#include <racerun/go.h>
#include <string.h>

static char shared[64];
static mutex lock;

#ifdef BY_WAITGROUP
static void fill(waitgroup *group)
{
    waitgroup_done(group);
    memset(shared, 1, sizeof shared);
}
#else
static void fill(waitgroup *group)
{
    mutex_lock(&lock);
    mutex_unlock(&lock);
    memset(shared, 1, sizeof shared);
    waitgroup_done(group);
}
#endif

int main(void)
{
    waitgroup group = {0};
    waitgroup_add(&group, 2);
    go(fill, &group);
    go(fill, &group);
    waitgroup_wait(&group);
    return 0;
}
C
build() { # OUT SOURCE...
    "$racerun" cc -g -O1 "${@:2}" "$library" -lunwind -o "$1" || fail "$1 does not link"
    ldd "$1" | grep -q racerun-go && fail "$1 is not linked with the static library"
}
build uses uses.c
build racy racy.c
build racy_wg -DBY_WAITGROUP racy.c
for RGO_PROCS in 1 2; do
    export RGO_PROCS
    expect 0 "$racerun" ./uses
    has out '^500500 4$'
    lacks err .
    for program in racy racy_wg; do
        expect 66 "$racerun" ./$program
        has err '`shared` .char .64..'
        has err '#0 fill '
    done
done
