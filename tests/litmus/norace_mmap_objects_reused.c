/* P16: as norace_heap_objects_recycled, in mappings that follow one another at the same place, and
 * in the frames of calls and on the stacks of threads. */
#include "../support/litmus.h"
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>

enum { SIZE = 64, KINDS = 7, ROUNDS = 70 };

static void routine(void)
{
}

static void mutex(void *memory, int round)
{
    pthread_mutex_t *object = memory;
    *object = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    must(pthread_mutex_lock(object) == 0 && pthread_mutex_unlock(object) == 0);
    must(round % 2 || pthread_mutex_destroy(object) == 0);
}

static void rwlock(void *memory, int round)
{
    pthread_rwlock_t *object = memory;
    must(pthread_rwlock_init(object, NULL) == 0);
    must(pthread_rwlock_rdlock(object) == 0 && pthread_rwlock_unlock(object) == 0);
    must(round % 2 || pthread_rwlock_destroy(object) == 0);
}

static void cond(void *memory, int round)
{
    pthread_cond_t *object = memory;
    *object = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    must(pthread_cond_signal(object) == 0 && pthread_cond_broadcast(object) == 0);
    must(round % 2 || pthread_cond_destroy(object) == 0);
}

static void barrier(void *memory, int round)
{
    pthread_barrier_t *object = memory;
    must(pthread_barrier_init(object, NULL, 1) == 0);
    must(pthread_barrier_wait(object) == PTHREAD_BARRIER_SERIAL_THREAD);
    must(round % 2 || pthread_barrier_destroy(object) == 0);
}

static void sem(void *memory, int round)
{
    sem_t *object = memory;
    must(sem_init(object, 0, 1) == 0);
    must(sem_wait(object) == 0 && sem_post(object) == 0);
    must(round % 2 || sem_destroy(object) == 0);
}

static void spinlock(void *memory, int round)
{
    pthread_spinlock_t *object = memory;
    must(pthread_spin_init(object, PTHREAD_PROCESS_PRIVATE) == 0);
    must(pthread_spin_lock(object) == 0 && pthread_spin_unlock(object) == 0);
    must(round % 2 || pthread_spin_destroy(object) == 0);
}

static void once(void *memory, int round)
{
    (void)round;
    pthread_once_t *object = memory;
    memset(object, 0, sizeof *object);
    must(pthread_once(object, routine) == 0);
}

static NOINLINE void in_frame(void (*kind)(void *, int), int round)
{
    _Alignas(16) char memory[SIZE];
    kind(launder(memory), round);
}

static void churn(void)
{
    static void (*const kinds[KINDS])(void *, int) = {mutex, rwlock,   cond, barrier,
                                                      sem,   spinlock, once};
    for (int round = 0; round < ROUNDS; round++) {
        void *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        must(memory != MAP_FAILED);
        kinds[round % KINDS](memory, round);
        must(munmap(memory, SIZE) == 0);
        in_frame(kinds[round % KINDS], round);
    }
}

static void first(void)
{
    churn();
    reach(1);
}

static void second(void)
{
    await(1);
    churn();
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
