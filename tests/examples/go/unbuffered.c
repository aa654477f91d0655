/*
 * An unbuffered channel hands over and synchronises: the send is complete only when somebody has
 * received. Here it is a signal without content (struct {} of size 0): what the goroutine did
 * before is visible after.
 *
 * stdout-only: working... done
 * stdout-only: received the signal
 */
#include <racerun/go.h>
#include <stdio.h>

struct nothing {};

static void work(chan(struct nothing) finished)
{
    printf("working... done\n");
    chan_send(finished, (struct nothing){});
}

int main(void)
{
    chan(struct nothing) finished = chan_make(struct nothing);

    go(work, finished);
    chan_get(finished);
    printf("received the signal\n");
    chan_free(finished);
    return 0;
}
