/* G20: a mutex that is set up before the goroutines that use it are started, and again after. */
#include "golitmus.h"

mutex g_lock;
int g_x;

static void user(void)
{
    mutex_lock(&g_lock);
    g_x++;
    mutex_unlock(&g_lock);
}

int main(void)
{
    for (int i = 0; i < 3; i++) {
        g_lock = (mutex){0};
        run2(user, user);
    }
    must(g_x == 6);
    return 0;
}
