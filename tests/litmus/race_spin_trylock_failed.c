/* P2: a spin trylock that answers EBUSY orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <errno.h>

int g_x;
static pthread_spinlock_t lock;

static void writer(void)
{
    pthread_spin_lock(&lock);
    g_x = 1;
    reach(1);
    await(2);
    pthread_spin_unlock(&lock);
}

static void reader(void)
{
    await(1);
    must(pthread_spin_trylock(&lock) == EBUSY);
    use(g_x);
    reach(2);
}

int main(void)
{
    must(pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE) == 0);
    litmus_run2(writer, reader);
    return 0;
}
