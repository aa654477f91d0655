/*
 * A panic in a deferred call, after another one was recovered and panicked again: the whole chain.
 * exit: 2
 * stdout-only: recovered first
 * stderr: ^panic: first \[recovered\]$
 * stderr: ^	panic: second$
 * stderr: ^	panic: third$
 * stderr: ^goroutine 1 \[running\]:$
 * stderr: ^third\(\)$
 * stderr: ^main\(\)$
 */
#include <racerun/go.h>
#include <stdio.h>

static void third(void)
{
    go_panic("third");
}

static void again(void)
{
    const go_panicked *p = go_recover();
    printf("recovered %s\n", p->text);
    go_panic_value(p->value, "second");
}

int main(void)
{
    defer(third);
    defer(again);
    go_panic("first");
}
