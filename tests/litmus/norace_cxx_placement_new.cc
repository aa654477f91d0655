/* HB: placement new builds objects in memory that is handed over by a mutex. */
#include "../support/litmus.h"
#include <mutex>
#include <new>

struct node {
    int value = 5;
};
alignas(node) static unsigned char storage[sizeof(node)];
static std::mutex lock;

static void worker()
{
    meet(2);
    for (int i = 0; i < 20; i++) {
        std::lock_guard<std::mutex> guard(lock);
        node *object = new (storage) node;
        must(object->value == 5);
        object->value = 6;
        object->~node();
    }
}

int main()
{
    litmus_run2(worker, worker);
    return 0;
}
