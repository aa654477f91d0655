/* The handler of a fault: what it interrupts is the instruction that faulted. */
// options: signal-handlers=yes
#include "../support/litmus.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

static volatile char *g_page;

static void handler(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
    free(launder(malloc(8)));
    must(mprotect((void *)g_page, PAGE, PROT_READ | PROT_WRITE) == 0);
    errno = EDOM;
}

int main(void)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_sigaction = handler;
    must(sigaction(SIGSEGV, &action, NULL) == 0);
    g_page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(g_page != MAP_FAILED);
    *g_page = 1;
    return 0;
}
