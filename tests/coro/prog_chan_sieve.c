/*
 * The prime sieve: one goroutine and one channel for each prime.
 * stdout-only: 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71
 */
#include <racerun/go.h>
#include <stdio.h>

static void generate(chan(int) to)
{
    for (int i = 2;; i++)
        chan_send(to, i);
}

static void filter(chan(int) from, chan(int) to, int prime)
{
    for (;;) {
        int i = chan_get(from);
        if (i % prime)
            chan_send(to, i);
    }
}

int main(void)
{
    chan(int) c = chan_make(int);
    go(generate, c);
    for (int i = 0; i < 20; i++) {
        int prime = chan_get(c);
        printf(i ? " %d" : "%d", prime);
        chan(int) next = chan_make(int);
        go(filter, c, next, prime);
        c = next;
    }
    printf("\n");
    return 0;
}
