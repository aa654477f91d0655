/* P1: siblings are not ordered, not even when the first has ended before the second begins. */
// expect-location: g_x
// expect-frame: elder
// expect-frame: younger
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static int tid;

static void elder(void)
{
    g_x = 1;
    tid = invisible_gettid();
    reach(1);
}

static void younger(void)
{
    use(g_x);
}

int main(void)
{
    pthread_t first = spawn(elder);
    await(1);
    invisible_await_dead(invisible_peek(&tid));
    pthread_t second = spawn(younger);
    join(first);
    join(second);
    return 0;
}
