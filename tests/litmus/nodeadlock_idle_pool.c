/* P15: threads that wait for work for ever, while one lives that could give it to them, are none.
 */
#include "../support/litmus.h"
#include <stdlib.h>

static pthread_mutex_t pool = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
static int tasks;

static void idle(void)
{
    pthread_mutex_lock(&pool);
    while (!tasks)
        pthread_cond_wait(&work, &pool);
    pthread_mutex_unlock(&pool);
}

int main(void)
{
    for (int i = 0; i < 3; i++)
        spawn_detached(idle);
    nanosleep(&(struct timespec){0, 400000000}, NULL);
    exit(0);
}
