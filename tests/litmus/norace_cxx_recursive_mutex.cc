/* P2: std::recursive_mutex: the outermost unlock hands over. */
#include "../support/litmus.h"
#include <mutex>

int g_x;
static std::recursive_mutex lock;

static void worker()
{
    meet(2);
    std::lock_guard<std::recursive_mutex> outer(lock);
    {
        std::lock_guard<std::recursive_mutex> inner(lock);
    }
    g_x++;
}

int main()
{
    litmus_run2(worker, worker);
    return 0;
}
