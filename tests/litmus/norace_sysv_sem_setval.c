/* P6, in spirit: setting the values of System V semaphores is ordered before the subtraction that
 * they allow, and before the wait for zero. */
// tsan: System V semaphores are unknown to it
#include "../support/litmus.h"
#include <sys/sem.h>

int g_x, g_y, g_z;
static int set;

static void change(unsigned short which, short by)
{
    struct sembuf one = {which, by, 0};
    must(semop(set, &one, 1) == 0);
}

static void setter(void)
{
    unsigned short values[3] = {1, 1, 0};
    g_x = 1;
    must(semctl(set, 0, SETVAL, 1) == 0);
    await(1);
    g_y = g_z = 1;
    must(semctl(set, 0, SETALL, values) == 0);
}

static void taker(void)
{
    change(0, -1);
    must(g_x == 1);
    reach(1);
    change(1, -1);
    must(g_y == 1);
}

static void waiter(void)
{
    change(2, 0);
    must(g_z == 1);
}

int main(void)
{
    must((set = semget(IPC_PRIVATE, 3, 0600)) >= 0);
    must(semctl(set, 2, SETVAL, 1) == 0);
    litmus_run3(setter, taker, waiter);
    must(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
