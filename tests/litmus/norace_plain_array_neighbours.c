/* HB: neighbouring elements are different memory locations. */
#include "../support/litmus.h"

short g_shorts[4];

static void even(void)
{
    meet(2);
    for (int i = 0; i < 1000; i++) {
        g_shorts[0]++;
        g_shorts[2]++;
        use(i);
    }
}

static void odd(void)
{
    meet(2);
    for (int i = 0; i < 1000; i++) {
        g_shorts[1]++;
        g_shorts[3]++;
        use(i);
    }
}

int main(void)
{
    litmus_run2(even, odd);
    return 0;
}
