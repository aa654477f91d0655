/* P9: two atomic loads; a plain write ordered after only the second races with the first. */
// expect-location: g_x
// expect-frame: first_load
// expect-frame: plain_writer
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void first_load(void)
{
    use(__atomic_load_n(&g_x, __ATOMIC_RELAXED));
    reach(1);
}

static void second_load(void)
{
    await(1);
    use(__atomic_load_n(&g_x, __ATOMIC_RELAXED));
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    reach(2);
}

static void plain_writer(void)
{
    await(2);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    g_x = 1;
}

int main(void)
{
    litmus_run3(first_load, second_load, plain_writer);
    return 0;
}
