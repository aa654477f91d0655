/*
 * Tee: each value goes to both outputs, whichever is ready first. A channel variable set to NULL
 * is a case that is never ready: so each gets the value once.
 *
 * stdout-only: left 1 2 3 4 5
 * stdout-only: right sum 15
 */
#include <racerun/go.h>
#include <stdio.h>

static void tee(chan(int) from, chan(int) left, chan(int) right)
{
    chan_range(v, from) {
        chan(int) l = left;
        chan(int) r = right;
        while (l || r) {
            chan_select {
                on_send(l, v)
                    l = NULL;
                on_send(r, v)
                    r = NULL;
            }
        }
    }
    chan_close(left);
    chan_close(right);
}

static void count_to(int n, chan(int) out)
{
    for (int i = 1; i <= n; i++)
        chan_send(out, i);
    chan_close(out);
}

static void add_up(chan(int) values, chan(int) result)
{
    int sum = 0;
    chan_range(v, values)
        sum += v;
    chan_send(result, sum);
}

int main(void)
{
    chan(int) source = chan_make(int), left = chan_make(int), right = chan_make(int);
    chan(int) sum = chan_make(int);

    go(count_to, 5, source);
    go(tee, source, left, right);
    go(add_up, right, sum);

    printf("left");
    chan_range(v, left)
        printf(" %d", v);
    printf("\nright sum %d\n", chan_get(sum));
    return 0;
}
