/* Two hand-made locks do not order what each guards. */
// expect-location: g_x
#include "../support/litmus_annotations.h"

int g_x;
static struct hand_lock g_one, g_two;

static void one(void)
{
    hand_lock(&g_one);
    g_x = 1;
    hand_unlock(&g_one);
    reach(1);
}

static void two(void)
{
    await(1);
    hand_lock(&g_two);
    g_x = 2;
    hand_unlock(&g_two);
}

int main(void)
{
    litmus_run2(one, two);
    return 0;
}
