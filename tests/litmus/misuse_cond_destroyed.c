/* P14: a condition variable is signalled after it was destroyed. */
// expect: misuse (condition variable)
// expect-location: g_cond
// expect-frame: destroy_it
// expect-frame: main
#include "../support/litmus.h"

pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;

static NOINLINE void destroy_it(void)
{
    must(pthread_cond_destroy(&g_cond) == 0);
}

int main(void)
{
    destroy_it();
    pthread_cond_signal(&g_cond);
    return 0;
}
