/*
 * A buffered channel, read until it is closed; an element of its own type; an element of none.
 * stdout-only: 0 0.5
 * stdout-only: 1 1.5
 * stdout-only: 2 2.5
 * stdout-only: closed: 0 0
 * stdout-only: 3 events
 */
#include <racerun/go.h>
#include <stdio.h>

struct sample {
    int at;
    double value;
};
struct event {};

static void produce(chan(struct sample) c)
{
    for (int i = 0; i < 3; i++)
        chan_send(c, (struct sample){i, i + 0.5});
    chan_close(c);
}

int main(void)
{
    chan(struct sample) c = chan_make(struct sample, 2);
    go(produce, c);
    chan_range(s, c) printf("%d %g\n", s.at, s.value);
    struct sample s = {7, 7};
    if (!chan_recv(c, &s))
        printf("closed: %d %g\n", s.at, s.value);
    chan_free(c);

    chan(struct event) events = chan_make(struct event, 5);
    for (int i = 0; i < 3; i++)
        chan_send(events, {});
    printf("%zu events\n", chan_len(events));
    chan_free(events);
    return 0;
}
