/* A handler of three arguments, on a stack of its own, frees in a function that it calls. */
// options: signal-handlers=yes
// expect: misuse (signal handler)
// expect-frame: drop
// expect-frame: handler
// expect-count: 1
#include "../support/litmus.h"

#include <signal.h>
#include <stdlib.h>

static pthread_t g_main;
static void *g_block;
static char g_stack[65536];

NOINLINE void drop(void *block)
{
    free(block);
    reach(1);
}

static void handler(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
    drop(g_block);
    use(1);
}

static void sender(void)
{
    must(pthread_kill(g_main, SIGUSR2) == 0);
}

int main(void)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    stack_t stack = {.ss_sp = g_stack, .ss_size = sizeof g_stack};
    action.sa_sigaction = handler;
    g_block = malloc(8);
    g_main = pthread_self();
    must(sigaltstack(&stack, NULL) == 0);
    must(sigaction(SIGUSR2, &action, NULL) == 0);
    pthread_t thread = spawn(sender);
    await(1);
    join(thread);
    return 0;
}
