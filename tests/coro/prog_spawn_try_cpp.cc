/*
 * In C++: go_try says that there is no memory, instead of the goroutine's first run: all that it said yes to run.
 * stdout: some, then no memory
 * stdout: all of them ran
 */
#include <racerun/go.h>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>

static std::atomic<long> begun, ran;

static void waits(chan(int) c)
{
    begun++;
    chan_recv(c, nullptr);
    ran++;
}

static rlim_t space_used()
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%lu", &pages) != 1)
        exit(1);
    fclose(file);
    return pages * 4096;
}

int main()
{
    chan(int) c = chan_make(int);
    long started = 0;
    for (int i = 0; i < 100; i++)
        go(waits, c); /* all workers that there may be are started */
    while (begun < 100)
        go_yield(); /* they have their stacks */
    while (go_try(waits, c) == 0) {
        if (++started == 1) {
            go_sleep(1);
            rlim_t limit = space_used() + (64 << 20);
            struct rlimit tight = {limit, limit};
            setrlimit(RLIMIT_AS, &tight);
        }
    }
    puts(started > 100 ? "some, then no memory" : "none");
    chan_close(c);
    while (ran < started + 100)
        go_yield();
    puts("all of them ran");
    return 0;
}
