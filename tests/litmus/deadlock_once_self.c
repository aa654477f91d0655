/* P15: a routine of pthread_once calls it again. */
// expect: deadlock
// expect-count: 1
// expect-location: g_once
#include "../support/litmus.h"

pthread_once_t g_once = PTHREAD_ONCE_INIT;

static void make(void)
{
    pthread_once(&g_once, make);
}

int main(void)
{
    pthread_once(&g_once, make);
    return 0;
}
