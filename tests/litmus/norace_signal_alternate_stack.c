/* P10, P16: a handler on an alternate stack, whose memory serves one thread after another. */
#include "../support/litmus.h"
#include <signal.h>

static char stack[1 << 16];
int g_x;

static void handler(int signal_number)
{
    char local[512];
    (void)signal_number;
    for (size_t i = 0; i < sizeof local; i++)
        local[i] = (char)i;
    use(local[g_x]);
    g_x++;
}

static void worker(void)
{
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack, .ss_flags = 0};
    must(sigaltstack(&alternate, NULL) == 0);
    must(raise(SIGUSR1) == 0);
    alternate.ss_flags = SS_DISABLE;
    must(sigaltstack(&alternate, NULL) == 0);
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    must(sigaction(SIGUSR1, &action, NULL) == 0);
    join(spawn(worker));
    join(spawn(worker));
    must(g_x == 2);
    return 0;
}
