/* finds: deadlock */
/*
 * An event loop over a socketpair and an eventfd, in an epoll. Who stops it looks whether it sleeps
 * and wakes it only then; but it was about to. Fixed, it is woken in any case.
 */
#include "threads.h"

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static int epoll, wake, sockets[2];
static atomic_bool stopped, sleeps;

static void watch(int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    int error = epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    assert(!error);
}

static void *loop(void *unused)
{
    struct epoll_event event;
    while (!atomic_load(&stopped)) {
        atomic_store(&sleeps, true);
        assert(epoll_wait(epoll, &event, 1, -1) == 1);
        atomic_store(&sleeps, false);
        uint64_t bytes;
        assert(read(event.data.fd, &bytes, sizeof bytes) > 0);
    }
    return unused;
}

int main(void)
{
    uint64_t one = 1;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    wake = eventfd(0, EFD_CLOEXEC);
    int error = socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
    assert(!error && epoll >= 0 && wake >= 0);
    watch(wake);
    watch(sockets[0]);
    start(loop);
    atomic_store(&stopped, true);
#ifndef FIXED
    if (atomic_load(&sleeps))
#endif
        assert(write(wake, &one, sizeof one) == sizeof one);
    join_all();
    return 0;
}
