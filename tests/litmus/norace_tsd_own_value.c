/* P7: each thread has its own value, its destructor frees what it allocated. */
#include "../support/litmus.h"
#include <stdlib.h>

static pthread_key_t key;

static void worker(void)
{
    int *mine = (int *)malloc(sizeof *mine);
    must(mine && pthread_setspecific(key, mine) == 0);
    *mine = 1;
    meet(3);
    *(int *)pthread_getspecific(key) += 1;
}

int main(void)
{
    must(pthread_key_create(&key, free) == 0);
    litmus_run3(worker, worker, worker);
    return 0;
}
