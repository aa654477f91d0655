/* Joined threads, by whomever; by timed and trying joins, too. */
// options: thread-leaks=yes
#define _GNU_SOURCE
#include "../support/litmus.h"

static pthread_t g_child;

static void leaf(void)
{
}

static void parent(void)
{
    g_child = spawn(leaf);
}

int main(void)
{
    join(spawn(parent));
    join(g_child); /* by its grandparent */

    pthread_t tried = spawn(leaf), timed = spawn(leaf);
    while (pthread_tryjoin_np(tried, NULL) != 0)
        invisible_yield();
    struct timespec end = deadline(CLOCK_REALTIME, 60000);
    must(pthread_timedjoin_np(timed, NULL, &end) == 0);
    return 0;
}
