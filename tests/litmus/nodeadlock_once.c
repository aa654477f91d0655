/* P15: others wait for a routine that waits for a mutex, which its owner gives back; and a routine
 * that is cancelled leaves the waiting to the next. */
#include "../support/litmus.h"
#include <semaphore.h>

static pthread_once_t once[2] = {PTHREAD_ONCE_INIT, PTHREAD_ONCE_INIT};
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t never;
static struct invisible maker_id, waiter_id;
static int tries;

static void make(void)
{
    reach(1);
    await(2);
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
}

static void maker(void)
{
    invisible_reach(&maker_id, invisible_gettid());
    pthread_once(&once[0], make);
}

static void owner(void)
{
    await(1);
    pthread_mutex_lock(&mutex);
    reach(2);
    await(3);
    invisible_await_asleep(invisible_peek(&maker_id));
    invisible_await_asleep(invisible_peek(&waiter_id));
    pthread_mutex_unlock(&mutex);
}

static void waiter(void)
{
    await(2);
    invisible_reach(&waiter_id, invisible_gettid());
    reach(3);
    pthread_once(&once[0], make);
}

static void give_up(void)
{
    if (tries++ == 0) {
        reach(4);
        sem_wait(&never);
    }
}

static void first(void)
{
    pthread_once(&once[1], give_up);
}

static void next(void)
{
    await(4);
    invisible_reach(&waiter_id, invisible_gettid());
    reach(5);
    pthread_once(&once[1], give_up);
}

int main(void)
{
    litmus_run3(maker, owner, waiter);
    must(sem_init(&never, 0, 0) == 0);
    pthread_t cancelled = spawn(first), other = spawn(next);
    await(5);
    invisible_await_asleep(invisible_peek(&waiter_id));
    must(pthread_cancel(cancelled) == 0);
    join(cancelled);
    join(other);
    must(tries == 2);
    return 0;
}
