/* G2: main waits for goroutines on other threads again and again, while its own thread looks for work
 * and sleeps. */
#include "golitmus.h"

enum { ROUNDS = 3000 };

int g_value;

static void reflect(chan(int) in, chan(int) out)
{
    chan_range(v, in) {
        g_value += v;
        chan_send(out, g_value);
    }
}

static int answer(int v)
{
    return 2 * v;
}

int main(void)
{
    chan(int) in = chan_make(int), out = chan_make(int);
    int sum = 0;
    for (int i = 0; i < 4; i++)
        go(reflect, in, out);
    for (int i = 1; i <= ROUNDS; i++) {
        chan_send(in, i);
        sum += i;
        must(chan_get(out) == sum);
        if (i % 100 == 0)
            must(go_blocking(answer, i) == 2 * i);
    }
    return 0;
}
