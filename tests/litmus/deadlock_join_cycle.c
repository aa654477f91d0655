/* Three threads, each of which joins the next. */
// expect: deadlock
// expect-frame: joiner
// expect-count: 1
#include "../support/litmus.h"

static pthread_t g_threads[3];

static void *joiner(void *argument)
{
    long i = (long)argument;
    await(1);
    join(g_threads[(i + 1) % 3]);
    return NULL;
}

int main(void)
{
    for (long i = 0; i < 3; i++)
        must(pthread_create(&g_threads[i], NULL, joiner, (void *)i) == 0);
    reach(1);
    pthread_exit(NULL);
}
