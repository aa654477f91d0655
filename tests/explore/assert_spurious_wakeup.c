/* finds: assertion */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int done;

static void *finish(void *unused)
{
    pthread_mutex_lock(&m);
    done = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, finish, NULL);
    pthread_mutex_lock(&m);
    if (!done) /* not while */
        pthread_cond_wait(&c, &m);
    assert(done);
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return 0;
}
