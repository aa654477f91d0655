/* P12: std::condition_variable and std::mutex of a deleted object. */
// expect: heap use-after-free
// expect-frame: notifies
// expect-frame: locks
// expect-count: 2
#include "../support/litmus.h"
#include <condition_variable>
#include <mutex>

struct queue {
    std::mutex mutex;
    std::condition_variable filled;
};

static NOINLINE queue *dead()
{
    queue *q = new queue;
    delete (queue *)launder(q);
    return (queue *)launder(q);
}

static NOINLINE void notifies()
{
    dead()->filled.notify_one();
}

static NOINLINE void locks()
{
    dead()->mutex.lock();
}

int main()
{
    notifies();
    locks();
    return 0;
}
