/* finds: exit status; options: --expect-exit=0 */
#include <pthread.h>
#include <time.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int done;

static void *slow(void *unused)
{
    nanosleep(&(struct timespec){.tv_nsec = 900000000}, NULL);
    pthread_mutex_lock(&m);
    done = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    pthread_t thread;
    struct timespec deadline;
    int timed_out = 0;
    pthread_create(&thread, NULL, slow, NULL);
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 1;
    pthread_mutex_lock(&m);
    while (!done && !timed_out)
        timed_out = pthread_cond_timedwait(&c, &m, &deadline);
    int result = !done;
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return result;
}
