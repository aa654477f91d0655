/* P12: objects in freed memory are destroyed, and made. */
// expect: heap use-after-free
// expect-frame: mutex
// expect-frame: rwlock
// expect-frame: cond
// expect-frame: barrier
// expect-frame: sem
// expect-frame: made
// expect-count: 6
#include "../support/litmus.h"
#include <semaphore.h>
#include <stdlib.h>

#define OBJECT(name, type, init, destroy)                                                          \
    static NOINLINE void name(void)                                                                \
    {                                                                                              \
        type *object = malloc(sizeof *object);                                                     \
        must(object != NULL);                                                                      \
        must((init) == 0);                                                                         \
        free(launder(object));                                                                     \
        object = launder(object);                                                                  \
        destroy;                                                                                   \
    }

OBJECT(mutex, pthread_mutex_t, pthread_mutex_init(object, NULL), pthread_mutex_destroy(object))
OBJECT(rwlock, pthread_rwlock_t, pthread_rwlock_init(object, NULL), pthread_rwlock_destroy(object))
OBJECT(cond, pthread_cond_t, pthread_cond_init(object, NULL), pthread_cond_destroy(object))
OBJECT(barrier, pthread_barrier_t, pthread_barrier_init(object, NULL, 1),
       pthread_barrier_destroy(object))
OBJECT(sem, sem_t, sem_init(object, 0, 0), sem_destroy(object))
OBJECT(made, pthread_mutex_t, pthread_mutex_init(object, NULL) || pthread_mutex_destroy(object),
       pthread_mutex_init(object, NULL))

int main(void)
{
    mutex();
    rwlock();
    cond();
    barrier();
    sem();
    made();
    return 0;
}
