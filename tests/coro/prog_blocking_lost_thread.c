/*
 * A blocking call that ends its thread ends the program in words instead of waiting for ever.
 * exit: 2
 * stderr: fatal error: a blocking call ended its thread
 */
#include <pthread.h>
#include <racerun/go.h>

static void leave(void *unused)
{
    pthread_exit(unused);
}

int main(void)
{
    rgo_blocking_run(leave, NULL);
    return 0;
}
