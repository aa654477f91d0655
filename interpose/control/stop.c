/*
 * stop: `racerun replay --gdb`: at a finding the program waits for a debugger, with every task at
 * the place where it stands. Tasks are threads in the engine that replays for a debugger.
 *
 * Whoever meets the finding names the process to the tool and looks, again and again, whether it is
 * traced: then it was stopped, and somebody let it go on. While a debugger is there a further
 * finding is a breakpoint; one that left without letting it go on is told by the tool.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/control/control.h"

/* The calling thread. */
static bool is_traced(void)
{
    static const char key[] = "TracerPid:\t";
    char text[4096];
    long fd = sys_call3(SYS_open, (long)"/proc/thread-self/status", O_RDONLY | O_CLOEXEC, 0);
    long size = fd < 0 ? 0 : sys_call3(SYS_read, fd, (long)text, sizeof text - 1);
    if (fd >= 0)
        sys_call3(SYS_close, fd, 0, 0);
    text[size > 0 ? size : 0] = 0;
    const char *at = strstr(text, key);
    return at && at[sizeof key - 1] != '0';
}

static void debugger_await(void)
{
    enum { SLICE_NS = 10000000 };
    static _Atomic uint32_t never;
    bool seen = false;
    control_tick_end(); /* gdb has no name for its signal, so nobody could tell it to pass it on */
    sys_call6(SYS_prctl, PR_SET_PTRACER, -1, 0, 0, 0, 0); /* where only parents may trace */
    atomic_store(&control_block->stopped, (uint32_t)sys_getpid());
    control_bell_ring();
    while (!seen && !atomic_load(&control_block->released)) {
        seen = is_traced();
        sys_futex_wait(&never, 0, SLICE_NS, false); /* also then: it stops in here, not later */
    }
}

void control_stop(void)
{
    if (!control_block->settings.stop)
        return;
    if (is_traced())
        sys_call3(SYS_tgkill, sys_getpid(), sys_gettid(), SIGTRAP);
    else if (!atomic_load(&control_block->stopped))
        debugger_await();
}

static void on_crash(int signal)
{
    (void)signal;
    control_stop(); /* then it happens again, to the end */
}

void control_stop_at_crashes(void)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_RESETHAND | SA_NODEFER};
    if (!control_block->settings.stop)
        return;
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        LIBC(sigaction)(fatal[i], &action, NULL);
}
