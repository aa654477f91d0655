/* Detached threads: by the creator, by themselves, by their attributes; before and after their
 * end. */
// options: thread-leaks=yes
#include "../support/litmus.h"

static int g_tids[3];

static void *leaf(void *tid)
{
    invisible_reach((struct invisible *)tid, invisible_gettid());
    return NULL;
}

static void *own(void *tid)
{
    must(pthread_detach(pthread_self()) == 0);
    return leaf(tid);
}

static void await_end(int i)
{
    while (invisible_peek(&g_tids[i]) == 0)
        invisible_yield();
    invisible_await_dead(invisible_peek(&g_tids[i]));
}

int main(void)
{
    pthread_attr_t attributes;
    pthread_t thread;

    must(pthread_create(&thread, NULL, own, &g_tids[0]) == 0);
    await_end(0);
    must(pthread_create(&thread, NULL, leaf, &g_tids[1]) == 0);
    await_end(1);
    must(pthread_detach(thread) == 0);
    must(pthread_attr_init(&attributes) == 0);
    must(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0);
    must(pthread_create(&thread, &attributes, leaf, &g_tids[2]) == 0);
    await_end(2);
    return 0;
}
