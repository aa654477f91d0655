/* G1: the other way round: who has received the token may go on, and sends it back. */
#include "golitmus.h"

int g_x;
static chan(int) token;

static void worker(void)
{
    for (int i = 0; i < 20; i++) {
        chan_get(token);
        g_x++;
        chan_send(token, 0);
    }
}

int main(void)
{
    token = chan_make(int, 1);
    chan_send(token, 0);
    run3(worker, worker, worker);
    chan_free(token);
    return 0;
}
