/* P14: a semaphore is destroyed while a thread waits for it. */
// expect: misuse (semaphore)
// expect-location: g_sem
// expect-frame: waiter
#include "../support/litmus.h"
#include <semaphore.h>
#include <unistd.h>

sem_t g_sem;
static int g_tid;

static void waiter(void)
{
    __atomic_store_n(&g_tid, invisible_gettid(), __ATOMIC_SEQ_CST);
    reach(1);
    sem_wait(&g_sem);
    __builtin_trap();
}

int main(void)
{
    must(sem_init(&g_sem, 0, 0) == 0);
    spawn_detached(waiter);
    await(1);
    invisible_await_asleep(__atomic_load_n(&g_tid, __ATOMIC_SEQ_CST));
    sem_destroy(&g_sem);
    _exit(0);
}
