/* After a longjmp out of it, the handler is over; also from a stack of its own. */
// options: signal-handlers=yes
#include "../support/litmus.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

static pthread_t g_main;
static sigjmp_buf g_back;
static char g_stack[65536];

static void handler(int signal)
{
    (void)signal;
    siglongjmp(g_back, 1);
}

static void sender(void)
{
    must(pthread_kill(g_main, SIGUSR1) == 0);
    await(1);
    must(pthread_kill(g_main, SIGUSR2) == 0);
}

int main(void)
{
    struct sigaction action = {.sa_flags = SA_ONSTACK};
    stack_t stack = {.ss_sp = g_stack, .ss_size = sizeof g_stack};
    sigset_t set;
    action.sa_handler = handler;
    g_main = pthread_self();
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    must(sigaltstack(&stack, NULL) == 0);
    must(signal(SIGUSR1, handler) != SIG_ERR);
    must(sigaction(SIGUSR2, &action, NULL) == 0);
    must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    pthread_t thread = spawn(sender);
    if (sigsetjmp(g_back, 1) == 0) {
        must(pthread_sigmask(SIG_UNBLOCK, &set, NULL) == 0);
        await(100);
    }
    free(launder(malloc(8)));
    reach(1);
    if (sigsetjmp(g_back, 1) == 0) {
        must(pthread_sigmask(SIG_UNBLOCK, &set, NULL) == 0);
        await(100);
    }
    free(launder(malloc(8)));
    join(thread);
    return 0;
}
