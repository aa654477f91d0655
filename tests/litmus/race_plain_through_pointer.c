/* HB: what races is the memory, not the name: one side uses a pointer. */
// expect-location: g_target
// expect-count: 1
#include "../support/litmus.h"

int g_target;
int *g_pointer = &g_target;

static void by_name(void)
{
    g_target = 1;
    reach(1);
}

static void by_pointer(void)
{
    await(1);
    use(*g_pointer);
}

int main(void)
{
    litmus_run2(by_name, by_pointer);
    return 0;
}
