/* P12: the free is ordered after every access, by join and by a mutex. */
#include "../support/litmus.h"
#include <stdlib.h>

static char *first_block;
static char *second_block;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void user(void)
{
    first_block[7] = 1;
    pthread_mutex_lock(&lock);
    second_block[7] = 1;
    pthread_mutex_unlock(&lock);
    reach(1);
}

static void releaser(void)
{
    await(1);
    pthread_mutex_lock(&lock);
    free(second_block);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    first_block = (char *)malloc(8);
    second_block = (char *)malloc(8);
    must(first_block && second_block);
    litmus_run2(user, releaser);
    free(first_block);
    return 0;
}
