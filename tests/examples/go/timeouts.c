/*
 * Time-outs: an answer is awaited for some time only. The channel of the slow one has room for its
 * answer, so that it need not wait for ever for somebody who has gone.
 *
 * stdout-only: quick: 42
 * stdout-only: slow: timed out
 */
#include <racerun/go.h>
#include <stdio.h>

static void answer(int64_t thinking, chan(int) c)
{
    go_sleep(thinking);
    chan_send(c, 42);
}

static void ask(const char *who, int64_t thinking, int64_t patience)
{
    chan(int) c = chan_make(int, 1);
    int result;

    go(answer, thinking, c);
    chan_select {
        on_recv(c, &result)
            printf("%s: %d\n", who, result);
        on_timeout(patience)
            printf("%s: timed out\n", who);
    }
}

int main(void)
{
    ask("quick", ms(1), seconds(60));
    ask("slow", seconds(60), ms(20));
    return 0;
}
