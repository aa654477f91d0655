/* HB: a writer after eight readers, none of them ordered with it. */
// expect-location: g_x
// expect-frame: reader
// expect-frame: writer
#include "../support/litmus.h"

enum { READERS = 8 };
int g_x;

static void reader(void)
{
    use(g_x);
    meet(READERS);
}

static void writer(void)
{
    await_meeting(READERS);
    g_x = 1;
}

int main(void)
{
    pthread_t readers[READERS];
    for (int i = 0; i < READERS; i++)
        readers[i] = spawn(reader);
    join(spawn(writer));
    for (int i = 0; i < READERS; i++)
        join(readers[i]);
    return 0;
}
