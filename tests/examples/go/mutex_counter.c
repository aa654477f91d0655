/*
 * A thousand goroutines count together. The mutex makes each increment one step; without it some
 * would be lost (and racerun would say where).
 *
 * stdout-only: 1000
 */
#include <racerun/go.h>
#include <stdio.h>

struct counter {
    mutex m;
    int value;
};

static void increment(struct counter *c, waitgroup *wg)
{
    mutex_lock(&c->m);
    c->value++;
    mutex_unlock(&c->m);
    waitgroup_done(wg);
}

int main(void)
{
    struct counter c = {0};
    waitgroup wg = {0};

    waitgroup_add(&wg, 1000);
    for (int i = 0; i < 1000; i++)
        go(increment, &c, &wg);
    waitgroup_wait(&wg);
    printf("%d\n", c.value);
    return 0;
}
