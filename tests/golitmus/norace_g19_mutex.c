/* G19: an unlock is ordered before the next lock. */
#include "golitmus.h"

mutex g_lock;
int g_x;

static void worker(void)
{
    for (int i = 0; i < 50; i++) {
        mutex_lock(&g_lock);
        g_x++;
        mutex_unlock(&g_lock);
        if (i % 8 == 0)
            go_yield();
    }
}

int main(void)
{
    run3(worker, worker, worker);
    must(g_x == 150);
    return 0;
}
