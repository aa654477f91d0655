/* P11: setting a timerfd is ordered before the read of its expiry. */
// tsan: does not know the function
#include "../support/litmus.h"
#include <sys/timerfd.h>
#include <unistd.h>

int g_x;
static int timer;

static void setter(void)
{
    struct itimerspec soon = {.it_value = {.tv_sec = 0, .tv_nsec = 1000}};
    g_x = 1;
    must(timerfd_settime(timer, 0, &soon, NULL) == 0);
}

static void reader(void)
{
    unsigned long expirations;
    must(read(timer, &expirations, sizeof expirations) == sizeof expirations);
    must(g_x == 1);
}

int main(void)
{
    timer = timerfd_create(CLOCK_MONOTONIC, 0);
    must(timer >= 0);
    litmus_run2(setter, reader);
    return 0;
}
