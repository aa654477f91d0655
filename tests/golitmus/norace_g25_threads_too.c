/* G25: a thread of the program's own uses channels as a goroutine does. */
#include "golitmus.h"

int g_x, g_y;
static chan(int) there;
static chan(int) back;

static void thread(void)
{
    must(chan_get(there) == 1 && g_x == 1);
    g_y = 1;
    chan_send(back, 2);
}

static void goroutine(void)
{
    g_x = 1;
    chan_send(there, 1);
    must(chan_get(back) == 2 && g_y == 1);
}

static void starter(void)
{
    pthread_t t = spawn(thread);
    go_yield();
    await(1);
    join(t);
}

static void other(void)
{
    goroutine();
    reach(1);
}

int main(void)
{
    there = chan_make(int);
    back = chan_make(int, 1);
    run2(starter, other);
    chan_free(there);
    chan_free(back);
    return 0;
}
