/* P6, in spirit: a subtraction that would have to wait acquires nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <errno.h>
#include <sys/sem.h>

int g_x;
static int set;

static void adder(void)
{
    struct sembuf add = {0, 1, 0};
    g_x = 1;
    must(semop(set, &add, 1) == 0);
    reach(1);
}

static void taker(void)
{
    struct sembuf take = {0, -2, IPC_NOWAIT};
    await(1);
    must(semop(set, &take, 1) == -1 && errno == EAGAIN);
    use(g_x);
}

int main(void)
{
    must((set = semget(IPC_PRIVATE, 1, 0600)) >= 0);
    litmus_run2(adder, taker);
    must(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
