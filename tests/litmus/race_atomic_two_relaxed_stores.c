/* P9: two relaxed stores are not ordered with each other; a plain read ordered after only the
 * second one races with the first. */
// expect-location: g_x
// expect-frame: first_store
// expect-frame: plain_reader
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void first_store(void)
{
    __atomic_store_n(&g_x, 1, __ATOMIC_RELAXED);
    reach(1);
}

static void second_store(void)
{
    await(1);
    __atomic_store_n(&g_x, 2, __ATOMIC_RELAXED);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    reach(2);
}

static void plain_reader(void)
{
    await(2);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    use(g_x);
}

int main(void)
{
    litmus_run3(first_store, second_store, plain_reader);
    return 0;
}
