/* P2: a try_lock_for that times out orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <chrono>
#include <mutex>

int g_x;
static std::timed_mutex lock;

static void writer()
{
    lock.lock();
    g_x = 1;
    reach(1);
    await(2);
    lock.unlock();
}

static void reader()
{
    await(1);
    must(!lock.try_lock_for(std::chrono::milliseconds(5)));
    use(g_x);
    reach(2);
}

int main()
{
    litmus_run2(writer, reader);
    return 0;
}
