/*
 * A writer's unlock without a writer is fatal, also while a reader has it.
 * exit: 2
 * stderr: ^fatal error: sync: Unlock of unlocked RWMutex
 */
#include <racerun/go.h>

int main(void)
{
    rwmutex rw = {0};
    rwmutex_rlock(&rw);
    rwmutex_unlock(&rw);
    return 0;
}
