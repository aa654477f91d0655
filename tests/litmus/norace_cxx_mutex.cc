/* P2: std::mutex never calls an initialiser and works; lock_guard, unique_lock, scoped_lock. */
#include "../support/litmus.h"
#include <mutex>

int g_x;
static std::mutex first;
static std::mutex second;

static void worker()
{
    meet(3);
    for (int i = 0; i < 50; i++) {
        {
            std::lock_guard<std::mutex> guard(first);
            g_x++;
        }
        {
            std::unique_lock<std::mutex> guard(first);
            g_x++;
        }
        std::scoped_lock both(first, second);
        g_x++;
    }
}

int main()
{
    litmus_run3(worker, worker, worker);
    must(g_x == 450);
    return 0;
}
