/* P1: the thread's end is after its TSD destructors, so join orders them too. */
#include "../support/litmus.h"

int g_x;
static pthread_key_t key;

static void destructor(void *value)
{
    *(int *)value = 1;
}

static void worker(void)
{
    must(pthread_setspecific(key, &g_x) == 0);
}

int main(void)
{
    must(pthread_key_create(&key, destructor) == 0);
    join(spawn(worker));
    must(g_x == 1);
    return 0;
}
