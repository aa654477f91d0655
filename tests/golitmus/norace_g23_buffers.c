/* G23: buffers that go from hand to hand. */
#include "golitmus.h"

#include <stdlib.h>

pool g_pool;

static void *make(void *context)
{
    (void)context;
    return calloc(1, sizeof(int));
}

static void destroy(void *item, void *context)
{
    (void)context;
    free(item);
}

static void worker(void)
{
    for (int i = 0; i < 20; i++) {
        int *buffer = pool_get(&g_pool);
        ++*buffer;
        go_yield();
        ++*buffer;
        pool_put(&g_pool, buffer);
    }
}

int main(void)
{
    g_pool = (pool){.make = make, .destroy = destroy};
    run3(worker, worker, worker);
    pool_done(&g_pool);
    return 0;
}
