/*
 * main has left by go_exit and nobody is left.
 * exit: 2
 * stdout-only: one
 * stderr: ^fatal error: no goroutines \(main called runtime.Goexit\) - deadlock!$
 * stderr-not: goroutine 1
 */
#include <racerun/go.h>
#include <stdio.h>

int main(void)
{
    go(puts, "one");
    go_exit();
}
