/* G4: elements bring their own work wherever in the ring they lie. */
#include "golitmus.h"

int g_parts[20];
static chan(int *) values;

static void sender(void)
{
    for (int i = 0; i < 20; i++) {
        g_parts[i] = i;
        chan_send(values, &g_parts[i]);
    }
    chan_close(values);
}

static void receiver(void)
{
    int expected = 0;
    chan_range(part, values)
        must(*part == expected++);
    must(expected == 20);
}

int main(void)
{
    values = chan_make(int *, 3);
    run2(sender, receiver);
    chan_free(values);
    return 0;
}
