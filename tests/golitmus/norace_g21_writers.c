/* G21: Unlock before the next Lock. */
#include "golitmus.h"

rwmutex g_lock;
int g_x;

static void writer(void)
{
    for (int i = 0; i < 20; i++) {
        rwmutex_lock(&g_lock);
        g_x++;
        rwmutex_unlock(&g_lock);
        go_yield();
    }
}

int main(void)
{
    run3(writer, writer, writer);
    must(g_x == 60);
    return 0;
}
