/*
 * Other faults are what they always were.
 * exit: 139
 * stderr-not: stack overflow
 * stderr-not: goroutine
 */
#include <racerun/go.h>

static void fault(volatile int *nothing)
{
    *nothing = 1;
}

int main(void)
{
    go(fault, (int *)64);
    for (;;)
        go_yield();
}
