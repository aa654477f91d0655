/* An annotated edge leads to those who acquire the same key, and carries what came before it. */
// expect-location: g_x
// expect-location: g_y
// expect-count: 2
#include "../support/litmus.h"

void __tsan_acquire(void *key);
void __tsan_release(void *key);

int g_x, g_y;
static char g_keys[8];

static void writer(void)
{
    g_x = 1;
    __tsan_release(&g_keys[0]);
    __tsan_release(&g_keys[1]);
    g_y = 1;
    reach(1);
}

static void same(void)
{
    await(1);
    __tsan_acquire(&g_keys[1]);
    use(g_y);
}

static void other(void)
{
    await(1);
    __tsan_acquire(&g_keys[2]);
    use(g_x);
}

int main(void)
{
    litmus_run3(writer, same, other);
    return 0;
}
