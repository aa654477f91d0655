/*
 * An uncaught panic in a goroutine: deferred calls run, then Go's words, the stack, exit code 2.
 * exit: 2
 * stdout-only: deferred
 * stderr: ^panic: ran out of 3 widgets$
 * stderr: ^goroutine [0-9]+ "worker" \[running\]:$
 * stderr: ^inner\(\)$
 * stderr: prog_panic_uncaught.c:20 
 * stderr: ^outer\(\)$
 * stderr: ^created by main at .*prog_panic_uncaught.c:34 in goroutine 1$
 * stderr-not: rgo_panic
 * stderr-not: coro_boot
 */
#include <racerun/go.h>
#include <stdio.h>

__attribute__((noinline)) static void inner(int count)
{
    if (count)
        go_panic("ran out of %d widgets", count);
    puts("not reached");
}

__attribute__((noinline)) static void outer(int count)
{
    defer(puts, "deferred");
    inner(count);
    puts("not reached");
}

int main(void)
{
    go_attr attr = {.name = "worker"};
    go_with(&attr, outer, 3);
    for (;;)
        go_yield();
}
