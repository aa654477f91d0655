/*
 * Or-done: a loop over a channel that also ends when `done` is closed, however many values would
 * still come, written once as a goroutine of its own so that the loop stays a plain chan_range.
 *
 * stdout-only: 0 1 2 3 4
 * stdout-only: left the endless stream
 */
#include <racerun/go.h>
#include <stdio.h>

static void naturals(chan(int) out)
{
    for (int i = 0;; i++)
        chan_send(out, i);
}

static void or_done(chan(bool) done, chan(int) from, chan(int) to)
{
    int v;
    bool open;
    chan_select_forever {
        on_recv(done)
            break;
        on_recv(from, &v, &open) {
            if (!open)
                break;
            chan_select {
                on_send(to, v) {
                }
                on_recv(done) {
                }
            }
        }
    }
    chan_close(to);
}

int main(void)
{
    chan(bool) done = chan_make(bool);
    chan(int) endless = chan_make(int), values = chan_make(int);

    go(naturals, endless);
    go(or_done, done, endless, values);
    for (int i = 0; i < 5; i++)
        printf("%d%c", chan_get(values), i < 4 ? ' ' : '\n');
    chan_close(done);
    while (chan_recv(values, NULL)) { /* at most one was under way */
    }
    printf("left the endless stream\n");
    return 0;
}
