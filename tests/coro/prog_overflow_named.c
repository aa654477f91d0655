/*
 * A goroutine's stack overflow is told by name, with both ends of its stack.
 * exit: 2
 * stderr: ^runtime: goroutine stack exceeds 65536-byte limit$
 * stderr: ^fatal error: stack overflow$
 * stderr: ^goroutine [0-9]+ "deep", started with start, has a stack of 64K\. For a larger one: go_with\(&\(go_attr\)\{.stack_size = 262144\}, ...
 * stderr: RGO_STACK=256K for all
 * stderr: ^goroutine [0-9]+ "deep" \[running\]:$
 * stderr: ^recurse\(\)$
 * stderr: frames elided
 * stderr: ^start\(\)$
 * stderr: ^created by main at .*prog_overflow_named.c:34 in goroutine 1$
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
    printf("%d\n", recurse(n));
}

int main(void)
{
    go_attr attr = {.name = "deep"};
    go_yield();
    go_with(&attr, start, 0);
    for (;;)
        go_yield();
}
