/*
 * Two goroutines hand their results over.
 * stdout-only: 24
 */
#include <racerun/go.h>
#include <stdio.h>

static void multiply(int a, int b, chan(int) c)
{
    chan_send(c, a * b);
}

int main(void)
{
    chan(int) c = chan_make(int);
    go(multiply, 1, 2, c);
    go(multiply, 3, 4, c);
    int x = chan_get(c), y = chan_get(c);
    printf("%d\n", x * y);
    chan_free(c);
    return 0;
}
