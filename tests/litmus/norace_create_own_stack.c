/* P1, P16: threads one after another on a stack that the program supplies. */
#include "../support/litmus.h"

static char stack[1 << 20] __attribute__((aligned(4096)));

static void *worker(void *arg)
{
    char local[4096];
    for (size_t i = 0; i < sizeof local; i++)
        local[i] = (char)i;
    use(local[*(int *)arg]);
    return NULL;
}

int main(void)
{
    int index = 3;
    pthread_attr_t attr;
    must(pthread_attr_init(&attr) == 0);
    must(pthread_attr_setstack(&attr, stack, sizeof stack) == 0);
    for (int i = 0; i < 3; i++) {
        pthread_t t;
        must(pthread_create(&t, &attr, worker, &index) == 0);
        join(t);
        stack[sizeof stack / 2] = 1;
    }
    must(pthread_attr_destroy(&attr) == 0);
    return 0;
}
