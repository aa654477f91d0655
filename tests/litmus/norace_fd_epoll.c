/* P11: a write is ordered before the epoll_wait that sees it, without any read. */
// tsan: poll, select and epoll_wait do not acquire from the ready descriptor
#include "../support/litmus.h"
#include <sys/epoll.h>
#include <unistd.h>

int g_x;
static int ends[2];
static int set;

static void writer(void)
{
    g_x = 1;
    must(write(ends[1], "x", 1) == 1);
}

static void reader(void)
{
    struct epoll_event event;
    must(epoll_wait(set, &event, 1, 20000) == 1);
    must(g_x == 1);
}

int main(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    must(pipe(ends) == 0);
    set = epoll_create1(0);
    must(set >= 0 && epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
    litmus_run2(writer, reader);
    return 0;
}
