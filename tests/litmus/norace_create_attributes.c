/* P1: attributes (size of stack and guard, scope) change nothing about the order. */
#include "../support/litmus.h"

int g_x;

static void *worker(void *arg)
{
    g_x++;
    return arg;
}

int main(void)
{
    pthread_t t;
    pthread_attr_t attr;
    must(pthread_attr_init(&attr) == 0);
    must(pthread_attr_setstacksize(&attr, 1 << 20) == 0);
    must(pthread_attr_setguardsize(&attr, 1 << 16) == 0);
    must(pthread_attr_setscope(&attr, PTHREAD_SCOPE_SYSTEM) == 0);
    for (int i = 0; i < 3; i++) {
        must(pthread_create(&t, &attr, worker, NULL) == 0);
        join(t);
        g_x++;
    }
    must(pthread_attr_destroy(&attr) == 0);
    return 0;
}
