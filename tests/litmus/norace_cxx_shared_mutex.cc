/* P3: std::shared_mutex: readers before and after a writer. */
#include "../support/litmus.h"
#include <mutex>
#include <shared_mutex>

int g_x;
static std::shared_mutex lock;

static void reader()
{
    meet(3);
    std::shared_lock<std::shared_mutex> guard(lock);
    use(g_x);
}

static void writer()
{
    meet(3);
    std::unique_lock<std::shared_mutex> guard(lock);
    g_x++;
}

int main()
{
    litmus_run3(reader, writer, reader);
    return 0;
}
