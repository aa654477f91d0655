/* A select with a time-out: the other goroutine sends before it looks, or while it waits, or the
 * time passes first; the process ends before the sender does, or after, or before it has sent.
 *
 * traces: 10
 * finds: assertion
 */
#include <assert.h>
#include <racerun/go.h>

static void send_one(chan(int) c)
{
    chan_send(c, 1);
}

int main(void)
{
    chan(int) c = chan_make(int, 1);
    go(send_one, c);
    int got = 0;
    chan_select
    {
        on_recv(c, &got)
        {
        }
        on_timeout(ms(5))
        {
        }
    }
    assert(got == 1);
    return 0;
}
