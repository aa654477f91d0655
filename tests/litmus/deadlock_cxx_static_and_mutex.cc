/* P15: the construction of a local static wants the mutex of whoever waits for the construction. */
// expect: deadlock
// expect-count: 1
// expect-location: g_mutex
// expect-frame: Made
#include "../support/litmus.h"
#include <mutex>

std::mutex g_mutex;
static struct invisible user;

struct Made {
    int value;
    Made()
    {
        reach(1);
        await(2);
        invisible_await_asleep(invisible_peek(&user));
        std::lock_guard<std::mutex> hold(g_mutex);
        value = 1;
    }
};

static Made &made()
{
    static Made it;
    return it;
}

static void maker()
{
    use(made().value);
}

static void locker()
{
    await(1);
    invisible_reach(&user, invisible_gettid());
    std::lock_guard<std::mutex> hold(g_mutex);
    reach(2);
    use(made().value);
}

int main()
{
    litmus_run2(maker, locker);
    return 0;
}
