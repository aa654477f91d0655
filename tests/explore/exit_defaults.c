/* finds: exit status; options: --expect-exit=0 */
#include "threads.h"

/* The configuration is read by a thread of its own; all requests may be served before. */
enum { REQUESTS = 20 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t read_it = PTHREAD_COND_INITIALIZER;
static int configured, with_configuration;

static void *configure(void *unused)
{
    pthread_mutex_lock(&m);
    configured = 1;
    pthread_cond_broadcast(&read_it);
    pthread_mutex_unlock(&m);
    return unused;
}

static void *serve(void *unused)
{
    for (int i = 0; i < REQUESTS; i++) {
        pthread_mutex_lock(&m);
#ifdef FIXED
        while (!configured)
            pthread_cond_wait(&read_it, &m);
#endif
        with_configuration += configured;
        pthread_mutex_unlock(&m);
    }
    return unused;
}

int main(void)
{
    start(configure);
    start(serve);
    join_all();
    return with_configuration ? 0 : 3;
}
