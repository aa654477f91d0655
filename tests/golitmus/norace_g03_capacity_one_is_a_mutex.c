/* G3: with room for one, sending is locking and receiving is unlocking. */
#include "golitmus.h"

int g_x;
static chan(int) room;

static void worker(void)
{
    for (int i = 0; i < 20; i++) {
        chan_send(room, 0);
        g_x++;
        chan_get(room);
    }
}

int main(void)
{
    room = chan_make(int, 1);
    run3(worker, worker, worker);
    chan_free(room);
    return 0;
}
