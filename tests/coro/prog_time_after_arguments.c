/*
 * A timer's function gets the arguments as they were when the timer was made, of any types, each time
 * that the timer fires; a goroutine that exits or panics does no harm to the next.
 * stdout-only: 1 2.5 3 4 text 5 6 7 8 9
 * stdout-only: 1 2.5 3 4 text 5 6 7 8 9
 * stdout-only: 1 2.5 3 4 text 5 6 7 8 9
 * stdout-only: later 3 times
 */
#include <racerun/go.h>
#include <stdio.h>

struct two {
    double first;
    long second;
};
struct large {
    long at[4];
};

static void show(int a, double b, struct two c, const char *text, long d, long e, long f,
                 struct large g, chan(int) done)
{
    printf("%d %g %g %ld %s %ld %ld %ld %ld %ld\n", a, b, c.first, c.second, text, d, e, f, g.at[0],
           g.at[3]);
    chan_send(done, 1);
}

static void count(int *counter, waitgroup *wg)
{
    defer(waitgroup_done, wg);
    ++*counter;
    if (*counter == 1)
        go_exit();
}

static void nothing(void)
{
}

int main(void)
{
    chan(int) done = chan_make(int);
    struct two c = {3, 4};
    struct large g = {{8, 0, 0, 9}};
    int a = 1;
    timer *t = time_after_func(us(1), show, a, 2.5, c, "text", 5, 6, 7, g, done);
    a = 0, c.second = 0, g.at[3] = 0;
    chan_get(done);
    timer_reset(t, -1);
    chan_get(done);
    timer_free(t);
    g.at[3] = 9;
    go_after(0, show, 1, 2.5, ((struct two){3, 4}), "text", 5, 6, 7, g, done);
    chan_get(done);
    chan_free(done);

    waitgroup wg = {0};
    int counter = 0;
    waitgroup_add(&wg, 1);
    t = time_after_func(us(1), count, &counter, &wg);
    for (int i = 0; i < 2; i++) {
        waitgroup_wait(&wg);
        waitgroup_add(&wg, 1);
        timer_reset(t, us(1));
    }
    waitgroup_wait(&wg);
    timer_free(t);
    timer_free(time_after_func(seconds(1000), nothing));
    printf("later %d times\n", counter);
    return 0;
}
