/* finds: assertion */
#include "threads.h"

/* A log of which the flusher is "always fast enough". */
enum { ROOM = 24, LINES = 25 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int filled, flushed, dropped;

static void *flush(void *unused)
{
    pthread_mutex_lock(&m);
    while (flushed + dropped < LINES) {
        while (!filled && flushed + dropped < LINES)
            pthread_cond_wait(&changed, &m);
        flushed += filled;
        filled = 0;
        pthread_cond_signal(&changed);
    }
    pthread_mutex_unlock(&m);
    return unused;
}

static void *log_lines(void *unused)
{
    for (int i = 0; i < LINES; i++) {
        pthread_mutex_lock(&m);
#ifdef FIXED
        while (filled == ROOM)
            pthread_cond_wait(&changed, &m);
#endif
        if (filled == ROOM)
            dropped++;
        else
            filled++;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&m);
    }
    return unused;
}

int main(void)
{
    start(flush);
    start(log_lines);
    join_all();
    assert(!dropped);
    return 0;
}
