/* G17, G16: and when it is known. */
#include "golitmus.h"

waitgroup g_group;
static chan(int) returned;

static void spectator(void)
{
    waitgroup_wait(&g_group);
    chan_send(returned, 1);
}

static void owner(void)
{
    waitgroup_done(&g_group);
    waitgroup_wait(&g_group);
    chan_get(returned);
    waitgroup_add(&g_group, 1);
    waitgroup_done(&g_group);
}

int main(void)
{
    returned = chan_make(int);
    waitgroup_add(&g_group, 1);
    run2(spectator, owner);
    chan_free(returned);
    return 0;
}
