/* P11: a write is ordered before the poll and ppoll that see it. */
// tsan: poll, select and epoll_wait do not acquire from the ready descriptor
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <poll.h>
#include <unistd.h>

int g_x;
static int ends[2];

static void writer(void)
{
    g_x = 1;
    must(write(ends[1], "x", 1) == 1);
}

static void by_poll(void)
{
    struct pollfd entry = {.fd = ends[0], .events = POLLIN};
    must(poll(&entry, 1, 20000) == 1);
    must(g_x == 1);
}

static void by_ppoll(void)
{
    struct pollfd entry = {.fd = ends[0], .events = POLLIN};
    must(ppoll(&entry, 1, NULL, NULL) == 1);
    must(g_x == 1);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run3(writer, by_poll, by_ppoll);
    return 0;
}
