/* P12: the last user frees: by a reference count with acquire and release, a mutex, a join; and
 * what one thread freed another may get. */
#include "../support/litmus.h"

#include <stdatomic.h>
#include <stdlib.h>

struct shared {
    _Atomic int users;
    long data[32];
};

static struct shared *g_shared;
static pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;
static long *g_guarded;

static void user(void)
{
    use(g_shared->data[31]);
    if (atomic_fetch_sub_explicit(&g_shared->users, 1, memory_order_acq_rel) == 1)
        free(launder(g_shared));
    pthread_mutex_lock(&g_lock);
    if (g_guarded) {
        g_guarded[3]++;
        free(launder(g_guarded));
        g_guarded = NULL;
    }
    pthread_mutex_unlock(&g_lock);
    for (int i = 0; i < 1000; i++) {
        long *block = launder(malloc(sizeof *g_shared));
        block[5] = i;
        free(launder(block));
    }
}

int main(void)
{
    g_shared = launder(calloc(1, sizeof *g_shared));
    atomic_init(&g_shared->users, 3);
    g_guarded = launder(calloc(4, sizeof *g_guarded));
    litmus_run3(user, user, user);
    return 0;
}
