/* P6, in spirit: several operations are one step: what one of them waited for, another passes on,
 * although the task itself was there before. */
// tsan: System V semaphores are unknown to it
#include "../support/litmus.h"
#include <sys/sem.h>

int g_x;
static int set;

static void adder(void)
{
    struct sembuf add = {0, 1, 0};
    await(1);
    g_x = 1;
    must(semop(set, &add, 1) == 0);
}

static void passer(void)
{
    struct sembuf pass[2] = {{0, -1, 0}, {1, 1, 0}};
    reach(1);
    must(semop(set, pass, 2) == 0);
}

static void taker(void)
{
    struct sembuf take = {1, -1, 0};
    must(semop(set, &take, 1) == 0);
    must(g_x == 1);
}

int main(void)
{
    must((set = semget(IPC_PRIVATE, 2, 0600)) >= 0);
    litmus_run3(adder, passer, taker);
    must(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
