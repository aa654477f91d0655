#!/bin/bash
# Threads that reach the memory limit together do not wait for each other for ever.
. "$(dirname "$0")/lib.sh"
cat >fill.c <<'C'
#include <pthread.h>
#include <stdlib.h>
static void *fill(void *unused)
{
    for (int round = 0; round < 12; round++) {
        volatile char *block = malloc(1 << 20);
        for (int i = 0; i < 1 << 20; i += 8)
            block[i] = 1;
        free((char *)block);
    }
    return unused;
}
int main(void)
{
    pthread_t threads[6];
    for (int i = 0; i < 6; i++)
        pthread_create(&threads[i], 0, fill, 0);
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], 0);
    return 5;
}
C
"$racerun" cc -g -O1 -pthread fill.c -o fill || fail "cannot build"
for _ in 1 2 3; do
    expect 5 timeout 120 "$racerun" --memory-limit=24M ./fill
    has err 'memory limit was reached'
done
