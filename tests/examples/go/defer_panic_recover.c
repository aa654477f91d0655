/*
 * defer, panic, recover: deferred calls run when the block is left, the latest first, also when a
 * panic leaves it. A deferred call that recovers stops the panic; the function then returns as it
 * says.
 *
 * stdout-only: 6 / 3 = 2
 * stdout-only: leaving divide
 * stdout-only: leaving divide
 * stdout-only: recovered: division by zero
 * stdout-only: second result: -1
 * stdout-only: third
 * stdout-only: second
 * stdout-only: first
 */
#include <racerun/go.h>
#include <stdio.h>

static int divide(int a, int b)
{
    defer(puts, "leaving divide");
    if (b == 0)
        go_panic("division by zero");
    printf("%d / %d = %d\n", a, b, a / b);
    return a / b;
}

static void report(void)
{
    const go_panicked *p = go_recover();
    if (p)
        printf("recovered: %s\n", p->text);
}

static int divide_safely(int a, int b)
{
    go_on_recover return -1;
    defer(report);
    return divide(a, b);
}

int main(void)
{
    divide_safely(6, 3);
    printf("second result: %d\n", divide_safely(1, 0));

    defer(puts, "first");
    defer(puts, "second");
    defer(puts, "third");
    return 0;
}
