/*
 * SIGQUIT while two goroutines compute: the one on another thread has no stack to show.
 * exit: 2
 * stderr: ^SIGQUIT: quit$
 * stderr: ^goroutine [0-9]+ "sender" \[running\]:$
 * stderr: ^sends_it\(\)$
 * stderr: ^goroutine [0-9]+ "busy" \[running\]:$
 * stderr: goroutine running on other thread; stack unavailable
 * procs: 2 4
 */
#include <racerun/go.h>
#include <signal.h>

static _Atomic bool busy;

static void computes(void)
{
    busy = true;
    for (;;)
        ;
}

static void sends_it(void)
{
    while (!busy)
        go_yield();
    raise(SIGQUIT);
    for (;;)
        ;
}

int main(void)
{
    go_with(&((go_attr){.name = "busy"}), computes);
    go_with(&((go_attr){.name = "sender"}), sends_it);
    for (;;)
        go_yield();
}
