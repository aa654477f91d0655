/*
 * Generator: a function starts a goroutine and returns the channel on which it delivers. Closing
 * `stop` tells it to end; it closes its output when it has.
 *
 * stdout-only: 1 2 4 8 16 32 64 128
 * stdout-only: generator ended
 */
#include <racerun/go.h>
#include <stdio.h>

static void powers_run(chan(int) out, chan(bool) stop)
{
    int power = 1;
    chan_select_forever {
        on_send(out, power)
            power *= 2;
        on_recv(stop)
            break;
    }
    chan_close(out);
}

static chan(int) powers(chan(bool) stop)
{
    chan(int) out = chan_make(int);
    go(powers_run, out, stop);
    return out;
}

int main(void)
{
    chan(bool) stop = chan_make(bool);
    chan(int) generated = powers(stop);

    chan_range(power, generated) {
        printf("%d%c", power, power < 128 ? ' ' : '\n');
        if (power == 128)
            break;
    }
    chan_close(stop);
    while (chan_recv(generated, NULL)) { /* one more may have been under way */
    }
    printf("generator ended\n");
    chan_free(stop);
    chan_free(generated);
    return 0;
}
