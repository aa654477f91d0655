/* What comes after the release is not in order. */
// expect-location: g_y
// expect-count: 1
#include "../support/litmus_annotations.h"

int g_x, g_y, g_key;

static void writer(void)
{
    g_x = 1;
    __tsan_release(&g_key);
    g_y = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    __tsan_acquire(&g_key);
    use(g_x);
    use(g_y);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
