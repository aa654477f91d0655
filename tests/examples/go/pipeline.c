/*
 * Pipeline: each stage is a goroutine between two channels, and closes its output when its input
 * ends. All stages work at the same time; the values keep their order.
 *
 * stdout-only: 1
 * stdout-only: 9
 * stdout-only: 25
 * stdout-only: 49
 * stdout-only: 81
 */
#include <racerun/go.h>
#include <stdio.h>

static void count_to(int n, chan(int) out)
{
    for (int i = 1; i <= n; i++)
        chan_send(out, i);
    chan_close(out);
}

static void keep_odd(chan(int) numbers, chan(int) out)
{
    chan_range(v, numbers) {
        if (v % 2)
            chan_send(out, v);
    }
    chan_close(out);
}

static void square(chan(int) numbers, chan(int) out)
{
    chan_range(v, numbers)
        chan_send(out, v * v);
    chan_close(out);
}

int main(void)
{
    chan(int) numbers = chan_make(int), odd = chan_make(int), squares = chan_make(int);

    go(count_to, 10, numbers);
    go(keep_odd, numbers, odd);
    go(square, odd, squares);
    chan_range(v, squares)
        printf("%d\n", v);
    return 0;
}
