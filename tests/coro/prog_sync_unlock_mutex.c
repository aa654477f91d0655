/*
 * Unlocking an unlocked mutex is fatal: no recover stops it.
 * exit: 2
 * stdout-only: before
 * stderr: ^fatal error: sync: unlock of unlocked mutex
 */
#include <racerun/go.h>
#include <stdio.h>

int main(void)
{
    mutex m = {0};
    mutex_lock(&m);
    mutex_unlock(&m);
    puts("before");
    fflush(stdout);
    go_attempt mutex_unlock(&m);
    go_rescue(p) puts(p->text);
    puts("after");
    return 0;
}
