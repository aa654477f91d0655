/* P6, in spirit: a System V semaphore as a lock: take one unit, give it back. */
// tsan: System V semaphores are unknown to it
#include "../support/litmus.h"
#include <sys/sem.h>

int g_x;
static int set;

static void change(short by)
{
    struct sembuf one = {0, by, 0};
    must(semop(set, &one, 1) == 0);
}

static void increment(void)
{
    for (int i = 0; i < 50; i++) {
        change(-1);
        g_x++;
        change(1);
    }
}

int main(void)
{
    must((set = semget(IPC_PRIVATE, 1, 0600)) >= 0);
    change(1);
    litmus_run2(increment, increment);
    must(g_x == 100);
    must(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
