/* P8: std::atomic_load and atomic_store of a shared_ptr. */
#include "../support/litmus.h"
#include <memory>

static std::shared_ptr<int> shared;

static void writer()
{
    std::atomic_store(&shared, std::make_shared<int>(42));
    reach(1);
}

static void reader()
{
    await(1);
    std::shared_ptr<int> mine = std::atomic_load(&shared);
    must(mine && *mine == 42);
}

int main()
{
    litmus_run2(writer, reader);
    return 0;
}
