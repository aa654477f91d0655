/*
 * A handler that the program installs is its own affair.
 * exit: 7
 * stdout-only: mine
 */
#include <racerun/go.h>
#include <signal.h>
#include <unistd.h>

static void mine(int signal)
{
    (void)signal;
    ssize_t ignored = write(1, "mine\n", 5);
    (void)ignored;
    _exit(7);
}

static void fault(volatile int *nothing)
{
    *nothing = 1;
}

int main(void)
{
    struct sigaction action = {.sa_handler = mine, .sa_flags = SA_ONSTACK};
    sigaction(SIGSEGV, &action, 0);
    go(fault, (int *)64);
    for (;;)
        go_yield();
}
