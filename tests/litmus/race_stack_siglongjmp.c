/* HB: siglongjmp out of a signal handler; the stack stays right. */
// expect-location: g_x
// expect-frame: writer
// reject-frame: handler
// expect-count: 1
#include "../support/litmus.h"
#include <setjmp.h>
#include <signal.h>

int g_x;
static sigjmp_buf back;

static void handler(int signal_number)
{
    (void)signal_number;
    siglongjmp(back, 1);
}

static void writer(void)
{
    for (volatile int i = 0; i < 20; i++)
        if (sigsetjmp(back, 1) == 0)
            raise(SIGUSR1);
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    must(signal(SIGUSR1, handler) != SIG_ERR);
    litmus_run2(writer, reader);
    return 0;
}
