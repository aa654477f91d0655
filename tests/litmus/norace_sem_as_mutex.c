/* P6: a binary semaphore hands over like a mutex. */
#include "../support/litmus.h"
#include <semaphore.h>

int g_x;
static sem_t lock;

static void worker(void)
{
    meet(3);
    for (int i = 0; i < 200; i++) {
        must(sem_wait(&lock) == 0);
        g_x++;
        must(sem_post(&lock) == 0);
    }
}

int main(void)
{
    must(sem_init(&lock, 0, 1) == 0);
    litmus_run3(worker, worker, worker);
    must(g_x == 600);
    return 0;
}
