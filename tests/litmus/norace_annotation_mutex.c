/* The key of an annotated edge is the address of a mutex, which goes on to order what it orders. */
#include "../support/litmus.h"

void __tsan_acquire(void *key);
void __tsan_release(void *key);

int g_x, g_y;
static struct {
    pthread_mutex_t lock;
} g_object = {PTHREAD_MUTEX_INITIALIZER};

static void owner(void)
{
    pthread_mutex_lock(&g_object.lock);
    g_x = 1;
    pthread_mutex_unlock(&g_object.lock);
    reach(1);
}

static void annotator(void)
{
    await(1);
    g_y = 1;
    __tsan_release(&g_object);
    reach(2);
}

static void next(void)
{
    await(2);
    pthread_mutex_lock(&g_object.lock);
    use(g_x);
    pthread_mutex_unlock(&g_object.lock);
    __tsan_acquire(&g_object);
    use(g_y);
}

int main(void)
{
    litmus_run3(owner, annotator, next);
    return 0;
}
