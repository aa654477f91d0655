/* Proofs of interceptors_sync.def. */
#include "proofs.h"

/* ---- mutexes ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

#define MUTEX_ORDERS(name, lock)                                                                   \
    ORDERS(name, (pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex)), must((lock) == 0))

FIRST(pthread_mutex_lock)
{
    pthread_mutex_lock(&mutex);
    x = 1;
    pthread_mutex_unlock(&mutex);
}
SECOND(pthread_mutex_lock)
{
    pthread_mutex_lock(&mutex);
    use(x);
    pthread_mutex_unlock(&mutex);
}
MUTEX_ORDERS(pthread_mutex_trylock, pthread_mutex_trylock(&mutex))
MUTEX_ORDERS(pthread_mutex_timedlock, pthread_mutex_timedlock(&mutex, soon(CLOCK_REALTIME)))
MUTEX_ORDERS(pthread_mutex_clocklock,
             pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, soon(CLOCK_MONOTONIC)))
MUTEX_ORDERS(pthread_mutex_unlock, pthread_mutex_lock(&mutex))

/* A new life at the same address: the unlock before it orders nothing any more. */
ORDERS(pthread_mutex_init, (pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex)),
       (pthread_mutex_init(&mutex, NULL), pthread_mutex_lock(&mutex)))
ORDERS(pthread_mutex_destroy, (pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex)),
       (pthread_mutex_destroy(&mutex), invisible_zero(&mutex, sizeof mutex),
        pthread_mutex_lock(&mutex)))

/* ---- spinlocks ---- */

static pthread_spinlock_t spin = 1; /* glibc: free */

#define SPIN_RELEASE (pthread_spin_lock(&spin), pthread_spin_unlock(&spin))
ORDERS(pthread_spin_unlock, SPIN_RELEASE, pthread_spin_lock(&spin))
ORDERS(pthread_spin_lock, SPIN_RELEASE, pthread_spin_lock(&spin))
ORDERS(pthread_spin_trylock, SPIN_RELEASE, must(pthread_spin_trylock(&spin) == 0))
ORDERS(pthread_spin_init, SPIN_RELEASE,
       (pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE), pthread_spin_lock(&spin)))
ORDERS(pthread_spin_destroy, SPIN_RELEASE, (pthread_spin_destroy(&spin), pthread_spin_lock(&spin)))

/* ---- rwlocks ---- */

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

#define WRITE_RELEASE (pthread_rwlock_wrlock(&rwlock), pthread_rwlock_unlock(&rwlock))
#define RWLOCK_ORDERS(name, lock) ORDERS(name, WRITE_RELEASE, must((lock) == 0))

RWLOCK_ORDERS(pthread_rwlock_rdlock, pthread_rwlock_rdlock(&rwlock))
RWLOCK_ORDERS(pthread_rwlock_tryrdlock, pthread_rwlock_tryrdlock(&rwlock))
RWLOCK_ORDERS(pthread_rwlock_timedrdlock, pthread_rwlock_timedrdlock(&rwlock, soon(CLOCK_REALTIME)))
RWLOCK_ORDERS(pthread_rwlock_clockrdlock,
              pthread_rwlock_clockrdlock(&rwlock, CLOCK_MONOTONIC, soon(CLOCK_MONOTONIC)))
RWLOCK_ORDERS(pthread_rwlock_wrlock, pthread_rwlock_wrlock(&rwlock))
RWLOCK_ORDERS(pthread_rwlock_trywrlock, pthread_rwlock_trywrlock(&rwlock))
RWLOCK_ORDERS(pthread_rwlock_timedwrlock, pthread_rwlock_timedwrlock(&rwlock, soon(CLOCK_REALTIME)))
RWLOCK_ORDERS(pthread_rwlock_clockwrlock,
              pthread_rwlock_clockwrlock(&rwlock, CLOCK_MONOTONIC, soon(CLOCK_MONOTONIC)))
RWLOCK_ORDERS(pthread_rwlock_unlock, pthread_rwlock_rdlock(&rwlock))
ORDERS(pthread_rwlock_init, WRITE_RELEASE,
       (pthread_rwlock_init(&rwlock, NULL), pthread_rwlock_rdlock(&rwlock)))
