/* P7: registering a TSD destructor is ordered before its runs, in other threads too. */
// tsan: pthread_key_create orders nothing
#include "../support/litmus.h"

int g_x;
static pthread_key_t key;

static void destructor(void *value)
{
    (void)value;
    must(g_x == 1);
}

static void registrar(void)
{
    g_x = 1;
    must(pthread_key_create(&key, destructor) == 0);
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
