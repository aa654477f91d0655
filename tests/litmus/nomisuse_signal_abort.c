/* The handler of an abort tells what happened and leaves. */
// options: signal-handlers=yes
// exit: 3
#include "../support/litmus.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void handler(int signal)
{
    FILE *null = fopen("/dev/null", "w");
    fprintf(null, "%d\n", signal);
    fclose(null);
    _exit(3);
}

int main(void)
{
    must(signal(SIGABRT, handler) != SIG_ERR);
    abort();
}
