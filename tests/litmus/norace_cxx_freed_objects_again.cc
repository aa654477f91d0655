/* P16: objects are made by placement new where others were deleted, and by new in memory that the
 * allocator gives out again. */
// options: quarantine=0
#include "../support/litmus.h"
#include <condition_variable>
#include <memory>
#include <mutex>
#include <new>
#include <shared_mutex>

struct queue {
    std::mutex mutex;
    std::condition_variable filled;
    std::shared_mutex shared;
    int count = 0;

    void use()
    {
        std::shared_lock<std::shared_mutex> readers(shared);
        std::unique_lock<std::mutex> lock(mutex);
        count++;
        filled.notify_all();
    }
};

static void churn()
{
    for (int i = 0; i < 100; i++) {
        auto fresh = std::make_unique<queue>();
        fresh->use();
        alignas(queue) char memory[sizeof(queue)];
        queue *placed = new (launder(memory)) queue;
        placed->use();
        placed->~queue();
    }
}

int main()
{
    litmus_run2(churn, churn);
    return 0;
}
