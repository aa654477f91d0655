/* P6, in spirit: two subtractions of a System V semaphore are not ordered. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <sys/sem.h>

int g_x;
static int set;

static void take(void)
{
    struct sembuf one = {0, -1, 0};
    must(semop(set, &one, 1) == 0);
}

static void first(void)
{
    g_x = 1;
    take();
    reach(1);
}

static void second(void)
{
    await(1);
    take();
    use(g_x);
}

int main(void)
{
    must((set = semget(IPC_PRIVATE, 1, 0600)) >= 0);
    must(semctl(set, 0, SETVAL, 2) == 0);
    litmus_run2(first, second);
    must(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
