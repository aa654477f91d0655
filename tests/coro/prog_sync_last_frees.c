/*
 * Who unlocks last may free the mutex, though others unlocked and woke a moment ago.
 * stdout-only: freed 20000
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shared {
    mutex m;
    int users;
};

static long freed;
static waitgroup wg;

static void let_go(struct shared *shared)
{
    mutex_lock(&shared->m);
    if (shared->users % 2)
        go_yield();
    int left = --shared->users;
    mutex_unlock(&shared->m);
    if (left == 0) {
        memset(shared, 0xff, sizeof *shared);
        free(shared);
        rgo_atomic_add(&freed, 1);
    }
    waitgroup_done(&wg);
}

int main(void)
{
    for (int i = 0; i < 20000; i++) {
        struct shared *shared = calloc(1, sizeof *shared);
        shared->users = 4;
        waitgroup_add(&wg, 4);
        for (int k = 0; k < 4; k++)
            go(let_go, shared);
        if (i % 16 == 0)
            waitgroup_wait(&wg);
    }
    waitgroup_wait(&wg);
    printf("freed %ld\n", freed);
    return 0;
}
