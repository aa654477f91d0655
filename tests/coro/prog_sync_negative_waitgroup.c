/*
 * A negative counter panics.
 * exit: 2
 * stderr: ^panic: sync: negative WaitGroup counter
 */
#include <racerun/go.h>

int main(void)
{
    waitgroup wg = {0};
    waitgroup_add(&wg, 1);
    waitgroup_done(&wg);
    waitgroup_done(&wg);
    return 0;
}
