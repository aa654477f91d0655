/*
 * A buffered channel as a semaphore: at most three at a time.
 * stdout-only: 20 ran, at most 3 at a time
 */
#include <racerun/go.h>
#include <stdatomic.h>
#include <stdio.h>

struct token {};

static _Atomic int running, most, done;

static void work(chan(struct token) permits, chan(int) over)
{
    chan_send(permits, {});
    int now_running = ++running, before = most;
    while (now_running > before && !atomic_compare_exchange_weak(&most, &before, now_running))
        ;
    for (int i = 0; i < 10; i++)
        go_yield();
    running--;
    chan_recv(permits, NULL);
    chan_send(over, 1);
}

int main(void)
{
    chan(struct token) permits = chan_make(struct token, 3);
    chan(int) over = chan_make(int);
    for (int i = 0; i < 20; i++)
        go(work, permits, over);
    for (int i = 0; i < 20; i++)
        done += chan_get(over);
    printf("%d ran, %s\n", done, most <= 3 ? "at most 3 at a time" : "too many at a time");
    return 0;
}
