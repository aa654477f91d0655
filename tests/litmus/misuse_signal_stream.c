/* A handler prints; the signal is a timer's. */
// options: signal-handlers=yes
// expect: misuse (signal handler)
// expect-location: SIGALRM
// expect-frame: handler
#include "../support/litmus.h"

#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

static FILE *g_null;

static void handler(int signal)
{
    fprintf(g_null, "%d\n", signal);
    reach(1);
}

int main(void)
{
    struct itimerval soon = {.it_value.tv_usec = 1000};
    g_null = fopen("/dev/null", "w");
    must(g_null != NULL);
    must(signal(SIGALRM, handler) != SIG_ERR);
    must(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    await(1);
    return 0;
}
