/* G25: a thread of the program's own races with a goroutine. */
// expect-location: g_x
// expect-count: 1
#include "golitmus.h"

int g_x;

static void thread(void)
{
    while (!reached(1))
        invisible_yield();
    use(g_x);
    reach(2);
}

static void goroutine(void)
{
    g_x = 1;
    reach(1);
}

static void starter(void)
{
    pthread_t t = spawn(thread);
    await(2);
    join(t);
}

int main(void)
{
    run2(starter, goroutine);
    return 0;
}
