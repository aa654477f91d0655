/* P11: an epoll_wait that times out saw nothing. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <sys/epoll.h>
#include <unistd.h>

int g_x;
static int ends[2];
static int set;

static void writer(void)
{
    char c;
    g_x = 1;
    must(write(ends[1], "x", 1) == 1);
    must(read(ends[0], &c, 1) == 1);
    reach(1);
}

static void waiter(void)
{
    struct epoll_event event;
    await(1);
    must(epoll_wait(set, &event, 1, 5) == 0);
    use(g_x);
}

int main(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    must(pipe(ends) == 0);
    set = epoll_create1(0);
    must(set >= 0 && epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
    litmus_run2(writer, waiter);
    return 0;
}
