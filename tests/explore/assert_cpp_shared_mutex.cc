/* finds: assertion */
#include <cassert>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

/* A table that grows: its size is read under one lock, the entry under the next. */
static std::shared_mutex lock;
static std::vector<int> table{1, 2, 3};

static void look()
{
#ifdef FIXED
    std::shared_lock<std::shared_mutex> whole(lock);
    size_t last = table.size() - 1;
#else
    size_t last;
    {
        std::shared_lock<std::shared_mutex> part(lock);
        last = table.size() - 1;
    }
    std::shared_lock<std::shared_mutex> part(lock);
#endif
    assert(last < table.size());
}

static void shrink()
{
    std::unique_lock<std::shared_mutex> alone(lock);
    table.pop_back();
}

int main()
{
    std::thread reader(look), writer(shrink);
    reader.join();
    writer.join();
}
