/* P1: what the creator did before pthread_create is ordered before the thread. */
#include "../support/litmus.h"

int g_x;

static void reader(void)
{
    must(g_x == 1);
    g_x = 2;
}

int main(void)
{
    g_x = 1;
    spawn_detached(reader);
    return 0;
}
