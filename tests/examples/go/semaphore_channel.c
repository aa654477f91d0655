/*
 * A buffered channel as a counting semaphore: at most three of ten goroutines are inside at any
 * time.
 *
 * stdout-only: 10 done, at most 3 at a time
 */
#include <racerun/go.h>
#include <stdio.h>

struct room {
    chan(int) tickets;
    mutex m;
    int inside, most, done;
};

static void visit(struct room *r, waitgroup *wg)
{
    chan_send(r->tickets, 1); /* waits while all three tickets are taken */

    mutex_lock(&r->m);
    if (++r->inside > r->most)
        r->most = r->inside;
    mutex_unlock(&r->m);
    go_yield();
    mutex_lock(&r->m);
    r->inside--;
    r->done++;
    mutex_unlock(&r->m);

    chan_get(r->tickets);
    waitgroup_done(wg);
}

int main(void)
{
    struct room r = {.tickets = chan_make(int, 3)};
    waitgroup wg = {0};

    for (int i = 0; i < 10; i++) {
        waitgroup_add(&wg, 1);
        go(visit, &r, &wg);
    }
    waitgroup_wait(&wg);
    printf("%d done, %s\n", r.done, r.most <= 3 ? "at most 3 at a time" : "too many at a time");
    chan_free(r.tickets);
    return 0;
}
