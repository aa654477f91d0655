/* HB: the writer has ended, unjoined, 300 threads ago; its access and its stack are not lost. */
// expect-location: g_x
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
// tsan: bounded history; it may lose the first access
#include "../support/litmus.h"

int g_x;
int g_noise;
static int tid;

static void writer(void)
{
    g_x = 1;
    tid = invisible_gettid();
    reach(1);
}

static void noise(void)
{
    g_noise++;
}

static void reader(void)
{
    use(g_x);
}

int main(void)
{
    spawn_detached(writer);
    await(1);
    invisible_await_dead(invisible_peek(&tid));
    for (int i = 0; i < 300; i++)
        join(spawn(noise));
    join(spawn(reader));
    return 0;
}
