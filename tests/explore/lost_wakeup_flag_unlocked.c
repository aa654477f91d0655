/* finds: deadlock|lost wake-up; options: --spurious=0 */
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static atomic_int done;

static void *finish(void *unused)
{
    atomic_store(&done, 1); /* without m: between the waiter's look and its wait */
    pthread_cond_signal(&c);
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, finish, NULL);
    pthread_mutex_lock(&m);
    while (!atomic_load(&done))
        pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return 0;
}
