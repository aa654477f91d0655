/* P16: a mutex in unmapped memory dies with it: a new mutex at the same address has no past. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <sys/mman.h>

int g_x;

static pthread_mutex_t *map_mutex(void *wish, int flags)
{
    void *page =
        mmap(wish, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    must(page != MAP_FAILED);
    return (pthread_mutex_t *)page;
}

static void first(void)
{
    pthread_mutex_t *lock = map_mutex(NULL, 0);
    g_x = 1;
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
    must(munmap(lock, 4096) == 0);
    send_box(lock);
    reach(1);
}

static void second(void)
{
    await(1);
    pthread_mutex_t *lock = map_mutex(take_box(void), MAP_FIXED);
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
    use(g_x);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
