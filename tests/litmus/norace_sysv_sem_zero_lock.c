/* P6, in spirit: the classic lock: wait for zero and add one, as one step; subtract it again. */
// tsan: System V semaphores are unknown to it
#include "../support/litmus.h"
#include <sys/sem.h>

int g_x;
static int set;

static void increment(void)
{
    struct sembuf lock[2] = {{0, 0, 0}, {0, 1, SEM_UNDO}}, unlock = {0, -1, SEM_UNDO | IPC_NOWAIT};
    for (int i = 0; i < 50; i++) {
        must(semop(set, lock, 2) == 0);
        g_x++;
        must(semop(set, &unlock, 1) == 0);
    }
}

int main(void)
{
    must((set = semget(IPC_PRIVATE, 1, 0600)) >= 0);
    litmus_run2(increment, increment);
    must(g_x == 100);
    must(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
