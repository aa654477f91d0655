/*
 * The concurrent prime sieve: a chain of goroutines, one for each prime found so far, each of
 * which lets through what its prime does not divide. What reaches the end of the chain is the next
 * prime.
 *
 * stdout-only: 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71
 */
#include <racerun/go.h>
#include <stdio.h>

static void generate(chan(int) out)
{
    for (int i = 2;; i++)
        chan_send(out, i);
}

static void filter(chan(int) numbers, chan(int) out, int prime)
{
    chan_range(i, numbers) {
        if (i % prime != 0)
            chan_send(out, i);
    }
}

int main(void)
{
    chan(int) c = chan_make(int);

    go(generate, c);
    for (int i = 0; i < 20; i++) {
        int prime = chan_get(c);
        printf("%d%c", prime, i < 19 ? ' ' : '\n');
        chan(int) filtered = chan_make(int);
        go(filter, c, filtered, prime);
        c = filtered;
    }
    return 0; /* the chain ends with the program */
}
