/* HB: read-shared is complete: neither the first nor the last reader, but one in the middle. */
// expect-location: g_x
// expect-frame: left_out
// expect-count: 1
// reject-frame: ordered_reader
// tsan: four cells a word; the reader's or writer's may be evicted
#include "../support/litmus.h"

int g_x;

static void left_out(void)
{
    use(g_x);
    reach(1);
    await(2);
}

static void ordered_reader(void)
{
    use(g_x);
}

int main(void)
{
    for (int i = 0; i < 10; i++)
        join(spawn(ordered_reader));
    pthread_t middle = spawn(left_out);
    await(1);
    for (int i = 0; i < 10; i++)
        join(spawn(ordered_reader));
    g_x = 1;
    reach(2);
    join(middle);
    return 0;
}
