/*
 * go_dump tells of all goroutines, and the program goes on.
 * stdout-only: on it goes
 * stderr: ^goroutine 1 \[running\]:$
 * stderr: ^asks\(\)$
 * stderr: ^goroutine [0-9]+ "new" \[runnable\]:$
 * stderr: ^idle\(\)$
 * procs: 1
 */
#include <racerun/go.h>
#include <stdio.h>

static void idle(void)
{
    go_yield();
}

__attribute__((noinline)) static void asks(void)
{
    go_dump();
    puts("on it goes");
}

int main(void)
{
    go_with(&((go_attr){.name = "new"}), idle);
    asks();
    go_yield();
    return 0;
}
