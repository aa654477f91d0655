/* P1: main ends by pthread_exit and is joined like any other thread. */
// tsan: it forgets the thread main when it exits
#include "../support/litmus.h"
#include <stdlib.h>

int g_x;
static pthread_t g_main;

static void joiner(void)
{
    join(g_main);
    must(g_x == 1);
    exit(0);
}

int main(void)
{
    g_main = pthread_self();
    spawn_detached(joiner);
    g_x = 1;
    pthread_exit(NULL);
}
