/* P14: one condition variable may serve several mutexes one after the other, and be destroyed as soon as
 * all who waited were woken. */
#include "../support/litmus.h"
#include <errno.h>
#include <stdlib.h>

struct round {
    pthread_cond_t cond;
    pthread_mutex_t mutexes[2];
    int done;
};
static struct round *g_round;
static pthread_mutex_t *g_mutex;

static void waiter(void)
{
    pthread_mutex_lock(g_mutex);
    reach(1);
    while (!g_round->done)
        pthread_cond_wait(&g_round->cond, g_mutex);
    pthread_mutex_unlock(g_mutex);
}

static void play(int which)
{
    invisible_reach(&litmus_step, 0);
    g_mutex = &g_round->mutexes[which];
    g_round->done = 0;
    pthread_t thread = spawn(waiter);
    await(1);
    pthread_mutex_lock(g_mutex);
    g_round->done = 1;
    pthread_cond_signal(&g_round->cond);
    if (which == 1)
        must(pthread_cond_destroy(&g_round->cond) == 0);
    pthread_mutex_unlock(g_mutex);
    join(thread);
}

int main(void)
{
    g_round = calloc(1, sizeof *g_round);
    play(0);
    struct timespec soon = deadline(CLOCK_REALTIME, 1);
    pthread_mutex_lock(&g_round->mutexes[1]);
    must(pthread_cond_timedwait(&g_round->cond, &g_round->mutexes[1], &soon) == ETIMEDOUT);
    pthread_mutex_unlock(&g_round->mutexes[1]);
    play(0);
    play(1);
    free(g_round);
    return 0;
}
