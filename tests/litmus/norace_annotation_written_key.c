/* An annotated edge is one, whatever plain or atomic writes its key sees in between. */
#include "../support/litmus.h"

void __tsan_acquire(void *key);
void __tsan_release(void *key);

int g_x;
static long g_key, g_count;

static void writer(void)
{
    g_x = 1;
    __tsan_release(&g_key);
    __tsan_release(&g_count);
    g_key = 7;
    __atomic_store_n(&g_count, 7, __ATOMIC_RELAXED);
    reach(1);
}

static void reader(void)
{
    await(1);
    __tsan_acquire(&g_key);
    use(g_x);
}

static void counter(void)
{
    await(1);
    __tsan_acquire(&g_count);
    use(g_x);
}

int main(void)
{
    litmus_run3(writer, reader, counter);
    return 0;
}
