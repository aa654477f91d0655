/* G19, P2: a std::mutex guards what goroutines and a std::thread share. */
#include "golitmus.h"

#include <mutex>
#include <thread>

int g_x;
static std::mutex lock;

static void worker()
{
    for (int i = 0; i < 20; i++) {
        std::lock_guard<std::mutex> guard(lock);
        g_x++;
    }
}

int main()
{
    std::thread thread(worker);
    run2(worker, worker);
    thread.join();
    must(g_x == 60);
    return 0;
}
