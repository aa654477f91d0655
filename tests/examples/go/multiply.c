/*
 * A goroutine returns its result over a channel. The two products may be ready in either order;
 * their sum does not care.
 *
 * stdout-only: 2 + 12 = 14
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

    int x = chan_get(c);
    int y = chan_get(c);
    if (x > y) {
        int smaller = y;
        y = x;
        x = smaller;
    }
    printf("%d + %d = %d\n", x, y, x + y);
    chan_free(c);
    return 0;
}
