/*
 * Numbers in the environment that are none, or absurd, are as if they were not set. The program runs
 * itself with each.
 * procs: 1
 * stdout-only: all ran
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct setting {
    const char *name, *value;
    unsigned procs; /* 0: whatever is usual */
} settings[] = {
    {"RGO_PROCS", "-1", 0},
    {"RGO_PROCS", "2x", 0},
    {"RGO_PROCS", " 2", 0},
    {"RGO_PROCS", "3", 3},
    {"RGO_PROCS", "99999999999999999999999", 256},
    {"RGO_STACK", "-1", 0},
    {"RGO_STACK", "-1K", 0},
    {"RGO_STACK", "18446744073709551615", 0},
    {"RGO_STACK", "288230376151711744", 0}, /* 64 of them, in 64 bits: nothing */
    {"RGO_STACK", "99999999999999G", 0},
    {"RGO_STACK", "64KK", 0},
    {"RGO_STACK", "K", 0},
    {"RGO_STACK", "1T", 0},
    {"RGO_STACK", "1G", 0},
    {"RGO_BLOCKING_MAX", "-1", 0},
    {"RGO_PREEMPT_MS", "-5", 0},
};

static void answer(chan(int) done)
{
    chan_send(done, go_blocking(abs, -7));
}

static int child(unsigned procs)
{
    chan(int) done = chan_make(int);
    go(answer, done);
    return chan_get(done) != 7 || (procs && go_procs() != procs) || (!procs && go_procs() > 255);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return child((unsigned)atoi(argv[1]));
    bool ok = true;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        char procs[16];
        snprintf(procs, sizeof procs, "%u", settings[i].procs);
        pid_t pid = fork();
        if (!pid) {
            setenv(settings[i].name, settings[i].value, 1);
            execl("/proc/self/exe", argv[0], procs, (char *)NULL);
            _exit(127);
        }
        int status = -1;
        waitpid(pid, &status, 0);
        if (status) {
            ok = false;
            printf("%s=%s: status %x\n", settings[i].name, settings[i].value, (unsigned)status);
        }
    }
    if (ok)
        puts("all ran");
    return !ok;
}
