/* P1: the destructor of a thread_local object is a step of its thread. */
// expect-location: g_x
// expect-frame: main
// expect-count: 1
#include "../support/litmus.h"

int g_x;

struct object {
    int used = 0;
    ~object()
    {
        g_x = 1;
        reach(1);
    }
};
static thread_local object mine;

static void worker()
{
    mine.used = 1;
}

int main()
{
    spawn_detached(worker);
    await(1);
    use(g_x);
    return 0;
}
