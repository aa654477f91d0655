/* P9: double-checked initialisation as it should not be: the first check is a plain read. */
// expect-location: g_instance
#include "../support/litmus.h"

int *g_instance;
int g_storage;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static NOINLINE int *get_instance(void)
{
    if (!g_instance) {
        pthread_mutex_lock(&lock);
        if (!g_instance) {
            g_storage = 42;
            g_instance = &g_storage;
        }
        pthread_mutex_unlock(&lock);
    }
    return g_instance;
}

static void first(void)
{
    use(*get_instance());
    reach(1);
}

static void second(void)
{
    await(1);
    use(*get_instance());
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
