/* P1: main is gone by pthread_exit; the return of the last thread ends the program with 0. A
 * helper thread of the detector must not keep it alive. */
// tsan: hangs, its background thread keeps the process alive
#include "../support/litmus.h"

int g_x;

static void last(void)
{
    await(1);
    for (int i = 0; i < 20; i++)
        invisible_yield();
    use(g_x);
}

int main(void)
{
    g_x = 1;
    spawn_detached(last);
    reach(1);
    pthread_exit(NULL);
}
