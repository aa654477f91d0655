/*
 * A once whose function calls itself waits for itself.
 * exit: 2
 * stderr: ^fatal error: all goroutines are asleep - deadlock!
 */
#include <racerun/go.h>

static once o;

static void again(void)
{
    once_do(&o, again);
}

int main(void)
{
    once_do(&o, again);
    return 0;
}
