/* P6, in spirit: removing a set of System V semaphores is ordered before the failure of who waited
 * for it. */
// tsan: System V semaphores are unknown to it
#include "../support/litmus.h"
#include <errno.h>
#include <sys/sem.h>

int g_x;
static int set;

static void remover(void)
{
    g_x = 1;
    must(semctl(set, 0, IPC_RMID) == 0);
}

static void waiter(void)
{
    struct sembuf take = {0, -1, 0};
    must(semop(set, &take, 1) == -1 && (errno == EIDRM || errno == EINVAL));
    must(g_x == 1);
}

int main(void)
{
    must((set = semget(IPC_PRIVATE, 1, 0600)) >= 0);
    litmus_run2(remover, waiter);
    return 0;
}
