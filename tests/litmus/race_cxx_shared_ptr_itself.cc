/* P8: one shared_ptr variable, assigned by one thread and copied by another. */
// expect-location: g_shared
#include "../support/litmus.h"
#include <memory>

std::shared_ptr<int> g_shared;

static void writer()
{
    g_shared = std::make_shared<int>(1);
    reach(1);
}

static void reader()
{
    await(1);
    std::shared_ptr<int> mine = g_shared;
    use(mine.use_count());
}

int main()
{
    litmus_run2(writer, reader);
    return 0;
}
