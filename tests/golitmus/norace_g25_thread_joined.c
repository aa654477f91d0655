/* G25, P1: a goroutine makes a thread and joins it; it may be on another worker by then. */
#include "golitmus.h"

int g_x;

static void thread(void)
{
    must(g_x == 1);
    g_x = 2;
}

static void first(void)
{
    g_x = 1;
    pthread_t t = spawn(thread);
    for (int i = 0; i < 5; i++)
        go_yield();
    join(t);
    must(g_x == 2);
}

static void second(void)
{
    for (int i = 0; i < 5; i++)
        go_yield();
}

int main(void)
{
    run2(first, second);
    return 0;
}
