/* P14: a join that was cancelled has not joined; somebody else may. */
#include "../support/litmus.h"

static void slow(void)
{
    await(2);
}

static void *joiner(void *thread)
{
    reach(1);
    pthread_join(*(pthread_t *)thread, NULL);
    return NULL;
}

int main(void)
{
    pthread_t target = spawn(slow), other;
    void *result;
    must(pthread_create(&other, NULL, joiner, &target) == 0);
    await(1);
    must(pthread_cancel(other) == 0);
    must(pthread_join(other, &result) == 0);
    must(result == PTHREAD_CANCELED);
    reach(2);
    join(target);
    return 0;
}
