/* P5, P8: std::latch: every count_down is ordered before the return of wait. */
// flags: -std=gnu++20
#include "../support/litmus.h"
#include <latch>

int g_left;
int g_right;
static std::latch done(2);

static void left()
{
    g_left = 1;
    done.count_down();
}

static void right()
{
    g_right = 1;
    done.count_down();
}

static void waiter()
{
    done.wait();
    must(g_left == 1 && g_right == 1);
}

int main()
{
    litmus_run3(waiter, left, right);
    return 0;
}
