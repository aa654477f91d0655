/*
 * The report of a deadlock says what each goroutine waits for.
 * exit: 2
 * stderr: ^fatal error: all goroutines are asleep - deadlock!
 * stderr: sync\.WaitGroup\.Wait
 * stderr: sync\.Mutex\.Lock
 * stderr: sync\.RWMutex\.RLock
 * stderr: sync\.RWMutex\.Lock
 * stderr: sync\.Cond\.Wait
 * stderr: semaphore acquire
 */
#include <racerun/go.h>

static mutex m, cond_mutex;
static rwmutex rw;
static cond c = {.locker = &cond_mutex};
static semaphore s = {.size = 1};
static waitgroup wg;

static void wait_cond(void)
{
    mutex_lock(&cond_mutex);
    cond_wait(&c);
}

int main(void)
{
    mutex_lock(&m);
    rwmutex_lock(&rw);
    waitgroup_add(&wg, 1);
    go(mutex_lock, &m);
    go(rwmutex_rlock, &rw);
    go(rwmutex_lock, &rw);
    go(wait_cond);
    go(semaphore_acquire, &s, (int64_t)2);
    waitgroup_wait(&wg);
    return 0;
}
