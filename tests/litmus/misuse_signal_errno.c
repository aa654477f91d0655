/* A handler comes back with another errno; what it interrupts differs, the finding is one. */
// options: signal-handlers=yes
// expect: misuse (signal handler)
// expect-frame: handler
// expect-count: 1
#include "../support/litmus.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

static pthread_t g_main;
static struct invisible g_handled;

static void handler(int signal)
{
    (void)signal;
    must(open("/nonexistent/file", O_RDONLY) == -1);
    invisible_reach(&g_handled, invisible_peek(&g_handled) + 1);
}

static void sender(void)
{
    must(pthread_kill(g_main, SIGUSR1) == 0);
    await(1);
    must(pthread_kill(g_main, SIGUSR1) == 0);
}

NOINLINE void here(void)
{
    errno = 0;
    invisible_await(&g_handled, 1);
}

NOINLINE void there(void)
{
    errno = 0;
    reach(1);
    invisible_await(&g_handled, 2);
}

int main(void)
{
    g_main = pthread_self();
    must(signal(SIGUSR1, handler) != SIG_ERR);
    pthread_t thread = spawn(sender);
    here();
    there();
    join(thread);
    return 0;
}
