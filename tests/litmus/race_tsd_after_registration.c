/* P7: what comes after the registration is not ordered before the destructor. */
// expect-location: g_x
// expect-frame: registrar
// expect-frame: destructor
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_key_t key;

static void destructor(void *value)
{
    (void)value;
    use(g_x);
}

static void registrar(void)
{
    must(pthread_key_create(&key, destructor) == 0);
    g_x = 1;
    reach(1);
}

static void worker(void)
{
    await(1);
    must(pthread_setspecific((pthread_key_t)invisible_peek(&key), &key) == 0);
}

int main(void)
{
    litmus_run2(registrar, worker);
    return 0;
}
