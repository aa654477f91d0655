/* Failures of every kind that the schedules have, each told once: two threads that take two locks
 * crosswise wait for each other, and one that finds the other's mark fails an assertion. One order
 * of the locks ends there. In the two others the mark is looked at before it is set, or after: then
 * the process ends before the other thread does, before main has joined it, or after that. That
 * makes 1 + 2 * (1 + 3).
 *
 * traces: 9
 * finds: deadlock, assertion
 */
#include "threads.h"

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;
static atomic_int mark;

static void *upwards(void *unused)
{
    pthread_mutex_lock(&left);
    pthread_mutex_lock(&right);
    pthread_mutex_unlock(&right);
    pthread_mutex_unlock(&left);
    atomic_store(&mark, 1);
    return unused;
}

static void *downwards(void *unused)
{
    pthread_mutex_lock(&right);
    pthread_mutex_lock(&left);
    pthread_mutex_unlock(&left);
    pthread_mutex_unlock(&right);
    assert(!atomic_load(&mark));
    return unused;
}

int main(void)
{
    start(upwards);
    start(downwards);
    join_all();
    return 0;
}
