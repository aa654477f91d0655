/* P13, P14: in a forked child the locks of the forking thread are still its own; those of other threads,
 * and their waits, are gone with them. */
#include "../support/litmus.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int done;

static void holder(void)
{
    pthread_mutex_lock(&other);
    reach(1);
    while (!done)
        pthread_cond_wait(&cond, &other);
    pthread_mutex_unlock(&other);
}

static void child(void)
{
    must(pthread_mutex_unlock(&own) == 0);
    must(pthread_rwlock_unlock(&shared) == 0);
    must(pthread_cond_init(&cond, NULL) == 0);
    must(pthread_cond_destroy(&cond) == 0);
    must(pthread_mutex_init(&other, NULL) == 0);
    must(pthread_mutex_lock(&other) == 0);
    must(pthread_mutex_unlock(&other) == 0);
    must(pthread_mutex_destroy(&other) == 0);
    _exit(0);
}

int main(void)
{
    int status;
    pthread_t thread = spawn(holder);
    await(1);
    pthread_mutex_lock(&other); /* the holder waits */
    pthread_mutex_unlock(&other);
    pthread_mutex_lock(&own);
    pthread_rwlock_rdlock(&shared);
    pid_t pid = fork();
    must(pid >= 0);
    if (pid == 0)
        child();
    must(waitpid(pid, &status, 0) == pid && status == 0);
    pthread_rwlock_unlock(&shared);
    pthread_mutex_unlock(&own);
    pthread_mutex_lock(&other);
    done = 1;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&other);
    join(thread);
    return 0;
}
