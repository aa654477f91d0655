/* P6, in spirit: another semaphore of the same set orders nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <sys/sem.h>

int g_x;
static int set;

static void change(unsigned short which, short by)
{
    struct sembuf one = {which, by, 0};
    must(semop(set, &one, 1) == 0);
}

static void adder(void)
{
    g_x = 1;
    change(0, 1);
    reach(1);
}

static void taker(void)
{
    await(1);
    change(1, -1);
    use(g_x);
}

int main(void)
{
    must((set = semget(IPC_PRIVATE, 2, 0600)) >= 0);
    must(semctl(set, 1, SETVAL, 1) == 0);
    litmus_run2(adder, taker);
    must(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
