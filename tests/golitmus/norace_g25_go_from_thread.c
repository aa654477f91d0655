/* G25: a thread of the program's own starts goroutines, and waits for them. */
#include "golitmus.h"

int g_x;

static void goroutine(chan(int) done)
{
    must(g_x == 1);
    g_x = 2;
    chan_send(done, 1);
}

static void thread(void)
{
    chan(int) done = chan_make(int);
    g_x = 1;
    go(goroutine, done);
    chan_get(done);
    must(g_x == 2);
    chan_free(done);
    reach(1);
}

int main(void)
{
    pthread_t t = spawn(thread);
    await(1); /* main does not keep its processor from the others */
    join(t);
    must(g_x == 2);
    return 0;
}
