/* P12: rwlocks and spinlocks in freed memory are taken, in each of the ways. */
// expect: heap use-after-free
// expect-frame: reads
// expect-frame: writes
// expect-frame: tries_to_read
// expect-frame: tries_to_write
// expect-frame: spins
// expect-frame: tries_to_spin
// expect-frame: make
// expect-count: 6
#include "../support/litmus.h"
#include <stdlib.h>

static NOINLINE void *make(void)
{
    pthread_rwlock_t *lock = malloc(sizeof *lock);
    must(lock && pthread_rwlock_init(lock, NULL) == 0);
    free(launder(lock));
    return launder(lock);
}

static NOINLINE void reads(void)
{
    pthread_rwlock_rdlock(make());
}

static NOINLINE void writes(void)
{
    pthread_rwlock_wrlock(make());
}

static NOINLINE void tries_to_read(void)
{
    pthread_rwlock_tryrdlock(make());
}

static NOINLINE void tries_to_write(void)
{
    pthread_rwlock_trywrlock(make());
}

static NOINLINE pthread_spinlock_t *make_spinlock(void)
{
    pthread_spinlock_t *lock = malloc(sizeof *lock);
    must(lock && pthread_spin_init(lock, PTHREAD_PROCESS_PRIVATE) == 0);
    free(launder((void *)lock));
    return launder((void *)lock);
}

static NOINLINE void spins(void)
{
    pthread_spin_lock(make_spinlock());
}

static NOINLINE void tries_to_spin(void)
{
    pthread_spin_trylock(make_spinlock());
}

int main(void)
{
    reads();
    writes();
    tries_to_read();
    tries_to_write();
    spins();
    tries_to_spin();
    return 0;
}
