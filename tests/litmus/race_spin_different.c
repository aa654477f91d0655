/* P2: two spinlocks side by side order nothing between them. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_spinlock_t locks[2];

static void writer(void)
{
    pthread_spin_lock(&locks[0]);
    g_x = 1;
    pthread_spin_unlock(&locks[0]);
    reach(1);
}

static void reader(void)
{
    await(1);
    pthread_spin_lock(&locks[1]);
    use(g_x);
    pthread_spin_unlock(&locks[1]);
}

int main(void)
{
    must(pthread_spin_init(&locks[0], PTHREAD_PROCESS_PRIVATE) == 0);
    must(pthread_spin_init(&locks[1], PTHREAD_PROCESS_PRIVATE) == 0);
    litmus_run2(writer, reader);
    return 0;
}
