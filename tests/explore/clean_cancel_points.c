/* clean */
/*
 * Each of these threads waits for ever, or runs, at another cancellation point, and is cancelled
 * there. Cleanup handlers run; whoever joins is told.
 */
#include "threads.h"

#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t nothing, never_posted, go_on;
static int empty[2];
static pthread_t waiter;
static atomic_int cleaned;

static void clean(void *unlocks)
{
    if (unlocks)
        pthread_mutex_unlock(&mutex);
    atomic_fetch_add(&cleaned, 1);
}

static void at_condition(void)
{
    struct timespec far = {.tv_sec = 1l << 31};
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(clean, &mutex);
    for (;;)
        pthread_cond_timedwait(&never, &mutex, &far);
    pthread_cleanup_pop(1);
}

static void at_semaphore(void)
{
    sem_wait(&nothing);
}

static void at_read(void)
{
    char byte;
    (void)!read(empty[0], &byte, 1);
}

static void at_poll(void)
{
    struct pollfd fd = {.fd = empty[0], .events = POLLIN};
    poll(&fd, 1, -1);
}

static void at_join(void)
{
    pthread_join(waiter, NULL);
}

static void at_test(void)
{
    for (;;)
        pthread_testcancel();
}

static void anywhere(void)
{
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    for (;;)
        sched_yield();
}

static void not_before_enabled(void)
{
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    assert(before == PTHREAD_CANCEL_ENABLE);
    sem_wait(&go_on);
    pthread_testcancel();
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    pthread_testcancel();
    assert(!"reached");
}

static void *run(void *number)
{
    static void (*const places[])(void) = {at_condition, at_semaphore,      at_read,
                                           at_poll,      at_join,           at_test,
                                           anywhere,     not_before_enabled};
    pthread_cleanup_push(clean, NULL);
    places[(long)number]();
    pthread_cleanup_pop(1);
    return NULL;
}

static void *wait_long(void *unused)
{
    sem_wait(&never_posted);
    return unused;
}

int main(void)
{
    enum { PLACES = 8, CLEANUPS = PLACES };
    void *result;
    int error = pipe(empty);
    assert(!error);
    sem_init(&nothing, 0, 0);
    sem_init(&never_posted, 0, 0);
    sem_init(&go_on, 0, 0);
    pthread_create(&waiter, NULL, wait_long, NULL);
    start_many(PLACES, run);
    for (int i = 0; i < PLACES; i++)
        pthread_cancel(threads[i]);
    sem_post(&go_on);
    for (int i = 0; i < PLACES; i++) {
        pthread_join(threads[i], &result);
        assert(result == PTHREAD_CANCELED);
    }
    assert(cleaned >= CLEANUPS);
    pthread_cancel(waiter);
    pthread_join(waiter, &result);
    assert(result == PTHREAD_CANCELED);
    return 0;
}
