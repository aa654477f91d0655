/* P14: error-checking, recursive and robust mutexes tell the program itself whose they are; the owner
 * stays the owner. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <errno.h>

static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t robust;

static void owner(void)
{
    must(pthread_mutex_lock(&checking) == 0);
    must(pthread_mutex_lock(&recursive) == 0);
    must(pthread_mutex_lock(&robust) == 0);
    reach(1);
    await(2);
    must(pthread_mutex_unlock(&robust) == 0);
    must(pthread_mutex_unlock(&recursive) == 0);
    must(pthread_mutex_unlock(&checking) == 0);
}

static void other(void)
{
    await(1);
    must(pthread_mutex_unlock(&checking) == EPERM);
    must(pthread_mutex_unlock(&recursive) == EPERM);
    must(pthread_mutex_unlock(&robust) == EPERM);
    reach(2);
}

int main(void)
{
    pthread_mutexattr_t attr;
    must(pthread_mutexattr_init(&attr) == 0);
    must(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0);
    must(pthread_mutex_init(&robust, &attr) == 0);
    litmus_run2(owner, other);
    return 0;
}
