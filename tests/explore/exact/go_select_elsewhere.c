/* A select that is decided by one channel is gone from the other: who sends there waits for the
 * next. The senders come before the selects, between, or after them, in any order; main's end comes
 * before or after theirs.
 *
 * traces: 68
 */
#include <racerun/go.h>

static void send_one(chan(int) c)
{
    chan_send(c, 1);
}

int main(void)
{
    chan(int) left = chan_make(int, 0), right = chan_make(int, 0);
    go(send_one, left);
    go(send_one, right);
    for (int i = 0; i < 2; i++)
        chan_select
        {
            on_recv(left)
            {
            }
            on_recv(right)
            {
            }
        }
    return 0;
}
