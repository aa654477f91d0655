/*
 * go() without memory ends the program with words. (With one processor: a thread that begins when
 * there is no memory may be ended by the C library, with words of its own.)
 * procs: 1
 * exit: 2
 * stderr: ^fatal error: runtime: cannot allocate memory for a goroutine
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static void waits(chan(int) c)
{
    chan_recv(c, NULL);
}

static rlim_t space_used(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%lu", &pages) != 1)
        exit(1);
    fclose(file);
    return pages * 4096;
}

int main(void)
{
    chan(int) c = chan_make(int);
    rlim_t limit = space_used() + (256 << 20);
    struct rlimit tight = {limit, limit};
    setrlimit(RLIMIT_AS, &tight);
    for (;;)
        go(waits, c);
}
