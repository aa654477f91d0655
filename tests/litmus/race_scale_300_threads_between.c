/* HB: 300 threads come and go between the two accesses; the writer keeps its identity. */
// expect-location: g_x
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
// tsan: bounded history; it may lose the first access
#include "../support/litmus.h"

int g_x;
int g_noise;

static void writer(void)
{
    g_x = 1;
    reach(1);
    await(2);
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
    pthread_t w = spawn(writer);
    await(1);
    for (int i = 0; i < 300; i++)
        join(spawn(noise));
    join(spawn(reader));
    reach(2);
    join(w);
    return 0;
}
