/* P8, P9: a plain store ends the release sequence, and races with the load that reads it. */
// tsan: a plain store leaves the released clock in place: it misses one of the two
// expect-location: g_data
// expect-location: g_flag
// expect-count: 2
#include "../support/litmus.h"

int g_data;
int g_flag;

static void producer(void)
{
    g_data = 1;
    __atomic_store_n(&g_flag, 1, __ATOMIC_RELEASE);
    g_flag = 2;
    reach(1);
}

static void consumer(void)
{
    await(1);
    must(__atomic_load_n(&g_flag, __ATOMIC_ACQUIRE) == 2);
    use(g_data);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
