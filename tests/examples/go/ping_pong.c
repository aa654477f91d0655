/*
 * Ping-pong: two players pass a ball over a channel; whoever has it is the only one who touches
 * it. The referee starts the game and takes the ball away at the end.
 *
 * stdout-only: ping 1
 * stdout-only: pong 2
 * stdout-only: ping 3
 * stdout-only: pong 4
 * stdout-only: ping 5
 * stdout-only: pong 6
 * stdout-only: the ball was hit 6 times
 */
#include <racerun/go.h>
#include <stdio.h>

enum { HITS = 6 };

struct ball {
    int hits;
};

static void play(const char *name, chan(struct ball *) here, chan(struct ball *) there,
                 chan(struct ball *) referee)
{
    chan_range(ball, here) {
        printf("%s %d\n", name, ++ball->hits);
        chan_send(ball->hits < HITS ? there : referee, ball);
    }
}

int main(void)
{
    chan(struct ball *) left = chan_make(struct ball *), right = chan_make(struct ball *);
    chan(struct ball *) referee = chan_make(struct ball *);
    struct ball ball = {0};

    go(play, "ping", left, right, referee);
    go(play, "pong", right, left, referee);
    chan_send(left, &ball);
    printf("the ball was hit %d times\n", chan_get(referee)->hits);
    return 0;
}
