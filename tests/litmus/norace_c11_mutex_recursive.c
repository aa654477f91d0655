/* P2: of a recursive mtx only the outermost unlock hands over. */
// tsan: C11 mtx, cnd and call_once are unknown to it
#include "../support/litmus.h"
#include <threads.h>

int g_x;
static mtx_t lock;

static void worker(void)
{
    meet(2);
    must(mtx_lock(&lock) == thrd_success);
    must(mtx_lock(&lock) == thrd_success);
    must(mtx_unlock(&lock) == thrd_success);
    g_x++;
    must(mtx_unlock(&lock) == thrd_success);
}

int main(void)
{
    must(mtx_init(&lock, mtx_plain | mtx_recursive) == thrd_success);
    litmus_run2(worker, worker);
    return 0;
}
