/* P9: data guarded by a volatile flag races, and so does the flag. */
// expect-location: g_data
// expect-location: g_flag
// expect-count: 2
#include "../support/litmus.h"

int g_data;
volatile int g_flag;

static void producer(void)
{
    g_data = 42;
    g_flag = 1;
    reach(1);
}

static void consumer(void)
{
    await(1);
    if (g_flag)
        use(g_data);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
