/* G27: a nil lock and the close of a nil channel panic, recoverably, and others go on in
 * order. */
#include "golitmus.h"

mutex g_lock;
int g_x, g_panics;

static void misuse(void)
{
    go_attempt mutex_lock(NULL);
    go_rescue(p) g_panics++;
    go_attempt rwmutex_rlock(NULL);
    go_rescue(p) g_panics++;
    go_attempt waitgroup_wait(NULL);
    go_rescue(p) g_panics++;
    go_attempt rgo_chan_close_(NULL);
    go_rescue(p) g_panics++;
    must(!rgo_chan_try_send_(NULL, NULL) && rgo_chan_len_(NULL) == 0);
}

static void worker(void)
{
    mutex_lock(&g_lock);
    misuse();
    g_x++;
    mutex_unlock(&g_lock);
}

int main(void)
{
    run2(worker, worker);
    must(g_x == 2 && g_panics == 8);
    return 0;
}
