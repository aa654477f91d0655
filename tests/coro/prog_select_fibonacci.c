/*
 * A generator that serves until it is told to quit; fan-in of two producers.
 * stdout: 0 1 1 2 3 5 8 13 21 34
 * stdout: quit
 * stdout: 100 from a, 100 from b
 */
#include <racerun/go.h>
#include <stdio.h>

static void fibonacci(chan(long) c, chan(bool) quit, chan(bool) over)
{
    long x = 0, y = 1;
    chan_select_forever
    {
        on_send(c, x)
        {
            long sum = x + y;
            x = y;
            y = sum;
        }
        on_recv(quit)
        {
            printf("quit\n");
            chan_close(over);
            return;
        }
    }
}

static void produce(chan(int) c, int count)
{
    for (int i = 0; i < count; i++)
        chan_send(c, i);
    chan_close(c);
}

static void fan_in(chan(int) a, chan(int) b)
{
    int from_a = 0, from_b = 0;
    bool ok;
    while (a || b)
        chan_select
        {
            on_recv(a, NULL, &ok) if (ok) from_a++;
            else a = NULL; /* never ready from now on */
            on_recv(b, NULL, &ok) if (ok) from_b++;
            else b = NULL;
        }
    printf("%d from a, %d from b\n", from_a, from_b);
}

int main(void)
{
    chan(long) c = chan_make(long);
    chan(bool) quit = chan_make(bool), over = chan_make(bool);
    go(fibonacci, c, quit, over);
    for (int i = 0; i < 10; i++)
        printf(i < 9 ? "%ld " : "%ld\n", chan_get(c));
    chan_send(quit, true);
    chan_recv(over, NULL);

    chan(int) a = chan_make(int), b = chan_make(int, 3);
    go(produce, a, 100);
    go(produce, b, 100);
    fan_in(a, b);
    return 0;
}
