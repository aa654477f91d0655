/* P2: std::mutex::try_lock that answers false orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <mutex>

int g_x;
static std::mutex lock;

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
    must(!lock.try_lock());
    use(g_x);
    reach(2);
}

int main()
{
    litmus_run2(writer, reader);
    return 0;
}
