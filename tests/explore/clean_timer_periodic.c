/* clean: no strategy runs the timer alone, on and on; options: --max-steps=5000 */
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_int ticks;
static int count;

static void tick(int signal)
{
    (void)signal;
    atomic_fetch_add(&ticks, 1);
}

static void *work(void *unused)
{
    for (int i = 0; i < 10; i++) {
        pthread_mutex_lock(&mutex);
        count++;
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

int main(void)
{
    struct itimerval often = {.it_interval.tv_usec = 10000, .it_value.tv_usec = 10000};
    pthread_t a, b;
    signal(SIGALRM, tick);
    setitimer(ITIMER_REAL, &often, NULL);
    pthread_create(&a, NULL, work, NULL);
    pthread_create(&b, NULL, work, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    assert(count == 20);
    return 0;
}
