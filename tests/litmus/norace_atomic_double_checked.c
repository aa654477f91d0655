/* P8: double-checked initialisation as it should be. */
#include "../support/litmus.h"

static int *instance;
int g_storage;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int *get_instance(void)
{
    int *p = __atomic_load_n(&instance, __ATOMIC_ACQUIRE);
    if (!p) {
        pthread_mutex_lock(&lock);
        p = instance;
        if (!p) {
            g_storage = 42;
            p = &g_storage;
            __atomic_store_n(&instance, p, __ATOMIC_RELEASE);
        }
        pthread_mutex_unlock(&lock);
    }
    return p;
}

static void first(void)
{
    use(*get_instance());
    reach(1);
}

static void second(void)
{
    await(1);
    must(*get_instance() == 42);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
