/* Signals that are blocked but for the time of a wait interrupt nothing else. */
// options: signal-handlers=yes
#define _GNU_SOURCE
#include "../support/litmus.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>

enum { WAITS = 4 };

static pthread_t g_main;

static void handler(int signal)
{
    (void)signal;
    free(launder(malloc(8)));
    errno = EDOM;
}

static void sender(void)
{
    for (int i = 0; i < WAITS; i++) {
        await(i + 1);
        must(pthread_kill(g_main, SIGUSR1) == 0);
    }
}

int main(void)
{
    struct epoll_event event;
    sigset_t blocked, before;
    int epoll = epoll_create1(0);
    g_main = pthread_self();
    must(signal(SIGUSR1, handler) != SIG_ERR);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    must(pthread_sigmask(SIG_BLOCK, &blocked, &before) == 0);
    pthread_t thread = spawn(sender);
    reach(1);
    must(sigsuspend(&before) == -1);
    reach(2);
    must(ppoll(NULL, 0, NULL, &before) == -1);
    reach(3);
    must(pselect(0, NULL, NULL, NULL, NULL, &before) == -1);
    reach(4);
    must(epoll_pwait(epoll, &event, 1, -1, &before) == -1);
    join(thread);
    return 0;
}
