/* P12: one thread frees a condition variable, another one signals it, and nothing orders the two.
 */
// expect: heap use-after-free
// expect-frame: frees
// expect-frame: signals
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

pthread_cond_t *g_cond;

static NOINLINE void frees(void)
{
    free(launder(g_cond));
    reach(1);
}

static NOINLINE void signals(void)
{
    await(1);
    pthread_cond_signal(g_cond);
}

int main(void)
{
    g_cond = malloc(sizeof *g_cond);
    must(g_cond && pthread_cond_init(g_cond, NULL) == 0);
    litmus_run2(frees, signals);
    return 0;
}
