/* HB: program order orders everything within a thread, calls included. */
#include "../support/litmus.h"

int g_x;
int g_y;

static NOINLINE void bump(int *counter)
{
    *counter += 1;
}

static void left(void)
{
    for (int i = 0; i < 100; i++)
        bump(&g_x);
}

static void right(void)
{
    for (int i = 0; i < 100; i++)
        bump(&g_y);
}

int main(void)
{
    litmus_run2(left, right);
    return 0;
}
