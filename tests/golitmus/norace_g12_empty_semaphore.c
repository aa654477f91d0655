/* G12, G3: a buffer for one element without size is a mutex. */
#include "golitmus.h"

struct nothing {};

int g_x;
static chan(struct nothing) room;

static void worker(void)
{
    for (int i = 0; i < 10; i++) {
        chan_send(room, (struct nothing){});
        g_x++;
        chan_recv(room, NULL);
    }
}

int main(void)
{
    room = chan_make(struct nothing, 1);
    run2(worker, worker);
    chan_free(room);
    return 0;
}
