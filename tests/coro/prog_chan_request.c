/*
 * Channels in structs and through channels: a server that answers where it is asked to.
 * stdout-only: 1 4 9 16
 */
#include <racerun/go.h>
#include <stdio.h>

struct request {
    int number;
    chan(int) reply;
};

static void serve(chan(struct request) requests)
{
    chan_range(r, requests) chan_send(r.reply, r.number * r.number);
}

static void ask(int number, chan(struct request) requests, chan(chan(int)) answers)
{
    chan(int) reply = chan_make(int, 1);
    chan_send(requests, {number, reply});
    chan_send(answers, reply);
}

int main(void)
{
    chan(struct request) requests = chan_make(struct request);
    chan(chan(int)) answers = chan_make(chan(int));
    go(serve, requests);
    for (int i = 1; i <= 4; i++) {
        go(ask, i, requests, answers);
        chan(int) reply = chan_get(answers);
        printf(i < 4 ? "%d " : "%d\n", chan_get(reply));
        chan_free(reply);
    }
    chan_close(requests);
    return 0;
}
