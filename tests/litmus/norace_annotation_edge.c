/* __tsan_release before __tsan_acquire of the same key, which is any address. */
#include "../support/litmus_annotations.h"

int g_x, g_y;

static void writer(void)
{
    g_x = 1;
    __tsan_release(&g_y);
    reach(1);
}

static void reader(void)
{
    await(1);
    __tsan_acquire(&g_y);
    use(g_x);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
