/* finds: assertion */
#include "threads.h"

/* The logger opens its file in its own thread; the main one logs, and closes at the end. Nobody
 * waits for the opening: all of the work may be done before it. */
enum { MESSAGES = 20 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static bool is_open, is_closed;
static int queued, kept;

static void *log_messages(void *unused)
{
    pthread_mutex_lock(&m);
    is_open = !is_closed;
    kept = is_open ? queued : kept;
    pthread_cond_signal(&opened);
    pthread_mutex_unlock(&m);
    return unused;
}

static void *work(void *unused)
{
    for (int i = 0; i < MESSAGES; i++) {
        pthread_mutex_lock(&m);
#ifdef FIXED
        while (!is_open)
            pthread_cond_wait(&opened, &m);
#endif
        queued++;
        pthread_mutex_unlock(&m);
    }
    pthread_mutex_lock(&m);
    is_closed = true;
    assert(is_open);
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    start(log_messages);
    start(work);
    join_all();
    return 0;
}
