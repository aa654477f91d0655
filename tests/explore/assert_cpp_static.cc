/* finds: assertion */
#include <atomic>
#include <cassert>
#include <thread>

/* A local static is made once; what it counts on may still change meanwhile. */
static std::atomic<int> setting{1};

static int cached()
{
#ifdef FIXED
    return setting;
#else
    static int value = setting;
    return value;
#endif
}

int main()
{
    std::thread early([] { cached(); });
    std::thread configure([] { setting = 2; });
    early.join();
    configure.join();
    assert(cached() == 2);
}
