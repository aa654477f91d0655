/*
 * The nil channel is never ready: when everybody waits for such things, that is a deadlock.
 * exit: 2
 * stderr: ^fatal error: all goroutines are asleep - deadlock!
 * stderr: chan receive \(nil chan\)
 * stderr: chan send \(nil chan\)
 * stderr: \[select
 */
#include <racerun/go.h>

static void send_nil(chan(int) c)
{
    chan_send(c, 1);
}

static void select_nil(chan(int) c)
{
    chan_select
    {
        on_recv(c) {}
        on_send(c, 1) {}
    }
}

int main(void)
{
    chan(int) nil = NULL;
    go(send_nil, nil);
    go(select_nil, nil);
    return chan_get(nil);
}
