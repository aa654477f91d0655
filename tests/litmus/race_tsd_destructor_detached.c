/* P7: a TSD destructor is a step of its thread; unjoined, it races. */
// expect-location: g_x
// expect-frame: destructor
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_key_t key;

static void destructor(void *value)
{
    *(int *)value = 1;
    reach(1);
}

static void worker(void)
{
    must(pthread_setspecific(key, &g_x) == 0);
}

int main(void)
{
    must(pthread_key_create(&key, destructor) == 0);
    spawn_detached(worker);
    await(1);
    use(g_x);
    return 0;
}
