/* P6, in spirit: adding to a System V semaphore carries what came before it only. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <sys/sem.h>

int g_x;
static int set;

static void change(short by)
{
    struct sembuf one = {0, by, 0};
    must(semop(set, &one, 1) == 0);
}

static void adder(void)
{
    change(1);
    g_x = 1;
    reach(1);
}

static void taker(void)
{
    change(-1);
    await(1);
    use(g_x);
}

int main(void)
{
    must((set = semget(IPC_PRIVATE, 1, 0600)) >= 0);
    litmus_run2(adder, taker);
    must(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
