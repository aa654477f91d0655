/* P14: a barrier for no thread. */
// expect: misuse (barrier)
// expect-location: g_barrier
#include "../support/litmus.h"
#include <errno.h>

pthread_barrier_t g_barrier;

int main(void)
{
    must(pthread_barrier_init(&g_barrier, NULL, 0) == EINVAL);
    return 0;
}
