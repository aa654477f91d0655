/*
 * The first answer wins: the same question goes to three replicas, who answers first is taken. The
 * channel has room for all, so that the late ones do not wait for ever.
 *
 * stdout-only: replica 2 was first
 */
#include <racerun/go.h>
#include <stdio.h>

enum { REPLICAS = 3 };

static void query(int replica, chan(int) answers)
{
    if (replica != 2)
        go_sleep(seconds(60)); /* a slow one */
    chan_send(answers, replica);
}

static int first(void)
{
    chan(int) answers = chan_make(int, REPLICAS);
    for (int i = 1; i <= REPLICAS; i++)
        go(query, i, answers);
    return chan_get(answers);
}

int main(void)
{
    printf("replica %d was first\n", first());
    return 0;
}
