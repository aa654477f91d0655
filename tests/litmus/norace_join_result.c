/* P1: the heap block that a thread returns belongs to the one who joins. */
#include "../support/litmus.h"
#include <stdlib.h>

static void *producer(void *arg)
{
    int *result = (int *)malloc(sizeof *result);
    must(result);
    *result = *(int *)arg + 1;
    return result;
}

int main(void)
{
    int seed = 41;
    pthread_t t;
    void *result;
    must(pthread_create(&t, NULL, producer, &seed) == 0);
    must(pthread_join(t, &result) == 0);
    must(*(int *)result == 42);
    free(result);
    return 0;
}