ORDERS(pthread_rwlock_destroy, WRITE_RELEASE,
       (pthread_rwlock_destroy(&rwlock), invisible_zero(&rwlock, sizeof rwlock),
        pthread_rwlock_rdlock(&rwlock)))

/* ---- conditions: the wait is an unlock and a lock ---- */

static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int told;

static void teller(void)
{
    await(1);
    pthread_mutex_lock(&mutex); /* free only once the other one waits */
    x = told = 1;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&mutex);
    await(3);
}

static void cond_proof(void (*wait)(void))
{
    pthread_t thread = spawn(teller);
    pthread_mutex_lock(&mutex);
    reach(1);
    while (!told)
        wait();
    use(x);
    pthread_mutex_unlock(&mutex);
    reach(3);
    join(thread);
}

#define COND_PROOF(name, call)                                                                     \
    static void wait_##name(void)                                                                  \
    {                                                                                              \
        must((call) == 0);                                                                         \
    }                                                                                              \
    PROOF(name)                                                                                    \
    {                                                                                              \
        cond_proof(wait_##name);                                                                   \
    }

COND_PROOF(pthread_cond_wait, pthread_cond_wait(&cond, &mutex))
COND_PROOF(pthread_cond_timedwait, pthread_cond_timedwait(&cond, &mutex, soon(CLOCK_REALTIME)))
COND_PROOF(pthread_cond_clockwait,
           pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, soon(CLOCK_MONOTONIC)))
/* C11's types are the same objects. */
COND_PROOF(cnd_wait, cnd_wait((cnd_t *)&cond, (mtx_t *)&mutex))
COND_PROOF(cnd_timedwait, cnd_timedwait((cnd_t *)&cond, (mtx_t *)&mutex, soon(CLOCK_REALTIME)))

/* ---- barriers ---- */

static pthread_barrier_t barrier;

static void barrier_writer(void)
{
    x = 1;
    pthread_barrier_wait(&barrier);
    await(1);
}

PROOF(pthread_barrier_wait)
{
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_t thread = spawn(barrier_writer);
    pthread_barrier_wait(&barrier);
    use(x);
    reach(1);
    join(thread);
}

/* With a count of one, each wait is a phase of its own, and no phase leaks into the next. */
FIRST(pthread_barrier_init)
{
    pthread_barrier_init(&barrier, NULL, 1);
    x = 1;
    pthread_barrier_wait(&barrier);
}
SECOND(pthread_barrier_init)
{
    pthread_barrier_wait(&barrier);
    use(x);
}

/* Its phases die with it. Its bytes are kept and put back, so that it is the same barrier, of two,
 * for libc; of its count the engine then knows nothing, and all that it knows of arrivals it has
 * heard since. With the old count, A's arrival would be of a phase that B departs from. */
static char barrier_bytes[sizeof barrier];
static void invisible_copy(void *to, const void *from, size_t size)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}
FIRST(pthread_barrier_destroy)
{
    pthread_barrier_init(&barrier, NULL, 1);
    invisible_copy(barrier_bytes, &barrier, sizeof barrier);
    pthread_barrier_destroy(&barrier);
    invisible_copy(&barrier, barrier_bytes, sizeof barrier);
    x = 1;
    pthread_barrier_wait(&barrier);
}
SECOND(pthread_barrier_destroy)
{
    pthread_barrier_wait(&barrier);
    use(x);
}

/* ---- semaphores ---- */

static sem_t sem;

static void sem_named(sem_t **ret_sem, int flags, unsigned value)
{
    char name[64];
    snprintf(name, sizeof name, "/racerun-abi-%d", (int)getpid());
    *ret_sem = sem_open(name, flags, 0600, value);
    must(*ret_sem != SEM_FAILED);
}

ORDERS(sem_init, sem_init(&sem, 0, 1), sem_wait(&sem))
ORDERS(sem_post, sem_post(&sem), sem_wait(&sem))
ORDERS(sem_wait, sem_post(&sem), sem_wait(&sem))
ORDERS(sem_trywait, sem_post(&sem), must(sem_trywait(&sem) == 0))
ORDERS(sem_timedwait, sem_post(&sem), must(sem_timedwait(&sem, soon(CLOCK_REALTIME)) == 0))
ORDERS(sem_clockwait, sem_post(&sem),
       must(sem_clockwait(&sem, CLOCK_MONOTONIC, soon(CLOCK_MONOTONIC)) == 0))
