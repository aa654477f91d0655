/*
 * All goroutines are asleep: each with its reason, object, place and creator; main first; exit code 2.
 * exit: 2
 * stdout-only: buffered
 * stderr: ^fatal error: all goroutines are asleep - deadlock!$
 * stderr: ^goroutine 1 \[chan receive\]:$
 * stderr: waiting for object 0x[0-9a-f]+$
 * stderr: ^main\(\)$
 * stderr: ^goroutine [0-9]+ "reader" \[chan receive\]:$
 * stderr: ^wait_inner\(\)$
 * stderr: ^wait_outer\(\)$
 * stderr: ^created by main at .*prog_fatal_deadlock.c:37 in goroutine 1$
 * stderr-not: coro_switch
 */
#include <racerun/go.h>
#include <stdio.h>

__attribute__((noinline)) static int wait_inner(chan(int) c)
{
    int v = chan_get(c);
    return v + 1;
}

__attribute__((noinline)) static void wait_outer(chan(int) c)
{
    int v = wait_inner(c);
    printf("%d\n", v);
}

int main(void)
{
    chan(int) c = chan_make(int);
    chan(int) d = chan_make(int);
    go_attr attr = {.name = "reader"};
    printf("buffered");
    puts("");
    go_with(&attr, wait_outer, c);
    int v = chan_get(d);
    return v;
}
