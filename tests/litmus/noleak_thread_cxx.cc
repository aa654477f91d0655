/* Joined by a destructor of static lifetime. */
// options: thread-leaks=yes
#include <thread>

#include "../support/litmus.h"

static struct pool {
    std::thread worker;
    ~pool() { worker.join(); }
} pool;

int main()
{
    pool.worker = std::thread([] {});
    return 0;
}
