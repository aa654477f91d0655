/* P1: detach gives nothing, not even when the thread has ended. */
// expect-location: g_x
// expect-frame: writer
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static int tid;

static void writer(void)
{
    g_x = 1;
    tid = invisible_gettid();
    reach(1);
}

int main(void)
{
    pthread_t t = spawn(writer);
    await(1);
    invisible_await_dead(invisible_peek(&tid));
    must(pthread_detach(t) == 0);
    use(g_x);
    return 0;
}
