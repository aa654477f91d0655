/*
 * main recovers a panic, but has nowhere to continue.
 * exit: 2
 * stderr: ^fatal error: main recovered a panic, but has no go_on_recover to continue at$
 */
#include <racerun/go.h>

static void stop(void)
{
    go_recover();
}

int main(void)
{
    defer(stop);
    go_panic("oh");
}
