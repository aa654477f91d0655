/* traces: 4
 * by hand: as hidden_global.c; which function is next is the only memory of how often. */
#include "hidden.h"

typedef bool look_fn(void);
static look_fn look_first, look_second, look_third;
static look_fn *look = look_first;

HIDDEN static bool look_first(void)
{
    look = look_second;
    return false;
}

HIDDEN static bool look_second(void)
{
    look = look_third;
    return false;
}

HIDDEN static bool look_third(void)
{
    return true;
}

static bool had_enough(void)
{
    look_fn *volatile next = look;
    return next();
}

int main(void)
{
    wait_and_set();
}
