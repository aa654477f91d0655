/* A longjmp within the handler does not leave it. */
// options: signal-handlers=yes
// expect: misuse (signal handler)
// expect-frame: handler
#include "../support/litmus.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

static pthread_t g_main;

static void handler(int signal)
{
    jmp_buf back;
    (void)signal;
    if (setjmp(back) == 0)
        longjmp(back, 1);
    launder(malloc(8));
    reach(1);
}

static void sender(void)
{
    must(pthread_kill(g_main, SIGUSR1) == 0);
}

int main(void)
{
    g_main = pthread_self();
    must(signal(SIGUSR1, handler) != SIG_ERR);
    pthread_t thread = spawn(sender);
    await(1);
    join(thread);
    return 0;
}