ORDERS(sem_destroy, sem_post(&sem), (sem_destroy(&sem), sem_wait(&sem)))

static sem_t *named;

FIRST(sem_open)
{
    x = 1;
    sem_named(&named, O_CREAT, 1);
    send_box(named);
}
SECOND(sem_open)
{
    sem_wait(take_box(sem_t));
    use(x);
    char name[64];
    snprintf(name, sizeof name, "/racerun-abi-%d", (int)getpid());
    sem_unlink(name);
}

/* After the last close, what was posted at that address is forgotten: a unit that is found there
 * later comes from nowhere. */
FIRST(sem_close)
{
    x = 1;
    sem_named(&named, O_CREAT, 0);
    sem_post(named);
    send_box(named);
}
SECOND(sem_close)
{
    sem_t *semaphore = take_box(sem_t);
    char name[64];
    snprintf(name, sizeof name, "/racerun-abi-%d", (int)getpid());
    sem_unlink(name);
    sem_close(semaphore);
    invisible_map(semaphore);
    invisible_reach((struct invisible *)semaphore, 1); /* the value of a new one */
    sem_wait(semaphore);
    use(x);
}

/* ---- once ---- */

static pthread_once_t control = PTHREAD_ONCE_INIT;
static once_flag flag = ONCE_FLAG_INIT;

static void routine(void)
{
    x = 1;
}
static void routine_not_run(void)
{
    must(false);
}

FIRST(pthread_once)
{
    pthread_once(&control, routine);
}
SECOND(pthread_once)
{
    pthread_once(&control, routine_not_run);
    use(x);
}
FIRST(call_once)
{
    call_once(&flag, routine);
}
SECOND(call_once)
{
    call_once(&flag, routine_not_run);
    use(x);
}

/* ---- C++ local statics ---- */

int __cxa_guard_acquire(void *);
void __cxa_guard_release(void *);
void __cxa_guard_abort(void *);
static long long guard;

#define GUARD_PROOF(name)                                                                          \
    FIRST(name)                                                                                    \
    {                                                                                              \
        must(__cxa_guard_acquire(&guard) == 1);                                                    \
        x = 1;                                                                                     \
        __cxa_guard_release(&guard);                                                               \
    }                                                                                              \
    SECOND(name)                                                                                   \
    {                                                                                              \
        must(__cxa_guard_acquire(&guard) == 0);                                                    \
        use(x);                                                                                    \
    }
GUARD_PROOF(__cxa_guard_acquire)
GUARD_PROOF(__cxa_guard_release)

/* A construction that throws, and the next one. */
FIRST(__cxa_guard_abort)
{
    must(__cxa_guard_acquire(&guard) == 1);
    x = 1;
    __cxa_guard_abort(&guard);
}
SECOND(__cxa_guard_abort)
{
    must(__cxa_guard_acquire(&guard) == 1);
    use(x);
}

/* ---- C11 mutexes ---- */

static mtx_t mtx; /* zeroed memory is a plain one in glibc */

#define MTX_RELEASE (mtx_lock(&mtx), mtx_unlock(&mtx))
ORDERS(mtx_lock, MTX_RELEASE, mtx_lock(&mtx))
ORDERS(mtx_unlock, MTX_RELEASE, mtx_lock(&mtx))
ORDERS(mtx_trylock, MTX_RELEASE, must(mtx_trylock(&mtx) == thrd_success))
ORDERS(mtx_timedlock, MTX_RELEASE, must(mtx_timedlock(&mtx, soon(CLOCK_REALTIME)) == thrd_success))
ORDERS(mtx_init, MTX_RELEASE, (mtx_init(&mtx, mtx_plain), mtx_lock(&mtx)))
ORDERS(mtx_destroy, MTX_RELEASE,
       (mtx_destroy(&mtx), invisible_zero(&mtx, sizeof mtx), mtx_lock(&mtx)))
