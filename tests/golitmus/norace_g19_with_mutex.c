/* G19: with_mutex, left by return, by break and by a panic. */
#include "golitmus.h"

mutex g_lock;
int g_x;

static int returning(void)
{
    with_mutex(&g_lock) {
        g_x++;
        return g_x;
    }
    return 0;
}

static void panicking(void)
{
    with_mutex(&g_lock) {
        g_x++;
        go_panic("left");
    }
}

static void worker(void)
{
    for (int i = 0; i < 10; i++) {
        must(returning() > 0);
        with_mutex(&g_lock) {
            g_x++;
            break;
        }
        go_attempt panicking();
        go_rescue(p) {}
    }
}

int main(void)
{
    run2(worker, worker);
    must(g_x == 60);
    return 0;
}
