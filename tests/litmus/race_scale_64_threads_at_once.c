/* HB: with 64 live threads, the race is between the first and the last of them. */
// expect-location: g_x
// expect-frame: first
// expect-frame: last
// expect-count: 1
#include "../support/litmus.h"

enum { CROWD = 62 };
int g_x;

static void first(void)
{
    g_x = 1;
    reach(1);
    await(2);
}

static void crowd(void)
{
    await(2);
}

static void last(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    pthread_t threads[CROWD + 2];
    threads[0] = spawn(first);
    for (int i = 1; i <= CROWD; i++)
        threads[i] = spawn(crowd);
    join(spawn(last));
    reach(2);
    for (int i = 0; i <= CROWD; i++)
        join(threads[i]);
    return 0;
}
