/* P2: a successful spin trylock is a lock. */
#include "../support/litmus.h"

int g_x;
static pthread_spinlock_t lock;

static void writer(void)
{
    must(pthread_spin_trylock(&lock) == 0);
    g_x = 1;
    pthread_spin_unlock(&lock);
    reach(1);
}

static void reader(void)
{
    await(1);
    must(pthread_spin_trylock(&lock) == 0);
    must(g_x == 1);
    pthread_spin_unlock(&lock);
}

int main(void)
{
    must(pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE) == 0);
    litmus_run2(writer, reader);
    return 0;
}
