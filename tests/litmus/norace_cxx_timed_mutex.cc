/* P2: a successful try_lock_for is a lock. */
// tsan: gcc 12: does not know the function
#include "../support/litmus.h"
#include <chrono>
#include <mutex>

int g_x;
static std::timed_mutex lock;

static void worker()
{
    meet(2);
    must(lock.try_lock_for(std::chrono::seconds(20)));
    g_x++;
    lock.unlock();
    must(lock.try_lock_until(std::chrono::system_clock::now() + std::chrono::seconds(20)));
    g_x++;
    lock.unlock();
}

int main()
{
    litmus_run2(worker, worker);
    return 0;
}
