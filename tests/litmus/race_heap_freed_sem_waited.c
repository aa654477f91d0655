/* P12: a thread waits at a semaphore in freed memory: that is told before it goes on. */
// expect: heap use-after-free
// expect-frame: waits
// expect-frame: posts
// expect-count: 2
// tsan: its pthread_once and semaphores do not look whether the memory was freed
#include "../support/litmus.h"
#include <semaphore.h>
#include <stdlib.h>

sem_t *g_sem;
static struct invisible tid;

static NOINLINE void waits(void)
{
    invisible_reach(&tid, invisible_gettid());
    sem_wait(g_sem);
}

static NOINLINE void posts(void)
{
    sem_post(g_sem);
}

int main(void)
{
    g_sem = malloc(sizeof *g_sem);
    must(g_sem && sem_init(g_sem, 0, 0) == 0);
    free(launder(g_sem));
    g_sem = launder(g_sem);
    pthread_t thread = spawn(waits);
    invisible_await(&tid, 1);
    invisible_await_asleep(invisible_peek(&tid));
    posts();
    join(thread);
    return 0;
}
