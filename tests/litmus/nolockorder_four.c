/* P15: cycles of four that cannot close: two of the requests have a gate, are one thread's, or are
 * ordered, though they are no neighbours; or one is a try. */
#include "../support/litmus.h"
#include <semaphore.h>

enum { GATE, TASK, ORDERED, TRIED, KINDS };

static pthread_mutex_t locks[KINDS][4], gate = PTHREAD_MUTEX_INITIALIZER;
static sem_t done;

static void nest(int kind, int outer)
{
    pthread_mutex_lock(&locks[kind][outer]);
    pthread_mutex_lock(&locks[kind][(outer + 1) % 4]);
    pthread_mutex_unlock(&locks[kind][(outer + 1) % 4]);
    pthread_mutex_unlock(&locks[kind][outer]);
}

static void nest_gated(int kind, int outer)
{
    pthread_mutex_lock(&gate);
    nest(kind, outer);
    pthread_mutex_unlock(&gate);
}

static void first(void)
{
    nest_gated(GATE, 0);
    nest(TASK, 0);
    nest(TASK, 2);
    nest(ORDERED, 0);
    must(sem_post(&done) == 0);
    nest(TRIED, 0);
    reach(1);
}

static void second(void)
{
    await(1);
    for (int kind = 0; kind < KINDS; kind++)
        nest(kind, 1);
    reach(2);
}

static void third(void)
{
    await(2);
    nest_gated(GATE, 2);
    must(sem_wait(&done) == 0);
    nest(ORDERED, 2);
    pthread_mutex_lock(&locks[TRIED][2]);
    must(pthread_mutex_trylock(&locks[TRIED][3]) == 0);
    pthread_mutex_unlock(&locks[TRIED][3]);
    pthread_mutex_unlock(&locks[TRIED][2]);
    reach(3);
}

static void fourth(void)
{
    await(3);
    for (int kind = 0; kind < KINDS; kind++)
        nest(kind, 3);
}

int main(void)
{
    must(sem_init(&done, 0, 0) == 0);
    for (int i = 0; i < KINDS * 4; i++)
        must(pthread_mutex_init(&locks[i / 4][i % 4], NULL) == 0);
    pthread_t thread = spawn(first);
    litmus_run3(second, third, fourth);
    join(thread);
    return 0;
}
