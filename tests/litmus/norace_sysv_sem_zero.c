/* P6, in spirit: the subtractions that bring a System V semaphore down to zero are ordered before
 * the return of who waits for zero. */
// tsan: System V semaphores are unknown to it
#include "../support/litmus.h"
#include <sys/sem.h>

int g_x, g_y;
static int set;

static void change(short by)
{
    struct sembuf one = {0, by, 0};
    must(semop(set, &one, 1) == 0);
}

static void first(void)
{
    g_x = 1;
    change(-1);
}

static void second(void)
{
    g_y = 1;
    change(-1);
}

static void waiter(void)
{
    change(0);
    must(g_x == 1 && g_y == 1);
}

int main(void)
{
    must((set = semget(IPC_PRIVATE, 1, 0600)) >= 0);
    must(semctl(set, 0, SETVAL, 2) == 0);
    litmus_run3(first, second, waiter);
    must(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
