/* finds: assertion */
/*
 * A watchdog's signal may come when the work is done already, and then ends what is right. Fixed,
 * the timer is disarmed and the flag looked at with the signal blocked.
 */
#include "threads.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t done, late;

static void handler(int signal)
{
    (void)signal;
    late = done;
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGALRM, &action, NULL);
    alarm(1);
    work_for(3);
#ifdef FIXED
    alarm(0);
#endif
    done = 1;
    work_for(3);
    assert(!late);
    return 0;
}
