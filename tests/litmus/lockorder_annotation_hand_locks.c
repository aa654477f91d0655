/* Hand-made locks take part in lock order. */
// expect: lock-order inversion
#include "../support/litmus_annotations.h"

static struct hand_lock g_a, g_b;

static void one(void)
{
    hand_lock(&g_a);
    hand_lock(&g_b);
    hand_unlock(&g_b);
    hand_unlock(&g_a);
    reach(1);
}

static void two(void)
{
    await(1);
    hand_lock(&g_b);
    hand_lock(&g_a);
    hand_unlock(&g_a);
    hand_unlock(&g_b);
}

int main(void)
{
    litmus_run2(one, two);
    return 0;
}
