/* G21, P15: the same of a lock for reading, of which another goroutine may give back one. */
#include "golitmus.h"

rwmutex g_table;
mutex g_second;
static chan(int) asked, done;

static void reader(void)
{
    rwmutex_rlock(&g_table);
    chan_send(asked, 0);
    chan_get(done);
    mutex_lock(&g_second);
    mutex_unlock(&g_second);
    reach(1);
}

static void unlocker(void)
{
    chan_get(asked);
    rwmutex_runlock(&g_table);
    chan_send(done, 0);
}

static void other_way(void)
{
    await(1);
    mutex_lock(&g_second);
    rwmutex_lock(&g_table);
    rwmutex_unlock(&g_table);
    mutex_unlock(&g_second);
}

int main(void)
{
    asked = chan_make(int);
    done = chan_make(int);
    run3(reader, unlocker, other_way);
    chan_free(asked);
    chan_free(done);
    return 0;
}
