/* P15: who read a flag cannot have gone on before it was set; relaxed, that is no happens-before,
 * but no deadlock either. */
#include "../support/litmus.h"
#include <stdatomic.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static atomic_int stored, added;

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    pthread_mutex_lock(outer);
    pthread_mutex_lock(inner);
    pthread_mutex_unlock(inner);
    pthread_mutex_unlock(outer);
}

static void first(void)
{
    nest(&a, &b);
    atomic_store_explicit(&stored, 1, memory_order_relaxed);
}

static void second(void)
{
    while (!atomic_load_explicit(&stored, memory_order_relaxed))
        invisible_yield();
    nest(&b, &a);
    atomic_fetch_add_explicit(&added, 1, memory_order_relaxed);
}

static void third(void)
{
    int one = 1;
    while (!atomic_compare_exchange_strong_explicit(&added, &one, 2, memory_order_relaxed,
                                                    memory_order_relaxed)) {
        one = 1;
        invisible_yield();
    }
    nest(&a, &b);
}

int main(void)
{
    litmus_run3(first, second, third);
    return 0;
}
