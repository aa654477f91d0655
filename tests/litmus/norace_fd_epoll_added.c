/* P11: what precedes epoll_ctl is ordered before the epoll_wait that returns its event: the
 * context that the event's data points to. */
#include "../support/litmus.h"
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct context {
    int value;
};
static int ends[2];
static int set;

static void adder(void)
{
    struct context *context = (struct context *)malloc(sizeof *context);
    must(context);
    context->value = 1;
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = context}};
    must(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
}

static void waiter(void)
{
    struct epoll_event event;
    must(epoll_wait(set, &event, 1, 20000) == 1);
    struct context *context = (struct context *)event.data.ptr;
    must(context->value == 1);
    free(context);
}

int main(void)
{
    must(pipe(ends) == 0);
    must(write(ends[1], "x", 1) == 1);
    set = epoll_create1(0);
    must(set >= 0);
    litmus_run2(adder, waiter);
    return 0;
}
