/*
 * A reader's unlock without a reader is fatal, also while a writer has it.
 * exit: 2
 * stderr: ^fatal error: sync: RUnlock of unlocked RWMutex
 */
#include <racerun/go.h>

int main(void)
{
    rwmutex rw = {0};
    rwmutex_lock(&rw);
    rwmutex_runlock(&rw);
    return 0;
}
