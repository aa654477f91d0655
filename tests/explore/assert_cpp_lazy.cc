/* finds: assertion */
#include <atomic>
#include <cassert>
#include <mutex>
#include <thread>

/* Made by whoever comes first; without call_once by two. */
static std::atomic<int> made;
#ifdef FIXED
static std::once_flag once;
#else
static std::atomic<bool> exists;
#endif

static void use()
{
#ifdef FIXED
    std::call_once(once, [] { made++; });
#else
    if (!exists) {
        made++;
        exists = true;
    }
#endif
}

int main()
{
    std::thread one(use), other(use);
    one.join();
    other.join();
    assert(made == 1);
}
