/* G4, G13: channels of a C++ program: select in a loop over senders that wait. */
#include "golitmus.h"

struct item {
    int *part;
    int value;
};

int g_parts[3];
static chan(item) channels[3];

static void sender(int which)
{
    g_parts[which] = which + 1;
    chan_send(channels[which], item{&g_parts[which], which + 1});
}

int main()
{
    for (int i = 0; i < 3; i++)
        channels[i] = chan_make(item, i);
    for (int i = 0; i < 3; i++)
        go(sender, i);
    for (int round = 0; round < 3; round++) {
        item got = {nullptr, 0};
        chan_select {
            on_recv(channels[0], &got) {}
            on_recv(channels[1], &got) {}
            on_recv(channels[2], &got) {}
        }
        must(*got.part == got.value);
    }
    for (int i = 0; i < 3; i++)
        chan_free(channels[i]);
    return 0;
}
