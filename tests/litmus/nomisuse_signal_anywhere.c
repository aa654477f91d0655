/* What the interrupted code does is not the handler's. */
// options: signal-handlers=yes
#include "../support/litmus.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

static volatile sig_atomic_t g_count;

static void handler(int signal)
{
    int saved = errno;
    errno = signal;
    g_count++;
    errno = saved;
}

int main(void)
{
    struct itimerval often = {{0, 1000}, {0, 1000}};
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    FILE *null = fopen("/dev/null", "w");
    must(signal(SIGALRM, handler) != SIG_ERR);
    must(setitimer(ITIMER_REAL, &often, NULL) == 0);
    while (g_count < 20) {
        void *block = launder(malloc(100));
        fprintf(null, "%d", (int)g_count);
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
        free(block);
    }
    return 0;
}
