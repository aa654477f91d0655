/*
 * Closing a channel tells any number of receivers at once: the runners wait for the starting shot
 * and all hear it.
 *
 * stdout-only: ready
 * stdout-only: 8 runners started
 */
#include <racerun/go.h>
#include <stdatomic.h>
#include <stdio.h>

enum { RUNNERS = 8 };

static void run(chan(bool) shot, atomic_int *started, waitgroup *finish)
{
    chan_get(shot); /* returns when it is closed */
    atomic_fetch_add(started, 1);
    waitgroup_done(finish);
}

int main(void)
{
    chan(bool) shot = chan_make(bool);
    atomic_int started = 0;
    waitgroup finish = {0};

    waitgroup_add(&finish, RUNNERS);
    for (int i = 0; i < RUNNERS; i++)
        go(run, shot, &started, &finish);
    if (started == 0)
        printf("ready\n");
    chan_close(shot);
    waitgroup_wait(&finish);
    printf("%d runners started\n", started);
    chan_free(shot);
    return 0;
}
