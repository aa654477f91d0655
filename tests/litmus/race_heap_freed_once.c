/* P12: once objects in freed memory: one whose routine has run, and one that is to run it. */
// expect: heap use-after-free
// expect-frame: done
// expect-frame: first
// expect-count: 2
// tsan: its pthread_once and semaphores do not look whether the memory was freed
#include "../support/litmus.h"
#include <stdlib.h>

static void routine(void)
{
}

static NOINLINE pthread_once_t *make(void)
{
    pthread_once_t *once = calloc(1, sizeof *once);
    must(once != NULL);
    return once;
}

static NOINLINE void done(void)
{
    pthread_once_t *once = make();
    pthread_once(once, routine);
    free(launder(once));
    pthread_once(launder(once), routine);
}

static NOINLINE void first(void)
{
    pthread_once_t *once = make();
    free(launder(once));
    pthread_once(launder(once), routine);
}

int main(void)
{
    done();
    first();
    return 0;
}
