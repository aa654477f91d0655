/* P5: everything before a phase is ordered before everything after it, both ways. */
#include "../support/litmus.h"

int g_left;
int g_right;
static pthread_barrier_t barrier;

static void left(void)
{
    g_left = 1;
    pthread_barrier_wait(&barrier);
    must(g_right == 1);
}

static void right(void)
{
    g_right = 1;
    pthread_barrier_wait(&barrier);
    must(g_left == 1);
}

int main(void)
{
    must(pthread_barrier_init(&barrier, NULL, 2) == 0);
    litmus_run2(left, right);
    must(pthread_barrier_destroy(&barrier) == 0);
    return 0;
}
