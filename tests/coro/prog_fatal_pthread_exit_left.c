/*
 * But not while goroutines are left, which would wait for main's thread.
 * exit: 2
 * stderr: ^fatal error: main ended its thread by pthread_exit: .*go_exit ends main alone
 */
#include <pthread.h>
#include <racerun/go.h>

static void waits(chan(int) c)
{
    chan_recv(c, NULL);
}

int main(void)
{
    go(waits, chan_make(int));
    go_yield();
    pthread_exit(NULL);
}
