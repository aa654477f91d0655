/* P1: asynchronous cancellation in the middle of nowhere; join orders all the same. */
#include "../support/litmus.h"

int g_x;

static void spinner(void)
{
    int old;
    g_x = 1;
    must(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old) == 0);
    reach(1);
    for (;;)
        invisible_yield();
}

int main(void)
{
    pthread_t t = spawn(spinner);
    await(1);
    must(pthread_cancel(t) == 0);
    join(t);
    must(g_x == 1);
    return 0;
}
