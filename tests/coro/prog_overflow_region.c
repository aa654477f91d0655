/*
 * A stack overflow inside a blocking region, on a helper thread, is told like any other.
 * exit: 2
 * stdout: in the region
 * stderr: ^fatal error: stack overflow$
 * stderr: ^goroutine [0-9]+ "deep", started with start, has a stack of 64K\.
 * stderr: ^goroutine [0-9]+ "deep" \[running\]:$
 * stderr: ^recurse\(\)$
 * stderr: ^start\(\)$
 * stderr: ^created by main at .*prog_overflow_region.c:[0-9]+ in goroutine 1$
 */
#include <racerun/go.h>
#include <stdio.h>

__attribute__((noinline)) static int recurse(int n)
{
    volatile char block[64];
    block[n % 64] = (char)n;
    int below = n > 1000000 ? 0 : recurse(n + 1);
    return below + block[n % 64];
}

static void start(int n)
{
    go_blocking_begin();
    puts("in the region");
    fflush(stdout);
    n = recurse(n);
    go_blocking_end();
    printf("%d\n", n);
}

int main(void)
{
    go_attr attr = {.name = "deep"};
    chan(int) never = chan_make(int);
    go_with(&attr, start, 0);
    chan_get(never);
    return 0;
}
