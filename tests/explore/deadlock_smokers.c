/* finds: deadlock */
#include <semaphore.h>

#include "threads.h"

/* An agent puts two of three things on the table; each of three smokers has one and takes the other
 * two, one after the other: two smokers may each get one. */
static sem_t things[3], meant_for[3], table;

static void *agent(void *unused)
{
    for (int i = 0; i < 3; i++) {
        sem_wait(&table);
        sem_post(&meant_for[i]);
        sem_post(&things[(i + 1) % 3]);
        sem_post(&things[(i + 2) % 3]);
    }
    return unused;
}

static void *smoke(void *argument)
{
    long mine = (long)argument - 1;
    long first = (mine + 1) % 3, second = (mine + 2) % 3;
#ifdef FIXED
    sem_wait(&meant_for[mine]);
#endif
    sem_wait(&things[first]);
    sem_wait(&things[second]);
    sem_post(&table);
    return NULL;
}

int main(void)
{
    for (int i = 0; i < 3; i++)
        sem_init(&things[i], 0, sem_init(&meant_for[i], 0, 0));
    sem_init(&table, 0, 1);
    start(agent);
    start_many(3, smoke);
    join_all();
    return 0;
}
